"""Pages and figures that a text names, and those that an answer may name."""

import pytest

from causeway.safety.leaks import Outgoing
from causeway.safety.references import references

ID = "d49831997e5a642b"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See page 12.", ["page 12"]),
        ("See pages 3-5 and figure 2a.", ["figure 2", "page 3", "page 5"]),
        ("Figures 2, 3 and 4.1 show it (p. 9).", ["figure 2", "figure 3", "figure 4.1", "page 9"]),
        ("Siehe Abb. 4 auf Seite 7 und S. 8.", ["figure 4", "page 7", "page 8"]),
        ("Voir la figure 3, pages 2 et 4; ver la página 6.", ["figure 3", "page 2", "page 4", "page 6"]),
        ("図 3 は 12ページ", ["figure 3", "page 12"]),
        ("FIG. A-3 and diagram 5", ["figure A-3", "figure 5"]),
        (f"Picture {ID} shows it.", [f"picture {ID}"]),
        ("It's 5 pages long, page 2% is no number, and it configures 2 pumps in 2026.", []),
        ("Figure 2 and 30 days.", ["figure 2"]),
        ("The webpage 404x and imagery 7.", []),
    ],
)
def test_references_are_found_in_one_form(text: str, found: list[str]) -> None:
    assert sorted(references(text)) == sorted(found)


PASSAGES = ["Pumps\nThe pump lifts water, as Figure 2 shows.", "Valves\nThe valve closes the pipe."]
PLACES = [{"page 4", "page 5", f"picture {ID}"}, {"page 9"}]


@pytest.mark.parametrize(
    "sentence",
    [
        "The pump lifts water (Figure 2, page 4) [1].",
        "The pump lifts water, as on pages 4-5 [1].",
        f"Picture {ID} shows the pump [1].",
        "The valve closes the pipe on page 9 [2].",
        "The pump of figure 2 and the valve of page 9 [1][2].",
        "The valve is on page 9.",
    ],
)
def test_what_the_cited_passages_have_leaves(sentence: str) -> None:
    assert Outgoing(PASSAGES, places=PLACES).problem_of(sentence) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "The pump lifts water (Figure 3) [1].",
        "The pump lifts water, see page 9 [1].",
        "The valve closes the pipe, as Figure 2 shows [2].",
        "Picture d49831997e5a642c shows the pump [1].",
        "The pump is on page 40.",
        "Siehe Abbildung 8 [1].",
    ],
)
def test_a_page_or_figure_that_the_cited_passages_do_not_have_never_leaves(sentence: str) -> None:
    assert Outgoing(PASSAGES, places=PLACES).problem_of(sentence) == "reference"


def test_where_passages_are_no_parts_of_documents_no_page_is_judged() -> None:
    assert Outgoing(PASSAGES).problem_of("It is on page 40.") is None
