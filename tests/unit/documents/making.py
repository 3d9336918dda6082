"""Real files for the readers' tests, made by the usual libraries."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import docx
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageBreak, PageTemplate, Paragraph, Preformatted, Table, TableStyle

STYLES = getSampleStyleSheet()
PROSE = (
    "The shop opens at nine in the morning and closes when the last reader has gone home. "
    "Every shelf carries a card, and every card was written by somebody who had read the book to its end. "
)
MARGIN = 60


def heading(text: str, level: int = 1) -> Paragraph:
    return Paragraph(text, STYLES[f"Heading{level}"])


def prose(text: str = PROSE * 3) -> Paragraph:
    return Paragraph(text, STYLES["BodyText"])


def code(text: str) -> Preformatted:
    return Preformatted(text, STYLES["Code"])


def ruled_table(rows: Sequence[Sequence[str]]) -> Table:
    return Table([list(row) for row in rows], style=TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")]), repeatRows=0)


def pdf(
    flowables: Sequence[Any], *, columns: int = 1, on_page: Callable[[Canvas, Any], None] | None = None, title: str = "", **options: Any
) -> bytes:
    """A PDF of the flowables, set column after column."""
    file = io.BytesIO()
    width, height = A4
    column = (width - 2 * MARGIN) / columns
    frames = [Frame(MARGIN + number * column, MARGIN, column - 12, height - 2 * MARGIN) for number in range(columns)]
    document = BaseDocTemplate(file, pagesize=A4, title=title, **options)
    document.addPageTemplates(PageTemplate(frames=frames, onPage=on_page or (lambda canvas, _: None)))
    document.build(list(flowables))
    return file.getvalue()


def pages(*bodies: Sequence[Any]) -> list[Any]:
    """Flowables with a page break between the bodies."""
    joined: list[Any] = []
    for body in bodies:
        joined += [*body, PageBreak()]
    return joined[:-1]


def running_lines(canvas: Canvas, _: Any) -> None:
    canvas.drawString(MARGIN, A4[1] - 30, "Harbour Books internal paper")
    canvas.drawString(MARGIN, 25, f"Page {canvas.getPageNumber()}")


def drawn(draw: Callable[[Canvas], None]) -> bytes:
    """A one-page PDF by drawing commands."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    draw(canvas)
    canvas.save()
    return file.getvalue()


def picture_only_pdf() -> bytes:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    return drawn(lambda canvas: canvas.drawImage(ImageReader(Image.new("RGB", (200, 200), "white")), 50, 300, 400, 400) and None)


def word(build: Callable[[Any], None]) -> bytes:
    """A .docx file with whatever `build` adds to the empty document."""
    document = docx.Document()
    document.core_properties.title = ""
    build(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def with_part(archive: bytes, name: str, content: bytes) -> bytes:
    """The archive with one more file in it."""
    file = io.BytesIO(archive)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(name, content)
    return file.getvalue()
