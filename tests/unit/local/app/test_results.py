from pathlib import Path

from local.app.people import Person
from local.app.results import failed, in_full, lines, plain, write_in_full
from local.app.selection import Skipped
from local.app.uploads import Outcome, Upload

ADA = Person("ada", "harbour", "token")
ENCRYPTED = "The PDF is protected by a password."


def outcome(name, state, reason="", code="", report=(), **more):
    return Outcome(Upload(Path(name), name, ADA), state, code, reason, 2, tuple(report), **more)


def left_out(why, part="pages", count=1):
    return {"part": part, "read": 3, "left_out": count, "why": why}


def test_documents_that_were_read_are_one_line():
    assert list(lines([outcome("a.md", "ready"), outcome("b.md", "ready")])) == ["can be asked about: 2 of 2 documents, 4 passages"]


def test_refusals_are_grouped_by_their_reason_with_count_and_examples():
    outcomes = [outcome(f"{n}.pdf", "quarantined", ENCRYPTED, "encrypted") for n in range(5)]
    outcomes.append(outcome("x.pdf", "quarantined", "The file has no content.", "empty"))
    said = list(lines(outcomes))
    assert said[1] == f"✗ 5 refused: {ENCRYPTED} (0.pdf, 1.pdf, 2.pdf and 2 more)"
    assert said[2] == "✗ 1 refused: The file has no content. (x.pdf)"


def wrong(name, kind):
    return outcome(name, "quarantined", f"The file holds {kind}.", "wrong_extension")


def test_a_reason_in_a_few_wordings_is_one_line_for_each():
    said = list(lines([wrong("b.docx", "text"), wrong("c.docx", "a PDF"), wrong("a.docx", "text")]))
    assert said[1:] == ["✗ 2 refused: The file holds text. (a.docx, b.docx)", "✗ 1 refused: The file holds a PDF. (c.docx)"]


def test_a_reason_that_differs_in_every_document_is_one_group_with_some_of_its_wordings():
    said = list(lines([wrong(f"{n}.docx", f"{n} pages") for n in range(5)]))
    assert said[1] == "✗ 5 refused, wrong_extension:"
    assert said[2:] == [
        "    The file holds 0 pages. (0.docx)",
        "    The file holds 1 pages. (1.docx)",
        "    The file holds 2 pages. (2.docx)",
        "    and 2 more reasons of this kind",
    ]


def test_a_fault_on_our_side_is_told_apart_from_a_refusal():
    said = list(
        lines([outcome("a.pdf", "failed", "It can be uploaded again.", "failed"), outcome("b.pdf", "refused", "Too large.", "too-large")])
    )
    assert said[1:] == ["✗ 1 refused: Too large. (b.pdf)", "✗ 1 failed on our side: It can be uploaded again. (a.pdf)"]


def test_what_was_read_in_part_is_told_with_its_reasons_grouped():
    pictures = left_out("2 pages are pictures without text.")
    outcomes = [outcome(f"{n}.pdf", "ready", report=[pictures]) for n in range(5)]
    outcomes.append(outcome("c.docx", "ready", report=[left_out("3 comments were left out", "comments", 3), pictures]))
    said = list(lines(outcomes))
    assert said[1] == "⚠ 6 read in part: 2 pages are pictures without text (0.pdf, 1.pdf, 2.pdf and 3 more)"
    assert said[2] == "⚠ 1 read in part: 3 comments were left out (c.docx)"


def test_parts_that_were_missed_in_another_number_in_every_document_are_one_group_for_each_kind_of_part():
    outcomes = [outcome(f"{n}.pdf", "partial", f"{n}% was not read.", "read_in_part", [left_out(f"{n} pages.")]) for n in range(2000)]
    outcomes += [outcome("x.pdf", "ready", report=[left_out("3 pages.")]), outcome("y.pdf", "ready", report=[left_out("A note.", "notes")])]
    said = list(lines(outcomes))
    assert said[1:7] == [
        "⚠ 2,000 read in part, too much:",
        "    0% was not read. (0.pdf)",
        "    1% was not read. (1.pdf)",
        "    10% was not read. (10.pdf)",
        "    and 1,997 more reasons of this kind",
        "⚠ 2,001 read in part, pages:",
    ]
    assert said[7] == "    3 pages (3.pdf, x.pdf)", "what most documents have comes first"
    assert said[-1] == "⚠ 1 read in part: A note (y.pdf)"


