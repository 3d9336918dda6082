"""A version of a document against the last one."""

import pytest

from causeway.documents.content import Block, Content
from causeway.documents.shifts import Batch, Statistics, shifts
from tests.unit.documents.duplicates.making import changed, prose

TABLE = [Block("table", f"Title: {word}; Copies: 3") for word in prose(9, 5)]


def of(words: list[str], language: str = "en", tables: int = 0) -> Statistics:
    return Statistics.of(Content(None, (Block("heading", "Guide", 1), Block("text", " ".join(words)), *TABLE[:tables])), language)


OLD = of(prose(1, 300), tables=5)


def test_an_edited_version_is_no_shift() -> None:
    assert shifts(OLD, OLD) == []
    assert shifts(OLD, of(changed(prose(1, 300), 0.3), tables=1)) == []
    assert shifts(OLD, of(prose(1, 600), tables=5)) == []
    assert shifts(of(prose(1, 300)), of(prose(1, 160))) == []


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        (of(prose(1, 100), tables=5), "The document has 121 words, its last version had 321."),
        (of(prose(1, 300), "de", tables=5), "The document's language is de, that of its last version was en."),
        (of(prose(1, 300)), "The document has no tables, its last version had 5 rows of them."),
        (of(prose(2, 300), tables=5), "The document has hardly a sentence in common with its last version."),
    ],
)
def test_each_shift_is_told_alone(new: Statistics, reason: str) -> None:
    assert shifts(OLD, new) == [reason]


def test_a_language_that_cannot_be_told_and_a_short_text_are_no_shift() -> None:
    assert shifts(OLD, of(prose(1, 300), "und", tables=5)) == []
    assert shifts(of(prose(1, 20)), of(["other"], "de")) == []


def test_signatures_of_two_schemes_are_not_compared() -> None:
    other = of(prose(2, 300), tables=5).model_copy(update={"scheme": "rensa1-128-2words-1"})
    assert shifts(OLD, other) == shifts(other, OLD) == []


def test_statistics_are_kept_as_json() -> None:
    assert Statistics.model_validate_json(OLD.model_dump_json()) == OLD
    assert (OLD.words, OLD.headings, OLD.tables, len(OLD.signature)) == (321, 1, 5, 1024)


@pytest.mark.parametrize(
    ("changed", "shifted", "stops"), [(9, 9, False), (10, 2, False), (10, 3, True), (1_000, 200, False), (1_000, 201, True), (0, 0, False)]
)
def test_a_batch_waits_if_many_of_its_documents_shift(changed: int, shifted: int, stops: bool) -> None:
    reason = Batch(changed, shifted).stop()
    assert bool(reason) is stops
    assert not stops or f"{shifted:,} of {changed:,} documents" in reason
