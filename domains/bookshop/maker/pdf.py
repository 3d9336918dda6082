"""Draws a source as a PDF: A4, in one or two columns, with a running header, a footer and page numbers."""

from functools import partial
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageBreak, PageTemplate, Paragraph, Spacer, Table, TableStyle

from domains.bookshop.maker.blocks import Block, Source, Span

MARGIN = 22 * mm
GAP = 8 * mm
BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=14, spaceAfter=6)
CELL = ParagraphStyle("cell", parent=BODY, fontSize=9, leading=11, spaceAfter=0)
ITEM = ParagraphStyle("item", parent=BODY, leftIndent=14, bulletIndent=2, spaceAfter=3)
HEADINGS = {
    1: ParagraphStyle("title", parent=BODY, fontName="Helvetica-Bold", fontSize=20, leading=25, spaceAfter=10),
    2: ParagraphStyle("chapter", parent=BODY, fontName="Helvetica-Bold", fontSize=14, leading=18, spaceBefore=8, keepWithNext=1),
    3: ParagraphStyle("section", parent=BODY, fontName="Helvetica-Bold", fontSize=11, leading=15, spaceBefore=4, keepWithNext=1),
}
GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
        ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)


def make_pdf(source: Source, path: Path) -> None:
    """Write the document to `path`; the same source always gives the same bytes on one machine."""
    document = BaseDocTemplate(str(path), pagesize=A4, title=source.title, author="", invariant=1, pageCompression=1)
    frames = _columns(2 if source.settings["layout"] == "columns" else 1)
    document.addPageTemplates(PageTemplate("page", frames, onPage=partial(_furniture, source.settings)))
    document.build(_story(source, frames[0]._width - 12))


def _columns(count: int) -> list[Frame]:
    width = (A4[0] - 2 * MARGIN - (count - 1) * GAP) / count
    return [Frame(MARGIN + n * (width + GAP), MARGIN, width, A4[1] - 2 * MARGIN) for n in range(count)]


def _furniture(settings: dict[str, str], canvas: Canvas, document: BaseDocTemplate) -> None:
    """Draw what every page has: the header, a line below it, the footer and the page number."""
    canvas.setFont("Helvetica", 8)
    canvas.drawString(MARGIN, A4[1] - 14 * mm, settings["header"])
    canvas.line(MARGIN, A4[1] - 16 * mm, A4[0] - MARGIN, A4[1] - 16 * mm)
    canvas.drawString(MARGIN, 12 * mm, settings["footer"])
    canvas.drawRightString(A4[0] - MARGIN, 12 * mm, f"Page {document.page}")


def _story(source: Source, width: float) -> list[Flowable]:
    story: list[Flowable] = []
    for block in source.blocks:
        if block.kind == "heading" and block.level == 2 and source.settings.get("chapters") == "new page":
            story.append(PageBreak())
        story.extend(_flowables(block, width))
    return story


def _flowables(block: Block, width: float) -> list[Flowable]:
    if block.kind == "table":
        return [_table(block, width), Spacer(1, 8)]
    if block.kind == "heading":
        return [Paragraph(_markup(block.spans), HEADINGS[block.level])]
    if block.kind == "paragraph":
        return [Paragraph(_markup(block.spans), BODY)]
    return [Paragraph(_markup(block.spans), ITEM, bulletText=f"{block.number}." if block.number else "\u2022")]


def _table(block: Block, width: float) -> Table:
    cells = [[Paragraph(_markup(cell), CELL) for cell in row] for row in block.rows]
    longest = [max(len(_markup(row[n])) for row in block.rows) + 6 for n in range(len(block.rows[0]))]
    return Table(cells, colWidths=[width * size / sum(longest) for size in longest], style=GRID, repeatRows=1)


def _markup(spans: list[Span]) -> str:
    """The spans in the small markup that reportlab's paragraphs read."""
    return "".join(_tagged(_tagged(escape(span.text), "i", span.italic), "b", span.bold) for span in spans)


def _tagged(text: str, tag: str, wanted: bool) -> str:
    return f"<{tag}>{text}</{tag}>" if wanted else text
