"""What `make quality` says of documents."""

from datetime import UTC, datetime, timedelta

from local.app.quality import SHOWN, lines, unanswered

NOW = datetime(2026, 11, 27, tzinfo=UTC)
OLD = "2025-01-01T00:00:00.000+00:00"


def record(name, state="ready", **more):
    told = {"content_hash": name, "text_hash": f"text of {name}", "duplicate_of": None, "report": [], "version": "v", "reason": None}
    return {"document_id": name, "name": name, "state": state, "language": "en", "updated_at": NOW.isoformat(), **told, **more}


def row(part, why, left_out=0):
    return {"part": part, "read": 0, "left_out": left_out, "why": why, "lost": 0}


def said(*records, older=timedelta(days=365)):
    return list(lines(records, NOW, older))


def test_documents_are_counted_by_state_and_those_that_answer_by_language():
    assert said(record("a"), record("b", language="de"), record("c"), record("d", "processing", language=None)) == [
        "4 documents: 3 ready, 1 processing",
        "languages: 2 en, 1 de",
    ]
    assert said() == ["0 documents: none"]


def test_the_same_file_and_the_same_words_are_told_apart_with_the_one_that_answers_first():
    same = {"content_hash": "x", "text_hash": "t"}
    found = said(record("b.md", "duplicate", **same), record("z.md", **same), record("c.pdf", text_hash="t"))
    assert found[2:] == [
        "The same file:",
        "  z.md = b.md (not searched)",
        "The same words in other files:",
        "  c.pdf = z.md = b.md (not searched)",
    ]


def test_nearly_the_same_words_are_told_of_documents_that_stand_behind_another():
    found = said(record("a.md"), record("b.md", "duplicate", duplicate_of="a.md"))
    assert found[-1] == "  a.md = b.md (not searched)"
    assert "Nearly" in found[-2]


def test_a_document_that_is_gone_is_no_duplicate():
    assert len(said(record("a", content_hash="x"), record("b", "deleting", content_hash="x", version=None))) == 2


def test_personal_data_and_what_is_worth_a_look_are_told_once_for_each_sentence():
    redacted = row("personal data", "Left out, with its kind in its place: 1 card number.", 1)
    found = said(record("a", report=[redacted]), record("b", report=[redacted, row("text", "The document has 3 words.")]))
    assert found[2:] == [
        "Personal data:",
        "  Left out, with its kind in its place: 1 card number. (a, b)",
        "Worth a look:",
        "  The document has 3 words. (b)",
    ]


def test_unread_pages_and_reasons_of_partial_documents_are_told():
    partial = record("scan.pdf", "partial", report=[row("pages", "pictures", 3)], reason={"code": "x", "message": "Most is pictures."})
    assert said(partial, record("b", report=[row("pages", "pictures", 1)]))[2:] == [
        "Read in part:",
        "  4 pages of 2 documents not read: scan.pdf, b",
        "  scan.pdf: Most is pictures.",
    ]


def test_what_was_not_taken_is_told_with_its_reason_and_what_answers_meanwhile():
    reason = {"code": "shifted", "message": "It differs much."}
    found = said(record("a", "quarantined", reason=reason), record("b", "failed", reason=reason, version=None))
    assert found[1:] == ["Not taken:", "  a: It differs much; answers use its former version", "  b: It differs much"]


def test_documents_that_did_not_change_for_long_are_named():
    assert said(record("a", updated_at=OLD), record("b"))[-2:] == ["Not changed for 365 days:", "  1 document: a"]
    assert len(said(record("a", updated_at=OLD), older=timedelta(days=3_000))) == 2


def test_a_long_section_says_how_much_is_missing():
    found = list(unanswered([f"q{n}" for n in range(SHOWN + 2)], 40))
    assert (found[0], found[-1], len(found)) == ("Golden questions without an answer, of 40 asked:", "  and 2 more", SHOWN + 2)
    assert list(unanswered([], 40)) == []
