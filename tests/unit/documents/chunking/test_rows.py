"""A table row that is too long for a passage: each part says which row it is of and which column it is in."""

from hypothesis import given, settings
from hypothesis import strategies as st

from causeway.documents.chunking.chunks import chunk
from causeway.documents.chunking.cuts import CHARACTERS
from causeway.documents.chunkings import MODEL_LIMIT
from causeway.documents.content import Block, Content
from tests.unit.documents.chunking.test_chunks import embedded

KEY = "Article: Kiln 7"
LONG = " ".join(f"Rule {number} asks for a cold oven before anyone opens its door." for number in range(120))


def parts(row: str) -> list[str]:
    return [made.text for made in chunk(Content("Guide", [Block("table", row)]))]


def test_a_row_that_fits_a_passage_stays_whole() -> None:
    assert parts(f"{KEY}; Colour: red") == [f"{KEY}; Colour: red"]


def test_a_row_of_many_cells_is_cut_between_them_and_each_part_begins_with_the_first_cell() -> None:
    cells = [f"Reading {number}: {number * 7} degrees at the upper door" for number in range(150)]
    made = parts("; ".join([KEY, *cells]))
    assert len(made) > 2
    assert all(part.startswith(f"{KEY}; Reading ") for part in made)
    assert "; ".join(part.removeprefix(f"{KEY}; ") for part in made) == "; ".join(cells)


def test_a_value_that_is_cut_goes_on_under_the_name_of_its_column() -> None:
    made = parts(f"{KEY}; Rules: {LONG}; Colour: red")
    assert len(made) > 2
    assert all(part.startswith(f"{KEY}; Rules: Rule ") for part in made[:-1])
    assert made[-1].startswith(f"{KEY}; ")
    assert made[-1].endswith("Colour: red")
    assert " ".join(part.removeprefix(f"{KEY}; Rules: ") for part in made).startswith(LONG[:4000])


def test_a_value_with_semicolons_keeps_the_name_of_its_column_in_every_part() -> None:
    made = parts(f"{KEY}; Parts: " + "; ".join(f"a valve of type {number} with its seal" for number in range(200)))
    assert len(made) > 2
    assert all(part.startswith(f"{KEY}; Parts: a valve") for part in made)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.text("abc é東:;", max_size=500), st.text("abcdefgh .;:é東", max_size=6000)),
        min_size=1,
        max_size=8,
    )
)
def test_no_part_of_any_row_is_too_long_or_lacks_a_word(cells: list[tuple[str, str]]) -> None:
    row = "; ".join(f"{name}: {value}" for name, value in cells)
    made = chunk(Content("Guide", [Block("table", row)]))
    assert all(embedded(each, "Guide") <= MODEL_LIMIT and len(each.text) <= CHARACTERS for each in made)
    told = " ".join(each.text for each in made)
    assert [word for word in row.split() if len(word) < 40 and word.strip(";:") not in told] == []
