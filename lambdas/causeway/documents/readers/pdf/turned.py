"""Pages with text turned by 90, 180 or 270 degrees: which they are, and copies of them with the text of one direction."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from liteparse.types import ParsedPage, TextItem

from causeway.documents.readers.pdf.file import saved

_SLACK = 2  # degrees


def direction(item: TextItem) -> int | None:
    """By how many degrees clockwise the text is turned: 0, 90, 180 or 270; None when it is aslant."""
    quarter = round(item.rotation / 90)
    return quarter * 90 % 360 if abs(item.rotation - quarter * 90) <= _SLACK else None


def directions(page: ParsedPage) -> list[int]:
    """Those of the page's words, upright first."""
    return sorted({way for item in page.text_items if any(map(str.isalnum, item.text)) and (way := direction(item)) is not None})


def copies(data: bytes, turned: Mapping[int, Sequence[int]]) -> bytes:
    """A PDF with a copy of each page of `turned` (numbers from 1) for each of its directions, without the text of the others."""
    with pypdfium2.PdfDocument(data) as source, pypdfium2.PdfDocument.new() as made:
        for number, way, alone in ((number, way, len(ways) == 1) for number, ways in turned.items() for way in ways):
            made.import_pages(source, [number - 1])
            if not alone:
                _keep(made[len(made) - 1], way)
        return saved(made)


def _keep(page: Any, way: int) -> None:
    shown = page.get_rotation()
    for thing in [pdfium.FPDFPage_GetObject(page, index) for index in range(pdfium.FPDFPage_CountObjects(page))]:
        ways = {(shown - angle) % 360 for angle in _angles(thing)}
        if ways and way not in ways:
            pdfium.FPDFPage_RemoveObject(page, thing)
            pdfium.FPDFPageObj_Destroy(thing)
    pdfium.FPDFPage_GenerateContent(page)
    page.close()


def _angles(thing: Any) -> Iterator[int]:
    """Counter-clockwise quarter turns, in degrees, of a text or of the texts in a form."""
    kind = pdfium.FPDFPageObj_GetType(thing)
    if kind == pdfium.FPDF_PAGEOBJ_TEXT:
        yield _angle(thing)
    elif kind == pdfium.FPDF_PAGEOBJ_FORM:
        for index in range(pdfium.FPDFFormObj_CountObjects(thing)):
            yield from (_angle(thing) + inner for inner in _angles(pdfium.FPDFFormObj_GetObject(thing, index)))


def _angle(thing: Any) -> int:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(thing, matrix)
    return round(math.degrees(math.atan2(matrix.b, matrix.a)) / 90) * 90
