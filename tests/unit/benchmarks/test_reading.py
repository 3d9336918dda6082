"""Counting real files by what became of them."""

import json

from benchmarks.reading import Outcome, files_of, outcome_of, rows
from tests.unit.documents.making import picture_only_pdf
from tests.unit.documents.pdfs import lines


def test_only_files_of_formats_that_are_read_are_taken_in_a_fixed_order(tmp_path):
    for name in ("b.pdf", "a.MD", "c.mp4", "folder/d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [path.name for path in files_of([tmp_path])] == ["a.MD", "b.pdf", "d.txt"]


def test_an_outcome_is_read_or_the_code_of_the_refusal(tmp_path):
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(lines(["A line of the keeper."]))
    bad.write_bytes(picture_only_pdf())
    found = outcome_of(good)
    assert (found.of, found.words, found.lost, found.format) == ("read", 5, 0, "pdf")
    assert outcome_of(bad).of == "no_text"
    assert json.dumps(found.path)


def test_formats_are_counted_apart_and_refusals_by_reason():
    outcomes = [
        Outcome("a", "pdf", "read", 1.0),
        Outcome("b", "pdf", "read in part", 1.0),
        Outcome("c", "pdf", "damaged", 0.5),
        Outcome("d", "pdf", "encrypted", 0.25),
        Outcome("e", "pdf", "encrypted", 0.25),
        Outcome("f", "html", "read", 0.1),
    ]
    assert rows(outcomes) == [["pdf", "5", "1", "1", "encrypted 2, damaged 1", "3.0"], ["html", "1", "1", "0", "-", "0.1"]]
