"""Pictures of each format in their places: from a real file to the block beside which each is shown."""

import base64
import io
import zipfile
from typing import Any

import pytest
from PIL import Image
from pptx import Presentation
from pptx.util import Inches
from reportlab.platypus import Image as Shown
from reportlab.platypus import Spacer

from causeway.documents.content import Content
from causeway.documents.readers.isolation import read_isolated
from tests.unit.documents import drawings
from tests.unit.documents.making import drawn, heading, pages, pdf, prose, word


def shown(content: Content) -> list[tuple[str, int | None]]:
    """The text beside each picture, with the picture's page."""
    page_of = {picture.id: picture.page for picture in content.pictures}
    return [(block.text, page_of[name]) for block in content.blocks for name in block.pictures]


def figure(colour: str = "navy", width: float = 300, height: float = 180) -> list[Any]:
    return [Spacer(0, 20), Shown(io.BytesIO(drawings.diagram(colour)), width, height), Spacer(0, 20)]


def test_a_picture_of_a_word_file_stands_by_its_caption_and_one_in_a_table_behind_the_table() -> None:
    def build(document: Any) -> None:
        document.add_paragraph("The pump lifts water.")
        document.add_picture(io.BytesIO(drawings.diagram()))
        document.add_paragraph("The pump between its tanks", style="Caption")
        table = document.add_table(1, 2)
        table.cell(0, 0).text = "Valve"
        table.cell(0, 1).paragraphs[0].add_run().add_picture(io.BytesIO(drawings.diagram("red")))

    assert shown(read_isolated(word(build), "a.docx")) == [("The pump between its tanks", None), ("Valve", None)]


def test_what_word_cuts_off_or_hides_of_a_picture_is_not_shown() -> None:
    def build(document: Any) -> None:
        document.add_paragraph("The pump lifts water.")
        document.add_picture(io.BytesIO(drawings.diagram()))
        blip = next(document.element.body.iter("{*}blip"))
        cut = blip.makeelement("{http://schemas.openxmlformats.org/drawingml/2006/main}srcRect", {"l": "50000"})
        blip.addnext(cut)
        hidden = document.add_paragraph().add_run()
        hidden.add_picture(io.BytesIO(drawings.diagram("red")))
        hidden.font.hidden = True

    (picture,) = read_isolated(word(build), "a.docx").pictures
    assert (picture.width, picture.height) == (200, 240)


def test_the_logo_of_a_page_header_is_no_picture_of_a_word_file() -> None:
    def build(document: Any) -> None:
        document.add_paragraph("The pump lifts water.")
        document.sections[0].header.paragraphs[0].add_run().add_picture(io.BytesIO(drawings.diagram()))

    assert not read_isolated(word(build), "a.docx").pictures


def test_a_picture_of_a_pdf_stands_by_its_caption_with_its_page() -> None:
    caption = [prose("Figure 3: The pump"), Spacer(0, 20)]
    second = [prose("The pump lifts water."), *figure(), *caption, prose("Valves close."), *figure("red"), heading("End")]
    content = read_isolated(pdf(pages([prose()], second)), "a.pdf")
    assert shown(content) == [("Figure 3: The pump", 2), ("Valves close.", 2)]


def test_a_picture_of_a_pdf_is_shown_as_it_is_drawn_and_strips_are_one_picture() -> None:
    def draw(canvas: Any) -> None:
        from reportlab.lib.utils import ImageReader

        canvas.drawString(60, 780, "The pump lifts water from the lower tank to the upper one, and a valve closes the pipe between them.")
        for strip in range(4):
            canvas.drawImage(ImageReader(io.BytesIO(drawings.diagram(size=(400, 60)))), 60, 400 + 45 * strip, 300, 45)
        canvas.drawString(60, 380, "Figure 1: The pump")

    content = read_isolated(drawn(draw), "a.pdf")
    (picture,) = content.pictures
    assert (picture.width, picture.height) == (pytest.approx(625, abs=3), pytest.approx(375, abs=3))
    assert shown(content) == [("Figure 1: The pump", 1)]


def test_a_scanned_page_a_logo_of_every_page_and_an_icon_are_no_pictures_of_a_pdf() -> None:
    def logo(canvas: Any, _: Any) -> None:
        from reportlab.lib.utils import ImageReader

        canvas.drawImage(ImageReader(io.BytesIO(drawings.diagram("red"))), 60, 790, 60, 36)

    body = [heading("Pumps"), prose(), Shown(io.BytesIO(drawings.diagram("green")), 15, 9), prose()]
    content = read_isolated(pdf(pages(body, [prose()], [prose()], [prose()]), on_page=logo), "a.pdf")
    assert not content.pictures
    assert sum(tally.left_out for tally in content.report if "too small or too plain" in tally.why) == 5

    def scan(canvas: Any) -> None:
        from reportlab.lib.utils import ImageReader

        canvas.drawImage(ImageReader(io.BytesIO(drawings.photograph((800, 1100)))), 0, 0, 595, 842)
        canvas.drawString(60, 780, "A line of the archive that has stamped this page, and says so in quite a few words of its own.")

    assert not read_isolated(drawn(scan), "a.pdf").pictures


