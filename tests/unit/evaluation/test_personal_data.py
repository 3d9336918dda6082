"""How found personal data is counted."""

import pytest

from causeway.safety.personal.kinds import Personal
from evaluation import personal_data
from evaluation.personal_data import Labelled, _covers, _precision, _recall, labelled

TEXT = "Ring (0118) 496 0480 now"
LABEL = Labelled(TEXT, "en", "phone", 5, 20)


@pytest.mark.parametrize(
    ("found", "covers"),
    [
        (Personal("phone", 5, 20, 1.0), True),
        (Personal("phone", 6, 20, 1.0), True),
        (Personal("phone", 0, 24, 1.0), True),
        (Personal("phone", 5, 19, 1.0), False),
        (Personal("phone", 12, 20, 1.0), False),
        (Personal("card", 5, 20, 1.0), False),
        (Personal("phone", 21, 24, 1.0), False),
        (Personal("phone", 0, 4, 1.0), False),
    ],
)
def test_a_place_is_found_if_none_of_its_letters_and_digits_is_left(found: Personal, covers: bool) -> None:
    assert _covers(found, LABEL) is covers


def test_recall_counts_labels_and_precision_what_was_found() -> None:
    texts = [LABEL, LABEL, Labelled("order 1234567", "en", None)]
    results = [[Personal("phone", 5, 20, 1.0)], [], [Personal("phone", 6, 13, 1.0)]]
    assert str(_recall(texts, results, [0, 1])).startswith("0.50")
    assert str(_precision(texts, results, "phone")).startswith("0.50")


def test_the_labelled_set_is_the_same_in_every_run_and_half_of_it_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal_data, "EACH", 2)
    texts = labelled()
    assert texts == labelled()
    assert sum(each.kind is None for each in texts) == len(texts) // 2
    assert all(each.text[each.start : each.end].strip() for each in texts if each.kind)
    assert {each.language for each in texts} == {"en", "de", "fr", "es", "it", "nl", "pl", "pt"}
