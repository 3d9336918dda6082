"""What is held of documents, and which of them differ."""

from collections.abc import Iterator

import pytest

from evaluation.contradictions.statements import Place, Statement, statements
from evaluation.contradictions.store import COMMON, MANY, Statements, by_pairs

SAID = "Books may be returned within {} days of delivery."


@pytest.fixture
def store() -> Iterator[Statements]:
    made = Statements(":memory:")
    yield made
    made.close()


def said(*values: int, heading: str = "Returns") -> list[Statement]:
    return [each for value in values for each in statements(SAID.format(value), Place(heading, None), "en")]


def pairs(store: Statements, *asked: str) -> list[tuple[str, str]]:
    return list(by_pairs(store.shared(asked)))


def test_two_documents_that_differ_are_a_pair_and_those_that_agree_are_none(store: Statements) -> None:
    for name, days in {"a": 30, "b": 60, "c": 30}.items():
        store.add(name, "1", said(days))
    assert pairs(store, "a", "b", "c") == [("a", "b"), ("b", "c")]


def test_documents_that_are_not_asked_for_are_in_no_pair_and_no_count(store: Statements) -> None:
    for name, days in {"a": 30, "secret": 60, **{f"more {n}": n for n in range(MANY)}}.items():
        store.add(name, "1", said(days))
    assert (pairs(store, "a"), store.templates(["a"])) == ([], 0)
    assert pairs(store, "a", "secret") == [("a", "secret")]


def test_what_many_documents_or_one_in_several_places_say_is_a_template(store: Statements) -> None:
    names = [f"{number}" for number in range(MANY + 1)]
    for name in names:
        store.add(name, "1", said(int(name)))
    assert (pairs(store, *names), store.templates(names)) == ([], 1)
    assert len(pairs(store, *names[1:])) == MANY * (MANY - 1) / 2
    store.add("0", "2", said(7, 8))
    assert (pairs(store, "0", "1"), store.templates(["0", "1"])) == ([], 1)


def test_below_a_heading_that_many_documents_have_only_the_same_headings_are_compared(store: Statements) -> None:
    for number in range(COMMON + 1):
        store.add(
            f"other {number}",
            "1",
            list(statements(f"Something else with many words, number of it {number}.", Place(f"{number} > Limits", 1), "en")),
        )
    for name, heading in {"a": "Parcels > Limits", "b": "Letters > Limits", "c": "Parcels > Limits"}.items():
        store.add(name, "1", said({"a": 30, "b": 40, "c": 50}[name], heading=heading))
    everything = ["a", "b", "c", *(f"other {number}" for number in range(COMMON + 1))]
    assert pairs(store, *everything) == [("a", "c")]
    assert len(pairs(store, "a", "b", "c")) == 3


def test_a_new_version_takes_the_place_of_the_old_one_and_a_document_that_is_gone_goes(store: Statements) -> None:
    store.add("a", "1", said(30))
    store.add("b", "1", said(60))
    assert store.unread({"a": "2", "b": "1"}) == ["a"]
    assert pairs(store, "a", "b") == []
    store.add("a", "2", said(60))
    assert (store.unread({"a": "2", "b": "1"}), pairs(store, "a", "b"), store.held()) == ([], [], 2)
    assert (store.unread({"b": "1"}), store.held()) == ([], 1)
