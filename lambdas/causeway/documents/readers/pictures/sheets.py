"""Recognised pages to sheets: their words are set on blank pages, whose layout is found like that of any PDF."""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from causeway.documents.readers.pdf.file import saved
from causeway.documents.readers.pdf.layout import Sheet, sheets
from causeway.documents.readers.pictures.tesseract import DPI
from causeway.documents.recognition import RecognisedPage, Run

_POINTS = 72 / DPI  # of a pixel
_TYPE = 0.9  # of a row's height
_NARROWEST = 0.1  # points


def recognised_sheets(pages: Sequence[RecognisedPage]) -> Iterator[Sheet]:
    """A sheet for each page, in order."""
    with pypdfium2.PdfDocument.new() as made:
        for page in pages:
            _set(made.new_page(page.width * _POINTS, page.height * _POINTS), page)
        data = saved(made)
    for sheet in sheets(data, len(pages), may_have_rules=False):
        yield replace(sheet, number=pages[sheet.number - 1].number)


def _set(blank: Any, page: RecognisedPage) -> None:
    for run in page.runs:
        _write(blank, run, page.height)
    pdfium.FPDFPage_GenerateContent(blank)
    blank.close()


def _write(page: Any, run: Run, height: int) -> None:
    """Sets the words in one run of type, stretched to the length that they have in the picture."""
    drawn = pdfium.FPDFPageObj_NewTextObj(page.pdf, b"Helvetica", max(1.0, run.size * _POINTS * _TYPE))
    letters = ctypes.create_string_buffer(run.text.encode("utf-16-le") + b"\0\0")
    pdfium.FPDFText_SetText(drawn, ctypes.cast(letters, pdfium.FPDF_WIDESTRING))
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(drawn, left, bottom, right, top)
    stretch = run.length * _POINTS / max(_NARROWEST, right.value - left.value)
    place = (run.x * _POINTS - left.value * stretch, (height - run.y) * _POINTS)
    pdfium.FPDFPageObj_SetMatrix(drawn, pdfium.FS_MATRIX(stretch, 0, 0, 1, *place))
    pdfium.FPDFPage_InsertObject(page, drawn)
