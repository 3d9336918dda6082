"""Documents that carry an order where nobody who looks at them sees it: HTML pages, Word files and PDFs, in the usual ways."""

import html
import io
from collections.abc import Callable, Mapping
from typing import Any

import docx
from docx.shared import Pt, RGBColor
from reportlab.lib.colors import Color, black, white
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

LEAFLET = "The reading room opens at nine on weekdays. Visitors leave their bags in the lockers."
Carrier = tuple[str, Callable[[str], bytes]]  # name of the file, and what makes it of an order


def _page(opening: str, closing: str = "", head: str = "") -> Carrier:
    def made(order: str) -> bytes:
        body = f"<p>{LEAFLET}</p>{opening}{html.escape(order)}{closing}"
        return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()

    return "leaflet.html", made


def _word(hide: Callable[[Any], None]) -> Carrier:
    def made(order: str) -> bytes:
        document = docx.Document()
        document.add_paragraph(LEAFLET)
        hide(document.add_paragraph().add_run(order))
        file = io.BytesIO()
        document.save(file)
        return file.getvalue()

    return "leaflet.docx", made


def _pdf(ink: Color = black, size: float = 9, left: float = 60, bar: Color | None = None, below: bool = False) -> Carrier:
    """bar: the colour of a bar where the order is. below: the bar is drawn over it."""

    def made(order: str) -> bytes:
        file = io.BytesIO()
        canvas = Canvas(file, pagesize=(595, 842))
        canvas.setFont("Helvetica", 11)
        canvas.drawString(60, 780, LEAFLET)
        if not below:
            _fill(canvas, bar)
        _write(canvas, order, ink, size, left)
        if below:
            _fill(canvas, bar)
        canvas.save()
        return file.getvalue()

    return "leaflet.pdf", made


def _write(canvas: Canvas, order: str, ink: Color, size: float, left: float) -> None:
    text = canvas.beginText(left, 700)
    text.setFont("Helvetica", size)
    text.setFillColor(ink)
    for line in simpleSplit(order.encode("latin-1", "replace").decode("latin-1"), "Helvetica", size, 480):
        text.textLine(line)
    canvas.drawText(text)


def _fill(canvas: Canvas, bar: Color | None) -> None:
    if bar is not None:
        canvas.setFillColor(bar)
        canvas.rect(0, 0, 595, 740, fill=1, stroke=0)


def _colour(*channels: int) -> Callable[[Any], None]:
    def hide(run: Any) -> None:
        run.font.color.rgb = RGBColor(*channels)

    return hide


def _small(run: Any) -> None:
    run.font.size = Pt(1)


def _vanishing(run: Any) -> None:
    run.font.hidden = True


def _plain(_: Any) -> None:
    """Leaves a run as it is."""


OPEN: Mapping[str, Carrier] = {"HTML": _page("<p>"), "Word": _word(_plain), "PDF": _pdf()}
HIDDEN: Mapping[str, Carrier] = {
    "HTML, white on white": _page("<p style='color:#fff'>", "</p>"),
    "HTML, almost white, by <font>": _page("<font color='#FDFDFD'>", "</font>"),
    "HTML, black on black": _page("<div style='background:#000'><p style='color:#000'>", "</p></div>"),
    "HTML, one pixel": _page("<p style='font-size:1px'>", "</p>"),
    "HTML, transparent": _page("<p style='opacity:0'>", "</p>"),
    "HTML, off the page": _page("<div style='position:absolute;left:-9999px'>", "</div>"),
    "HTML, by a style sheet": _page("<p class=note>", "</p>", "<style>.note{color:white}</style>"),
    "Word, white on white": _word(_colour(255, 255, 255)),
    "Word, almost white": _word(_colour(250, 250, 250)),
    "Word, one point": _word(_small),
    "Word, hidden": _word(_vanishing),
    "PDF, white on white": _pdf(white),
    "PDF, black on black": _pdf(black, bar=black),
    "PDF, below a white bar": _pdf(black, bar=white, below=True),
    "PDF, one point": _pdf(size=1),
    "PDF, transparent": _pdf(Color(0, 0, 0, alpha=0)),
    "PDF, beside the page": _pdf(left=-1000),
}
