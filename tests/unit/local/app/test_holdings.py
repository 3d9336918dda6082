from local.app.holdings import FEW, PASSAGES_SHOWN, described, each_passage, in_full, lines, pictured, weight
from local.app.people import Person

ADA = Person("ada", "harbour", "token")
EMPTY = {"code": "empty", "message": "The file has no content."}


def record(name, state="ready", reason=None, **more):
    version = "v1" if state in ("ready", "partial") else None
    known = {"document_id": f"id-{name}", "name": name, "state": state, "reason": reason, "version": version, "title": "Returns"}
    sizes = {"passages": 2, "bytes": 3_000, "language": "en", "updated_at": "2026-11-27T08:00:00.000+00:00", "created_at": "2026-11-26"}
    return {**known, **sizes, "object_version": "o1", "content_hash": "ab", "report": [], **more}


def test_states_are_counted_in_words_before_anything_is_listed():
    records = [record("b.md"), record("a.md"), record("c.md", "quarantined", EMPTY), record("d.md", "processing")]
    said = list(lines(ADA, records))
    assert said[0] == "harbour, as ada may read it: 4 documents, 4 passages, 12.0 KB"
    assert said[1:4] == [
        "  ready             2  can be asked about",
        "  processing        1  being read",
        "  quarantined       1  refused",
    ]
    assert said[4] == "✗ 1 quarantined: The file has no content. (c.md)"
    assert said[5] == "  ready           2 passages  3,000 bytes  en  a.md"
    assert [line.split()[-1] for line in said[5:]] == ["a.md", "b.md", "c.md", "d.md"]


def test_many_documents_are_told_by_folder():
    records = [record(f"policies/{n}.md") for n in range(FEW)] + [record("a.md"), record("faq/b.md", "failed", EMPTY)]
    assert list(lines(ADA, records))[-3:] == [
        "  (no folder): 1 document: 1 ready",
        "  faq/: 1 document: 1 failed",
        "  policies/: 40 documents: 40 ready",
    ]


def test_a_refused_document_counts_no_passages_and_a_refused_replacement_those_that_answers_use():
    said = list(lines(ADA, [record("a.md", "quarantined", EMPTY), record("b.md", "quarantined", EMPTY, version="v0")]))
    assert ", 2 passages, " in said[0]


def test_a_file_of_documents_has_each_with_its_reason_in_columns():
    rows = [row.split("\t") for row in in_full([record("b\n.md", "failed", EMPTY), record("a.md")])]
    assert [len(row) for row in rows] == [9, 9, 9]
    assert rows[1] == ["ready", "a.md", "2", "3000", "en", "v1", "2026-11-27T08:00:00.000+00:00", "id-a.md", ""]
    assert (rows[2][1], rows[2][-1]) == ("b�.md", "The file has no content.")


def test_one_document_is_told_from_its_upload_to_its_entries_of_the_index():
    paid = {"part": "pages", "read": 0, "left_out": 0, "why": "Amazon Textract was paid for 3 pages"}
    pages = [{"part": "pages", "read": 3, "left_out": 1, "why": "One page is a picture."}, {"part": "furniture", "left_out": 9}, paid]
    passages = [passage(0, pages=[1, 2], heading="Returns > Gifts"), passage(1, kind="table", instructions=1)]
    source = {"version": "v1", "read_from": "o0", "file": "processed/harbour/id/0.v1/passages.jsonl", "total": 2}
    assert list(described(record("a.md", report=pages), passages, source, "everybody of harbour")) == [
        "a.md · Returns (en)",
        "  state          ready: can be asked about, since 2026-11-27T08:00:00.000+00:00",
        "  who may read   everybody of harbour",
        "  document id    id-a.md, first seen 2026-11-26",
        "  latest upload  object version o1, 3,000 bytes, SHA-256 ab",
        "  answers use    version v1, 2 passages",
        "    read from    object version o0 of a.md",
        "    kept in      processed/harbour/id/0.v1/passages.jsonl",
        "    indexed as   id-a.md:v1:0 to 1",
        "  read           Amazon Textract was paid for 3 pages",
        "  not read       One page is a picture",
        "  passages",
        "    [0] p. 1-2 Returns > Gifts (9 tokens): Books may be returned.",
        "    [1] (table, 9 tokens, 1 sentence that instruct a model): Books may be returned.",
    ]


def test_a_document_that_no_answer_uses_and_one_whose_passages_are_not_known_say_so():
    nothing = {"version": None, "read_from": None, "file": None, "total": 0}
    said = list(described(record("a.md", "quarantined", EMPTY), [], nothing, "everybody of harbour"))
    assert "  why            The file has no content." in said
    assert said[-1] == "  answers use    nothing of it"
    unknown = {"version": "v1", "read_from": "o0", "file": None, "total": 2}
    assert any("AGAIN=1" in line for line in described(record("a.md"), [], unknown, "everybody of harbour"))


def test_of_many_passages_some_are_shown_and_all_are_in_the_file():
    passages = [passage(n) for n in range(PASSAGES_SHOWN + 5)]
    source = {"version": "v1", "read_from": "o0", "file": "f", "total": 25}
    assert list(described(record("a.md"), passages, source, ""))[-1] == "    and 5 more"
    assert sum(line.startswith("--- ") for line in each_passage(passages)) == PASSAGES_SHOWN + 5


def passage(position, pages=(), heading="", kind="text", instructions=0):
    place = {"position": position, "pages": list(pages), "heading": heading, "kind": kind, "instructions": instructions}
    return {**place, "id": f"id:v1:{position}", "tokens": 9, "text": "Books may be\nreturned."}


def test_bytes_are_told_in_the_unit_that_can_be_read():
    assert [weight(size) for size in (0, 9_999, 12_345, 5_500_000)] == ["0 bytes", "9,999 bytes", "12.3 KB", "5.5 MB"]


def test_the_pictures_of_a_document_are_listed_with_page_size_caption_and_address():
    shown = {
        "id": "d49831997e5a642b",
        "page": 2,
        "caption": "Figure 8: The receipt",
        "width": 400,
        "height": 240,
        "bytes": 1800,
        "url": "https://x",
    }
    assert list(pictured([shown])) == [
        "  pictures",
        "    d49831997e5a642b p. 2 (400 x 240, 1,800 bytes) Figure 8: The receipt",
        "      https://x",
    ]
    assert list(pictured([])) == []
