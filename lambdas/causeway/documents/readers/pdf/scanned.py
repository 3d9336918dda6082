"""Pages of a PDF whose writing is in pictures, or whose characters do not say which letters they are."""

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pypdfium2
import pypdfium2.raw as pdfium

from causeway.documents.content import Block
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.pdf.drawn import things_on
from causeway.documents.readers.pdf.layout import Sheet
from causeway.documents.readers.pdf.report import DRAWINGS, MAX_UNKNOWN, MIN_LETTERS, UNKNOWN
from causeway.documents.readers.pdf.survey import Survey
from causeway.documents.readers.pdf.unseen import is_clear, is_undrawn
from causeway.documents.recognition import RecognisedPage, Recognition, Size, is_for_elsewhere

if TYPE_CHECKING:
    from PIL.Image import Image

_FEW_LETTERS = 200  # of a page whose one picture may be the page itself, below a stamp or a line of an archive
_COVERING = 0.5  # of the page, by a picture that may be the page itself


def recognised_in(
    data: bytes, read: Sequence[Sheet], surveys: Sequence[Survey], limits: Limits, known: Sequence[RecognisedPage]
) -> Recognition:
    """The recognition of the pages that need it; the recogniser is imported only if there are any."""
    texts = _texts(read)
    empty = {number for number, page in enumerate(surveys, 1) if _is_picture(texts.get(number, ""), page)}
    garbled = {number for number, text in texts.items() if is_garbled(text)}
    sparse = {number for number, page in enumerate(surveys, 1) if page.pictures and _letters(texts.get(number, "")) < _FEW_LETTERS}
    if not (empty | garbled | sparse):
        return Recognition(floor=limits.confidence)
    with pypdfium2.PdfDocument(data) as document:
        behind = {number for number in sparse - empty - garbled if _is_covered(document, number)}
        return _recognised(document, sorted(empty | garbled | behind), behind, limits, known)


def with_recognised(read: Sequence[Sheet], recognition: Recognition) -> list[Sheet]:
    """The sheets, with those of recognised pages in the place of what says nothing, or behind the little that the page says."""
    sure = recognition.sure
    if not sure:
        return list(read)
    from causeway.documents.readers.pictures.sheets import recognised_sheets

    found = {number: list(group) for number, group in groupby(recognised_sheets(sure), key=lambda sheet: sheet.number)}
    texts = _texts(read)
    useless = {number for number in found if is_garbled(texts.get(number, "")) or _letters(texts.get(number, "")) < MIN_LETTERS}
    kept = [sheet for sheet in read if sheet.number not in useless]
    return sorted([*kept, *(sheet for group in found.values() for sheet in group)], key=lambda sheet: sheet.number)


def is_garbled(text: str) -> bool:
    """Whether too many characters of a page do not say which letters they are."""
    return len(UNKNOWN.findall(text)) > MAX_UNKNOWN * len(text)


def garbled_pages(blocks: Sequence[Block]) -> dict[int, int]:
    """Pages whose characters mostly do not say which letters they are, and how many characters each has."""
    texts: dict[int, str] = {}
    for block in blocks:
        texts[block.page or 0] = texts.get(block.page or 0, "") + block.text
    return {number: len(text) for number, text in texts.items() if is_garbled(text)}


def _recognised(document: Any, wanted: Sequence[int], behind: set[int], limits: Limits, known: Sequence[RecognisedPage]) -> Recognition:
    if not wanted:
        return Recognition(floor=limits.confidence)
    if limits.elsewhere and is_for_elsewhere(len(wanted), len(document)):
        return Recognition(waiting=wanted, floor=limits.confidence, elsewhere={number: _size(document, number) for number in wanted})
    from causeway.documents.readers.pictures.recogniser import recognised

    def draw(number: int) -> "Image | None":
        return _drawn(document, number, text=number not in behind)

    return recognised(wanted, draw, known, floor=limits.confidence, seconds=limits.recognition)


def _drawn(document: Any, number: int, *, text: bool) -> "Image | None":
    """The page at 300 dpi in grey, with its text or without; None if it cannot be drawn."""
    from causeway.documents.readers.pictures.recogniser import bounded
    from causeway.documents.readers.pictures.tesseract import DPI

    try:
        page = document[number - 1]
        if not text:
            for drawn in things_on(page):
                if drawn.kind == pdfium.FPDF_PAGEOBJ_TEXT:
                    pdfium.FPDFPageObj_SetIsActive(drawn.thing, False)
        picture: Image = page.render(
            scale=bounded(page.get_width(), page.get_height(), DPI / 72), grayscale=True, may_draw_forms=False
        ).to_pil()
        page.close()
    except pypdfium2.PdfiumError:
        return None
    return picture.convert("L")


def _size(document: Any, number: int) -> Size:
    """Of the page's picture at 300 dpi."""
    from causeway.documents.readers.pictures.tesseract import DPI

    try:
        width, height = document.get_page_size(number - 1)
    except pypdfium2.PdfiumError:
        return (0, 0)
    return (round(width * DPI / 72), round(height * DPI / 72))


def _texts(read: Sequence[Sheet]) -> dict[int, str]:
    return {
        number: "".join(item.text for sheet in group for item in sheet.items) for number, group in groupby(read, lambda sheet: sheet.number)
    }


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _is_picture(text: str, page: Survey) -> bool:
    return _letters(text) < MIN_LETTERS and (page.pictures > 0 or page.drawings > DRAWINGS)


def _is_covered(document: Any, number: int) -> bool:
    """Whether one picture covers most of the page, and the page's text is a stamp on it, not what a recognition has found in it."""
    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError:
        return False
    left, bottom, right, top = page.get_bbox()
    large = _COVERING * max(1.0, (right - left) * (top - bottom))
    things = things_on(page)
    covers = [at for at, drawn in enumerate(things) if drawn.kind == pdfium.FPDF_PAGEOBJ_IMAGE and drawn.edges.area > large]
    texts = [(at, drawn.thing) for at, drawn in enumerate(things) if drawn.kind == pdfium.FPDF_PAGEOBJ_TEXT]
    stamps = all(at > covers[-1] and not is_clear(thing) and not is_undrawn(thing) for at, thing in texts) if covers else False
    page.close()
    return stamps
