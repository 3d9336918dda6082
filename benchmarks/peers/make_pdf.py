"""Write a PDF to read: `python make_pdf.py FILE PAGES text|tables`, with the words to set on its input.

text: prose under headings in one column, with running headers, page numbers and a rule. tables: a ruled table of prices
under one paragraph on every page.
"""

import itertools
import sys
from collections.abc import Iterator
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.units import cm
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Table, TableStyle

STYLES = getSampleStyleSheet()
PARAGRAPH_WORDS, PARAGRAPHS, ROWS = 90, 5, 20
RULED = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONTSIZE", (0, 0), (-1, -1), 9)])


def text_page(page: int, words: Iterator[str]) -> Iterator[Flowable]:
    yield Paragraph(f"{page}. {next_words(words, 5)}", STYLES["Heading2"])
    for _ in range(PARAGRAPHS):
        yield Paragraph(next_words(words, PARAGRAPH_WORDS), STYLES["BodyText"])


def table_page(page: int, words: Iterator[str]) -> Iterator[Flowable]:
    yield Paragraph(next_words(words, PARAGRAPH_WORDS), STYLES["BodyText"])
    rows = [[f"{page}-{n}", next_words(words, 4), f"{n * 1.25:.2f}", next_words(words, 2)] for n in range(1, ROWS + 1)]
    yield Table([["Item", "Description", "Price", "Shelf"], *rows], style=RULED)


def next_words(words: Iterator[str], count: int) -> str:
    return " ".join(itertools.islice(words, count))


def furniture(canvas: Any, document: Any) -> None:
    canvas.setFont("Helvetica", 8)
    canvas.drawString(2 * cm, 28.5 * cm, "Handbook, for benchmarks")
    canvas.line(2 * cm, 28.4 * cm, 19 * cm, 28.4 * cm)
    canvas.drawCentredString(10.5 * cm, 1 * cm, f"Page {document.page}")


def main() -> None:
    file, pages, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    words = itertools.cycle(word for word in sys.stdin.read().split() if word.isalpha())
    make_page = {"text": text_page, "tables": table_page}[kind]
    story: list[Flowable] = []
    for page in range(1, pages + 1):
        story += [*make_page(page, words), PageBreak()]
    SimpleDocTemplate(file, pagesize=A4).build(story, onFirstPage=furniture, onLaterPages=furniture)


if __name__ == "__main__":
    main()
