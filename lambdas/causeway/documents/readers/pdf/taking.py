"""Takes text off a page, if the rest of the page's text stays as it is."""

import ctypes
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from causeway.documents.readers.pdf.drawn import PLAIN, Drawn, Matrix, matrix_of, product, things_on
from causeway.documents.readers.pdf.file import utf16


def taken_off(document: Any, index: int, page: Any, unwanted: Sequence[Drawn]) -> bool:
    """Takes texts off an open page, the one with this index. Returns False if that would cost other text; then nothing is changed.

    PDFium writes what a page draws anew, and loses letters of some files on the way. So it is tried on a copy first.
    """
    if not _is_whole_without(document, index, page, unwanted):
        return False
    _take_off(page, unwanted)
    return True


def _is_whole_without(document: Any, index: int, page: Any, unwanted: Sequence[Drawn]) -> bool:
    addresses = {_address(drawn.thing) for drawn in unwanted}
    numbers = [number for number, drawn in enumerate(things_on(page)) if _address(drawn.thing) in addresses]
    with pypdfium2.PdfDocument.new() as trial:
        trial.import_pages(document, [index])
        copy = trial[0]
        things = things_on(copy)
        if len(numbers) < len(unwanted) or len(things) <= numbers[-1]:
            return False
        wanted = _letters(copy, [things[number] for number in numbers])
        _take_off(copy, [things[number] for number in numbers])
        copy.close()
        return not wanted - _letters(trial[0], ())


def _letters(page: Any, but: Sequence[Drawn]) -> Counter[str]:
    """How often the page's text has each letter and digit, those of some things aside."""
    read = page.get_textpage()
    letters = Counter(filter(str.isalnum, read.get_text_range()))
    for drawn in but:
        letters.subtract(filter(str.isalnum, utf16(pdfium.FPDFTextObj_GetText, drawn.thing, read)))
    read.close()
    return letters


def _take_off(page: Any, unwanted: Sequence[Drawn]) -> None:
    """PDFium does not write forms anew, so what else a form draws becomes the page's own."""
    for drawn in unwanted:
        if drawn.form is None:
            pdfium.FPDFPage_RemoveObject(page, drawn.thing)
            pdfium.FPDFPageObj_Destroy(drawn.thing)
    addresses = {_address(drawn.thing) for drawn in unwanted}
    for form in {_address(drawn.form): drawn.form for drawn in unwanted if drawn.form is not None}.values():
        for thing in _moved(form, PLAIN, addresses):
            pdfium.FPDFPage_InsertObject(page, thing)
        pdfium.FPDFPage_RemoveObject(page, form)
        pdfium.FPDFPageObj_Destroy(form)
    pdfium.FPDFPage_GenerateContent(page)


def _moved(form: Any, turned: Matrix, unwanted: set[int]) -> list[Any]:
    """Takes out of a form what it draws. Returns it in its order, placed as on the page, but for what is unwanted."""
    inner, moved = product(matrix_of(form), turned), []
    for thing in [pdfium.FPDFFormObj_GetObject(form, at) for at in range(pdfium.FPDFFormObj_CountObjects(form))]:
        if pdfium.FPDFPageObj_GetType(thing) == pdfium.FPDF_PAGEOBJ_FORM:
            moved += _moved(thing, inner, unwanted)
        elif pdfium.FPDFFormObj_RemoveObject(form, thing):
            if _address(thing) in unwanted:
                pdfium.FPDFPageObj_Destroy(thing)
                continue
            pdfium.FPDFPageObj_Transform(thing, *inner)
            pdfium.FPDFPageObj_TransformClipPath(thing, *inner)
            moved.append(thing)
    return moved


def _address(thing: Any) -> int:
    return ctypes.addressof(thing.contents)
