"""What a page holds besides the text that is seen: pictures, drawings, text that is not drawn."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from causeway.documents.readers.pdf.drawn import PLAIN, Drawn
from causeway.documents.readers.pdf.raised import Raised, raised_in
from causeway.documents.readers.pdf.taking import taken_off
from causeway.documents.readers.pdf.unseen import is_clear, unseen_on

_MAX_ITEMS = 4000  # things looked at on a page
FEWEST_STROKES = 8  # of a table: two cells have five rules, each begun and drawn, or are two boxes of five strokes
_UNSEEN = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)


@dataclass(frozen=True, slots=True)
class Survey:
    """Counts of a page. strokes: the pieces of its drawings. nested: forms within forms, whose content is not counted.
    hidden: runs of text that nobody sees and that are not read. kept: those that are read, because they cannot be taken off the page.
    changed: some were taken off.
    """

    pictures: int = 0
    drawings: int = 0
    strokes: int = 0
    nested: int = 0
    hidden: int = 0
    kept: int = 0
    changed: bool = False
    raised: tuple[Raised, ...] = ()

    @property
    def may_have_rules(self) -> bool:
        """Whether enough is drawn for the rules of a table; a frame alone has 5 strokes."""
        return self.strokes >= FEWEST_STROKES or self.nested > 0


def surveyed(document: Any, index: int, page: Any) -> Survey:
    """Counts what an open page, the one with this index, holds, and takes text off it that nobody sees.

    Text that is not drawn is what a text recognition found in a scan where the page has a picture or no other text; there it stays.
    """
    counts = {pdfium.FPDF_PAGEOBJ_IMAGE: 0, pdfium.FPDF_PAGEOBJ_PATH: 0, pdfium.FPDF_PAGEOBJ_TEXT: 0}
    texts: list[Any] = []
    unseen: list[Any] = []
    beyond, strokes, nested, edges = 0, 0, 0, page.get_bbox()
    for thing, kind, top in _things(page):
        counts[kind] = counts.get(kind, 0) + 1
        nested += kind == pdfium.FPDF_PAGEOBJ_FORM and not top
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            strokes += pdfium.FPDFPath_CountSegments(thing)
        if top and kind == pdfium.FPDF_PAGEOBJ_TEXT:
            unseen_here = pdfium.FPDFTextObj_GetTextRenderMode(thing) in _UNSEEN
            (unseen if unseen_here else texts).append(thing)
            beyond += _is_beyond(thing, edges)
    pictures = counts[pdfium.FPDF_PAGEOBJ_IMAGE]
    hidden = [] if pictures or len(unseen) == counts[pdfium.FPDF_PAGEOBJ_TEXT] else unseen
    faint = unseen_on(page, seen_through=not pictures and not all(is_clear(thing) for thing in texts))
    raised = raised_in(page, texts)
    unwanted = [*(Drawn(thing, pdfium.FPDF_PAGEOBJ_TEXT, None, PLAIN) for thing in hidden), *faint]
    changed = bool(unwanted) and taken_off(document, index, page, unwanted)
    kept = 0 if changed else len(unwanted)
    number = len(unwanted) - kept + beyond
    return Survey(pictures, counts[pdfium.FPDF_PAGEOBJ_PATH], strokes, nested, number, kept, changed, raised)


def _is_beyond(thing: Any, edges: tuple[float, float, float, float]) -> bool:
    """Whether a thing is wholly outside of the page, where the layout does not read it. edges: left, bottom, right, top."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(thing, left, bottom, right, top):
        return False
    outside = right.value < edges[0] or left.value > edges[2] or top.value < edges[1] or bottom.value > edges[3]
    return outside and right.value > left.value


def _things(page: Any) -> Iterator[tuple[Any, int, bool]]:
    """Objects of the page and of the forms drawn on it, with their kinds and whether they are the page's own."""
    for index in range(min(pdfium.FPDFPage_CountObjects(page), _MAX_ITEMS)):
        thing = pdfium.FPDFPage_GetObject(page, index)
        kind = pdfium.FPDFPageObj_GetType(thing)
        yield thing, kind, True
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            for inner in range(min(pdfium.FPDFFormObj_CountObjects(thing), _MAX_ITEMS)):
                part = pdfium.FPDFFormObj_GetObject(thing, inner)
                yield part, pdfium.FPDFPageObj_GetType(part), False
