"""Which page each place of a chunk is on."""

from itertools import pairwise

from causeway.documents.chunking.chunks import chunk
from causeway.documents.chunking.passages import passages_of
from causeway.documents.chunkings import STANDARD
from causeway.documents.content import Block, Content
from causeway.retrieval.passage import FoundPassage

WEIRS = Content(
    "Weirs",
    [
        Block("heading", "Weirs", 1, page=1),
        Block("text", "The sluice is opened at dawn.", page=1),
        Block("text", "The fish counter is read every hour.", page=3),
        Block("table", "Gate: north; Keeper: Ada", page=3),
        Block("table", "Gate: south; Keeper: Bela", page=4),
        Block("text", "The log boom is checked in autumn.", page=4),
    ],
)


def found(content: Content) -> list[FoundPassage]:
    shared = {"tenant": "t", "document_id": "d", "version": "v", "source": "s", "title": "T", "language": "en"}
    return [FoundPassage(**passage.model_dump(), similarity=0.9, score=1.0) for passage in passages_of(chunk(content), **shared)]


def page_of(passage: FoundPassage, words: str) -> int | None:
    return passage.page_of(passage.text.index(words))


def test_each_sentence_of_a_passage_over_three_pages_is_on_its_own_page() -> None:
    (passage,) = found(WEIRS)
    assert passage.page == 1
    assert page_of(passage, "The sluice") == 1
    assert page_of(passage, "The fish counter") == 3
    assert page_of(passage, "The log boom") == 4


def test_each_row_of_a_table_over_a_page_break_is_on_its_own_page() -> None:
    (passage,) = found(WEIRS)
    assert (page_of(passage, "Gate: north"), page_of(passage, "Gate: south")) == (3, 4)


def test_what_a_passage_repeats_of_the_one_before_keeps_its_page() -> None:
    pages = [" ".join(f"Sentence {number} of page {page} is about weirs." for number in range(12)) for page in range(1, 12)]
    passages = found(Content("T", [Block("text", text, page=number) for number, text in enumerate(pages, 1)]))
    assert len(passages) > 2
    for before, after in pairwise(passages):
        assert after.text[:20] in before.text[-STANDARD.overlap * 12 :]
        assert after.page_of(0) == before.page_of(len(before.text) - 1)
        assert after.page_of(0) != after.page or after.page == before.pages[-1][1]
    for passage in passages:
        for page in range(1, 12):
            place = passage.text.find(f" of page {page} is")
            assert place < 0 or passage.page_of(place) == page


def test_a_paragraph_that_is_cut_stays_on_its_page() -> None:
    long = " ".join(f"Clause {number} speaks of weirs." for number in range(400))
    assert {passage.page_of(len(passage.text) - 1) for passage in found(Content("T", [Block("text", long, page=7)]))} == {7}


def test_formats_without_pages_have_none() -> None:
    (passage,) = found(Content("T", [Block("text", "No pages here.")]))
    assert (passage.page_of(0), passage.pages) == (None, [])