@pytest.mark.parametrize("caption_at", [385, 605])
def test_a_diagram_of_lines_is_found_by_its_caption_above_or_below_and_rules_and_tables_are_none(caption_at: int) -> None:
    def draw(canvas: Any) -> None:
        canvas.drawString(60, 800, "The pump lifts water from the lower tank to the upper one, as Figure 1 shows.")
        for at in range(5):
            canvas.rect(100 + 60 * at, 420 + 30 * at, 50, 40)
            canvas.line(125 + 60 * at, 460 + 30 * at, 150 + 60 * at, 470 + 30 * at)
        canvas.drawString(110, 435, "Tank")
        canvas.drawString(100, caption_at, "Figure 1: The pump and its tanks")
        for at in range(4):
            canvas.line(60, 300 - 20 * at, 500, 300 - 20 * at)
            canvas.line(60 + 140 * at, 240, 60 + 140 * at, 300)
        canvas.drawString(60, 220, "Table 1: Pumps")
        canvas.line(60, 60, 500, 60)

    content = read_isolated(drawn(draw), "a.pdf")
    assert shown(content) == [("Figure 1: The pump and its tanks", 1)]
    (picture,) = content.pictures
    assert (picture.width * 72 / 150, picture.height * 72 / 150) == (pytest.approx(302, abs=4), pytest.approx(182, abs=4))


def test_pictures_that_are_parts_of_a_diagram_are_not_shown_by_themselves() -> None:
    def draw(canvas: Any) -> None:
        from reportlab.lib.utils import ImageReader

        canvas.drawString(60, 800, "The pump lifts water from the lower tank to the upper one, as Figure 1 shows.")
        for at, colour in enumerate(("navy", "red", "green")):
            canvas.drawImage(ImageReader(io.BytesIO(drawings.diagram(colour))), 100 + 100 * at, 500, 70, 42)
            canvas.line(170 + 100 * at, 520, 200 + 100 * at, 520)
            canvas.rect(95 + 100 * at, 495, 80, 52)
        canvas.drawString(100, 470, "Figure 1: Three pumps")

    content = read_isolated(drawn(draw), "a.pdf")
    assert shown(content) == [("Figure 1: Three pumps", 1)]


def test_the_ground_of_a_text_is_no_picture_of_a_pdf() -> None:
    def draw(canvas: Any) -> None:
        from reportlab.lib.utils import ImageReader

        ground = drawings.encoded(Image.new("RGB", (300, 200), "lightblue"), "PNG")
        canvas.drawImage(ImageReader(io.BytesIO(ground)), 50, 600, 300, 200)
        canvas.drawString(60, 700, "The pump lifts water from the lower tank.")

    assert not read_isolated(drawn(draw), "a.pdf").pictures


def test_a_picture_on_a_turned_page_stands_upright() -> None:
    import pypdfium2

    file = io.BytesIO()
    with pypdfium2.PdfDocument(pdf([prose("The pump lifts water."), *figure(), prose("Figure 3: The pump")])) as document:
        document[0].set_rotation(90)
        document.save(file)
    (picture,) = read_isolated(file.getvalue(), "a.pdf").pictures
    assert picture.height > picture.width


def test_a_picture_of_a_slide_has_its_number_as_page() -> None:
    presentation = Presentation()
    for number in range(2):
        slide = presentation.slides.add_slide(presentation.slide_layouts[5])
        slide.shapes.title.text = f"Pump {number}"
    added = slide.shapes.add_picture(io.BytesIO(drawings.diagram()), 0, Inches(2), Inches(4))
    added._element.nvPicPr.cNvPr.set("descr", "The pump between its tanks")
    file = io.BytesIO()
    presentation.save(file)
    assert shown(read_isolated(file.getvalue(), "a.pptx")) == [("The pump between its tanks", 2)]


@pytest.mark.parametrize("name", ["a.html", "a.md"])
def test_a_page_shows_what_it_holds_itself_and_fetches_nothing(name: str) -> None:
    held = f"data:image/png;base64,{base64.b64encode(drawings.diagram()).decode()}"
    elsewhere = "<img src='https://evil.example/x.png'><img src='file:///etc/passwd'><img src='../x.png'>"
    page = f"<p>The pump lifts water.</p>\n<figure><img src='{held}'><figcaption>The pump</figcaption></figure>\n<p>{elsewhere}</p>"
    content = read_isolated(page.encode(), name)
    assert shown(content) == [("The pump", None)]


def test_a_picture_of_markdown_in_a_list_stands_with_the_list() -> None:
    held = f"data:image/png;base64,{base64.b64encode(drawings.diagram()).decode()}"
    content = read_isolated(f"Pumps:\n\n- one ![]({held})\n- two\n\nThe end.\n".encode(), "a.md")
    assert shown(content) == [("- one\n- two", None)]


def test_a_book_shows_its_pictures_in_their_chapters() -> None:
    from tests.unit.documents.readers.epub.test_reader import book, page

    shows = "<figure><img src='../art/pump%201.png' alt='A pump'/></figure>"
    target = io.BytesIO(book({"text/one.xhtml": page(f"<h1>Pumps</h1><p>It lifts.</p>{shows}")}))
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("OEBPS/art/pump 1.png", drawings.diagram())
    assert shown(read_isolated(target.getvalue(), "a.epub")) == [("A pump", None)]
