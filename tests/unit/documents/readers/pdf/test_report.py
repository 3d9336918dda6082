"""What a PDF's report says was left out, and why."""

from collections.abc import Sequence

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from causeway.documents.bad import BadDocument
from causeway.documents.content import Content, Tally
from causeway.documents.readers.limits import DEFAULT, Limits
from causeway.documents.readers.pdf.reader import read_pdf
from tests.unit.documents.making import drawn
from tests.unit.documents.pdfs import line, lines, written

TEXT = "The keeper of the tide mill writes a line of his log every day. "
UNREADABLE = Limits(confidence=101)  # nothing is recognised so surely


def of(content: Content, part: str) -> list[Tally]:
    return [tally for tally in content.report if tally.part == part]


def picture(canvas: Canvas, size: float = 400) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (20, 20), "grey")), 50, 300, size, size)


def test_a_document_that_is_read_whole_says_so() -> None:
    content = read_pdf(lines([TEXT]), DEFAULT)
    assert content.report == [Tally("pages", 1), Tally("characters", len(TEXT.strip()))]


def test_a_page_that_is_a_picture_without_writing_is_counted_and_costs_nothing() -> None:
    def draw(canvas: Canvas) -> None:
        for page in range(4):
            if page == 2:
                picture(canvas)
            else:
                canvas.drawString(72, 700, f"{TEXT}{page}")
            canvas.showPage()

    left_out = Tally("pages", 0, 1, "1 page is a picture in which no writing was found (page 3)", 0)
    assert of(read_pdf(drawn(draw), DEFAULT), "pages") == [Tally("pages", 3), left_out]


def test_a_page_whose_letters_are_drawn_as_lines_is_counted() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, TEXT)
        canvas.showPage()
        for number in range(60):
            canvas.bezier(72 + 5 * number, 700, 75, 710, 80, 690, 76 + 5 * number, 702)

    assert [(tally.read, tally.left_out) for tally in of(read_pdf(drawn(draw), DEFAULT), "pages")] == [(1, 0), (0, 1)]


def test_an_empty_page_is_no_loss() -> None:
    content = read_pdf(written([{"content": line(TEXT, 700)}, {}]), DEFAULT)
    assert of(content, "pages") == [Tally("pages", 2)]


def test_pictures_beside_text_are_counted_and_cost_nothing() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 780, TEXT)
        picture(canvas, 200)

    found = of(read_pdf(drawn(draw), DEFAULT), "pictures")
    assert found == [Tally("pictures", 0, 1, "1 picture is on the pages; text inside them is not read", 0)]


def test_text_recognised_in_a_scan_is_read() -> None:
    def draw(canvas: Canvas) -> None:
        picture(canvas)
        scanned = canvas.beginText(72, 700)
        scanned.setTextRenderMode(3)
        scanned.textLine(TEXT)
        canvas.drawText(scanned)

    content = read_pdf(drawn(draw), DEFAULT)
    assert [block.text for block in content.blocks] == [TEXT.strip()]
    assert not of(content, "hidden text")


@pytest.mark.parametrize(
    "hidden", [line("Not for readers.", 650, before="3 Tr"), line("Not for readers.", -50), line("Not for readers.", 650, x=700)]
)
def test_text_that_nobody_sees_is_not_read_and_is_counted(hidden: str) -> None:
    content = read_pdf(written([{"content": line(TEXT, 700) + hidden}]), DEFAULT)
    assert [block.text for block in content.blocks] == [TEXT.strip()]
    assert [(tally.left_out, tally.lost) for tally in of(content, "hidden text")] == [(1, 0)]


def test_a_page_of_nothing_but_undrawn_text_is_read() -> None:
    assert read_pdf(written([{"content": line(TEXT, 700, before="3 Tr")}]), DEFAULT).blocks[0].text == TEXT.strip()


def test_embedded_files_are_counted() -> None:
    names = "/Names << /EmbeddedFiles << /Names [(a.csv) 4 0 R] >> >>"
    files = ["<< /Type /Filespec /F (a.csv) /EF << /F 5 0 R >> >>", "<< /Type /EmbeddedFile /Length 3 >>\nstream\n1,2\nendstream"]
    content = read_pdf(written([{"content": line(TEXT, 700)}], catalog=names, objects=files), DEFAULT)
    assert of(content, "objects") == [Tally("objects", 0, 1, "1 file is embedded in the PDF; upload what should be read by itself", 0)]


def unknown(share: int, mapped: str = "<0020> <007e> <e420>", more: Sequence[str] = ()) -> bytes:
    """A page on which `share` of 10 lines are set in a font that maps its letters to characters that are none.

    more: content of further pages.
    """
    unmapped = "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def",
            "1 begincodespacerange <0000> <ffff> endcodespacerange",
            f"1 beginbfrange {mapped} endbfrange",
            "endcmap end end",
        ]
    )
    stream = f"<< /Length {len(unmapped)} >>\nstream\n{unmapped}\nendstream"
    font = "<< /Type /Font /Subtype /Type0 /BaseFont /Odd /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 4 0 R >>"
    glyphs = (
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Odd /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
    )
    odd = f"<{'Ten letters'.encode('utf-16-be').hex()}>"
    drawn_lines = [line("Ten letters", 700 - 20 * number) for number in range(10)]
    drawn_lines[:share] = [each.replace("/F1", "/F2").replace("(Ten letters)", odd) for each in drawn_lines[:share]]
    pages = [{"content": "".join(drawn_lines), "fonts": "/F2 5 0 R"}, *({"content": content} for content in more)]
    return written(pages, objects=[stream, font, glyphs])


def test_characters_without_a_letter_are_counted_as_lost() -> None:
    tally = of(read_pdf(unknown(2), DEFAULT), "characters")[0]
    assert tally.left_out == tally.lost == 2 * len("Ten letters")
    assert tally.why == "22 characters do not say which letters they are"


def test_codes_of_glyphs_that_are_control_characters_are_counted_as_lost() -> None:
    tally = of(read_pdf(unknown(2, "<0060> <007e> <0001>"), DEFAULT), "characters")[0]
    assert tally.left_out == tally.lost == 2 * len("en") + 2 * len("etters")


def test_a_document_of_mostly_such_characters_is_refused_when_its_look_cannot_be_read_either() -> None:
    with pytest.raises(BadDocument, match="garbled_text"):
        read_pdf(unknown(5), UNREADABLE)


@pytest.mark.parametrize("clear", [1, 3])
def test_pages_of_mostly_such_characters_are_left_out_and_the_others_read(clear: int) -> None:
    content = read_pdf(unknown(5, more=[line(TEXT, 700)] * clear), UNREADABLE)
    assert [(block.text, block.page) for block in content.blocks] == [(TEXT.strip(), page) for page in range(2, 2 + clear)]
    lost = 10 * len("Ten letters") + 9  # spaces between the lines
    assert of(content, "pages")[1] == Tally("pages", 0, 1, "1 page does not say which letters the characters are (page 1)", lost)
    assert of(content, "pages")[0].read == clear
