"""Paragraphs that many documents share."""

import pytest

from causeway.documents.boilerplate import MANY, Boilerplate
from causeway.documents.content import Block, Content
from tests.unit.documents.duplicates.making import prose

NOTICE = "All rights are reserved by the company."


def document(number: int, *texts: str, kind: str = "text") -> Content:
    return Content(None, tuple(Block(kind, text) for text in (*texts, " ".join(prose(number, 21)))))


@pytest.mark.parametrize(("others", "share"), [(MANY - 2, 0.0), (MANY - 1, 7 / 28)])
def test_a_paragraph_counts_once_many_documents_have_it_in_whatever_letters(others: int, share: float) -> None:
    mine = document(0, NOTICE)
    seen = Boilerplate([mine, *(document(number, NOTICE.upper()) for number in range(1, others + 1))])
    assert seen.share(mine) == share


def test_a_document_that_repeats_a_paragraph_makes_it_no_boilerplate() -> None:
    mine = document(0, *[NOTICE] * MANY)
    assert Boilerplate([mine]).share(mine) == 0


def test_headings_and_short_paragraphs_do_not_count() -> None:
    headings = [document(number, NOTICE, kind="heading") for number in range(MANY)]
    assert Boilerplate(headings).share(headings[0]) == 0
    short = [document(number, "See also the notes") for number in range(MANY)]
    assert Boilerplate(short).share(short[0]) == 0
    assert Boilerplate().share(Content(None)) == 0


def test_a_document_of_nothing_else_is_all_boilerplate() -> None:
    notices = [Content(None, (Block("text", NOTICE),)) for _ in range(MANY)]
    assert Boilerplate(notices).share(notices[0]) == 1
