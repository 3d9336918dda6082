"""Pages of a PDF that are pictures, or that do not say which letters they are, are read as they look."""

import io
import re
import time
from collections.abc import Sequence

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from benchmarks.scans import scan
from causeway.documents.bad import BadDocument
from causeway.documents.content import Content, Tally
from causeway.documents.readers.limits import DEFAULT, Limits
from causeway.documents.readers.pdf.reader import read_pdf
from causeway.documents.recognition import RecognisedPage, Run, page_lines, pages_in
from tests.unit.documents.making import drawn
from tests.unit.documents.readers.pictures.papers import TEXT, one_page_a_call, paper, words

TYPED = "This page was typed and needs nobody who recognises it."
LATE = Limits(recognition=0)


def texts(content: Content) -> dict[int | None, list[str]]:
    """The words of each page."""
    found: dict[int | None, list[str]] = {}
    for block in content.blocks:
        found.setdefault(block.page, []).extend(block.text.split())
    return found


def pages(content: Content) -> list[Tally]:
    return [tally for tally in content.report if tally.part == "pages"]


def mixed(kinds: Sequence[str], stamp: str = "") -> bytes:
    """Pages that are "typed" or "scanned". stamp: a line of type over each scanned one."""
    picture = ImageReader(paper())

    def draw(canvas: Canvas) -> None:
        for kind in kinds:
            if kind == "typed":
                canvas.setPageSize((595, 842))
                canvas.drawString(72, 700, TYPED)
            else:
                width, height = picture.getSize()
                canvas.setPageSize((595, 595 * height / width))
                canvas.drawImage(picture, 0, 0, 595, 595 * height / width)
                canvas.drawString(72, 20, stamp)
            canvas.showPage()

    return drawn(draw)


def garbled(text: str) -> bytes:
    """A page whose font says of each of its characters that it is a private one."""
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    file = io.BytesIO()
    canvas = Canvas(file, pageCompression=0)
    canvas.setFont("Vera", 11)
    canvas.drawString(60, 700, text)
    canvas.save()
    return re.sub(rb"(<\w\w>) <00(\w\w)>", rb"\1 <e0\2>", file.getvalue())


def test_typed_pages_and_scanned_ones_are_read_in_their_order() -> None:
    content = read_pdf(mixed(["typed", "scanned", "typed"]), DEFAULT)
    assert texts(content) == {1: TYPED.split(), 2: words(), 3: TYPED.split()}
    assert [(tally.read, tally.left_out) for tally in pages(content)] == [(2, 0), (1, 0)]


def test_a_document_whose_pages_are_all_typed_is_not_drawn() -> None:
    assert read_pdf(mixed(["typed"] * 2), LATE).recognition.pages == ()


def test_a_stamp_over_a_scan_is_read_beside_the_writing_in_it() -> None:
    content = read_pdf(mixed(["scanned"], stamp="Archive 4711"), DEFAULT)
    assert sorted(texts(content)[1]) == sorted([*words(), "Archive", "4711"])


def test_a_page_whose_font_names_no_letters_is_read_as_it_looks() -> None:
    content = read_pdf(garbled("The keeper of the tide mill"), DEFAULT)
    assert texts(content)[1] == ["The", "keeper", "of", "the", "tide", "mill"]


def test_pages_for_which_the_time_is_over_are_told_and_cost_what_other_pages_hold() -> None:
    content = read_pdf(mixed(["typed", "scanned", "scanned"]), LATE)
    assert texts(content) == {1: TYPED.split()}
    assert content.recognition.waiting == [2, 3]
    why = "2 pages are pictures, and the time for recognition was over (pages 2, 3)"
    assert pages(content) == [Tally("pages", 1), Tally("pages", 0, 2, why, 2 * len(TYPED))]


def test_a_scan_for_which_there_is_no_time_at_all_is_refused_with_the_reason() -> None:
    with pytest.raises(BadDocument, match=r"unrecognised: .* the time for recognition was over"):
        read_pdf(scan([paper()]), LATE)


def test_pages_that_were_recognised_before_are_taken_as_they_are() -> None:
    known = RecognisedPage(2, 1000, 1000, 90.0, [Run("Known before", 100, 100, 300, 40)])
    content = read_pdf(mixed(["typed", "scanned", "scanned"]), LATE, pages_in(page_lines([known])))
    assert texts(content) == {1: TYPED.split(), 2: ["Known", "before"]}
    assert content.recognition.pages == [known]
    assert content.recognition.waiting == [3]


def test_a_page_that_takes_too_long_costs_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("causeway.documents.readers.pictures.recogniser.PAGE_SECONDS", 0.05)
    begun = time.monotonic()
    content = read_pdf(mixed(["typed", "scanned"]), DEFAULT)
    assert texts(content) == {1: TYPED.split()}
    assert pages(content)[1].why == "1 page is a picture that takes too long to recognise (page 2)"
    assert time.monotonic() - begun < 5


def test_of_a_long_scan_the_pages_are_read_until_the_time_is_over_and_the_rest_by_later_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    one_page_a_call(monkeypatch)
    data = scan([paper(texts=TEXT[2:])] * 3)
    known: Sequence[RecognisedPage] = ()
    for count in (1, 2, 3):
        content = read_pdf(data, DEFAULT, known)
        known = content.recognition.pages
        assert [page.number for page in known] == list(range(1, count + 1))
        assert content.recognition.goes_on == (count < 3)
    assert texts(content) == {number: words(TEXT[2:]) for number in range(1, 4)}


def test_a_long_scan_of_which_nothing_is_sure_yet_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    one_page_a_call(monkeypatch)
    content = read_pdf(scan([Image.new("L", (900, 900), 255), paper()]), DEFAULT)
    assert (list(content.blocks), content.recognition.goes_on) == ([], True)