def test_a_partial_document_is_told_with_its_reason_and_its_report():
    said = list(lines([outcome("a.pdf", "partial", "Half of it was not read.", "too_much_lost", [left_out("9 pages are pictures.")])]))
    assert said[1:] == ["⚠ 1 read in part: Half of it was not read. (a.pdf)", "⚠ 1 read in part: 9 pages are pictures (a.pdf)"]


def test_what_was_read_completely_is_no_warning():
    menus = left_out("The menus repeat on every page.", "furniture", 12)
    outcomes = [
        outcome("a.html", "ready", report=[menus]),
        outcome("b.pdf", "ready", report=[left_out("", count=0)]),
        outcome("c.md", "ready"),
    ]
    assert len(list(lines(outcomes))) == 1


def test_a_language_that_is_not_served_is_told_and_is_no_loss_of_reading():
    said = list(lines([outcome("a.md", "ready", report=[left_out("The language is searched by words only.", "language")])]))
    assert said[1] == "⚠ 1 found less easily: The language is searched by words only (a.md)"


def test_a_document_without_reasons_is_told_all_the_same():
    assert list(lines([outcome("a.pdf", "partial")]))[1] == "⚠ 1 read in part: too much of it was not read (a.pdf)"
    assert "3 fields were not read" in list(lines([outcome("a.pdf", "ready", report=[left_out("", "fields", 3)])]))[1]


def test_what_was_there_already_is_counted():
    assert "1 were there already, unchanged (AGAIN=1 adds them again)" in list(lines([outcome("a.md", "ready", unchanged=True)]))


def test_documents_that_were_replaced_are_named_and_those_that_a_refused_file_would_replace_are_not():
    replaced = [outcome("a.md", "ready", replaced=True), outcome("b.md", "quarantined", replaced=True), outcome("c.md", "ready")]
    assert list(lines(replaced))[1] == "1 replaced a document of the same name: a.md"


def test_the_full_list_names_every_file_that_was_not_read_completely(tmp_path):
    outcomes = [outcome(f"{n}.pdf", "quarantined", ENCRYPTED, "encrypted") for n in range(50)]
    outcomes += [outcome("good.md", "ready"), outcome("part.pdf", "ready", report=[left_out("One page is a picture")])]
    skipped = [Skipped("hidden file{s}", "", (".a", ".b")), Skipped(".xlsx", "not read", ("c.xlsx",))]
    file = tmp_path / "logs" / "list.txt"
    assert write_in_full(file, outcomes, skipped)
    rows = file.read_text().splitlines()
    assert len(rows) == 54
    assert rows[0] == f"quarantined\t0.pdf\t{ENCRYPTED}"
    assert rows[50:] == [
        "ready\tpart.pdf\tOne page is a picture",
        "skipped\t.a\thidden",
        "skipped\t.b\thidden",
        "skipped\tc.xlsx\tnot read",
    ]


def test_no_list_is_written_when_everything_was_read(tmp_path):
    assert not write_in_full(tmp_path / "list.txt", [outcome("a.md", "ready")], [])
    assert not (tmp_path / "list.txt").exists()


def test_names_are_shown_without_what_a_terminal_obeys():
    assert plain("a\x1b[31m\nb\udce9ü.md") == "a�[31m�b�ü.md"


def test_duplicates_are_neither_searched_nor_a_fault_of_ours():
    found = [outcome("a.md", "ready"), outcome("b.md", "duplicate", "It is the same file as a.md.", "duplicate")]
    assert list(lines(found)) == [
        "can be asked about: 1 of 2 documents, 2 passages",
        "1 duplicate not searched, others say the same (make quality names both): b.md",
    ]
    assert failed(found) == []
    assert list(in_full(found, [])) == ["duplicate\tb.md\tIt is the same file as a.md."]


def test_personal_data_that_was_left_out_and_doubts_about_a_text_have_titles_of_their_own():
    report = [left_out("Left out: 1 card number.", "personal data"), {**left_out("The document has 3 words.", "text", 0)}]
    assert list(lines([outcome("a.md", "ready", report=report)]))[1:] == [
        "⚠ 1 with personal data: Left out: 1 card number (a.md)",
        "⚠ 1 worth a look: The document has 3 words (a.md)",
    ]
