"""Text that is drawn on a page so that nobody sees it: in the colour of what is behind it, below something else, or too small.

Text that may be so is drawn and left out in turn, and the two pictures of the page are compared where it is.
See docs/decisions/190-text-that-nobody-sees.md.
"""

import ctypes
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from causeway.documents.readers.contrast import alike
from causeway.documents.readers.pdf.drawn import Colour, Drawn, Edges, fill_of, is_filled, matrix_of, things_on
from causeway.documents.readers.pdf.file import utf16

_WHITE = (255, 255, 255)
_TINY = 1.0  # points of type that nobody reads
_CLEAR = 26  # of 255: opacity below which nothing is seen
_THIN = 4.0  # points: what is drawn thinner is a rule and no background
_PIXELS = 4_000_000  # of a picture of a page
_SCALE = 2.0  # pixels for a point
_FAINT = 24  # of 255, by which a channel differs where something is seen
_COMPARED = 200_000  # pairs of a text and a rectangle that are compared; on a page with more, all its text is drawn and left out
_STROKED = (pdfium.FPDF_TEXTRENDERMODE_STROKE, pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE)
_NOT_DRAWN = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)


class _Text(NamedTuple):
    """at: its place in the order of drawing."""

    drawn: Drawn
    at: int
    colour: Colour
    alpha: int


class _Cover(NamedTuple):
    """A rectangle of one colour; of a picture, the colour is None."""

    edges: Edges
    at: int
    colour: Colour | None


def unseen_on(page: Any, seen_through: bool) -> list[Drawn]:
    """The text objects that nobody sees. What a text recognition has put below the picture of a page stays.

    seen_through: whether transparent text counts too; in a scan, it is what a text recognition found.
    """
    things = things_on(page)
    edges = Edges(*page.get_bbox())
    texts = [
        _Text(drawn, at, *fill_of(drawn.thing))
        for at, drawn in enumerate(things)
        if drawn.kind == pdfium.FPDF_PAGEOBJ_TEXT and not is_undrawn(drawn.thing)
    ]
    covers = _covers(things) if texts else []
    crowded = len(texts) * len(covers) > _COMPARED
    tiny, doubtful = [], []
    for text in texts:
        if _is_tiny(text.drawn, page):
            tiny.append(text)
        elif (text.alpha >= _CLEAR or seen_through) and (crowded or _is_doubtful(text, covers)) and edges.touches(text.drawn.edges):
            doubtful.append(text)
    return _with_words(page, [text.drawn for text in (*tiny, *_invisible(page, doubtful))])


def _with_words(page: Any, texts: Sequence[Drawn]) -> list[Drawn]:
    """Those that say something: spaces are never seen."""
    if not texts:
        return []
    read = page.get_textpage()
    try:
        return [drawn for drawn in texts if utf16(pdfium.FPDFTextObj_GetText, drawn.thing, read).strip()]
    finally:
        read.close()


def is_undrawn(thing: Any) -> bool:
    """Whether a text is in the file without being drawn, as what a recognition found in a scan."""
    return pdfium.FPDFTextObj_GetTextRenderMode(thing) in _NOT_DRAWN


def is_clear(thing: Any) -> bool:
    """Whether a text is transparent."""
    return fill_of(thing)[1] < _CLEAR


def _covers(things: Sequence[Drawn]) -> list[_Cover]:
    covers = []
    for at, drawn in enumerate(things):
        if drawn.kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            covers.append(_Cover(drawn.edges, at, None))
        elif drawn.kind == pdfium.FPDF_PAGEOBJ_PATH and is_filled(drawn.thing):
            edges = drawn.edges
            colour, alpha = fill_of(drawn.thing)
            if alpha == 255 and min(edges.right - edges.left, edges.top - edges.bottom) >= _THIN:
                covers.append(_Cover(edges, at, colour))
    return covers


def _is_tiny(drawn: Drawn, page: Any) -> bool:
    """Whether its type is too small to be read, also where the file gives the size of the type by a matrix."""
    size = ctypes.c_float()
    pdfium.FPDFTextObj_GetFontSize(drawn.thing, size)
    a, b, c, d, _, _ = matrix_of(drawn.thing)
    if abs(size.value) * max(math.hypot(a, b), math.hypot(c, d)) * _growth(drawn) > _TINY:
        return False
    edges = drawn.edges
    high = min(edges.top - edges.bottom, edges.right - edges.left)
    return 0 < high <= _TINY and page.get_height() > 100 * _TINY


def _growth(drawn: Drawn) -> float:
    a, b, c, d, _, _ = drawn.turned
    return max(math.hypot(a, b), math.hypot(c, d))


def _is_doubtful(text: _Text, covers: Sequence[_Cover]) -> bool:
    """Whether only a picture of the page tells if it is seen."""
    pale = text.alpha < _CLEAR or alike(text.colour, _WHITE) or _is_stroked(text)
    if not covers or (text.at > covers[-1].at and not pale and not _is_of(text, covers)):
        return pale
    edges = text.drawn.edges
    around = [cover for cover in covers if cover.edges.holds(edges)]
    later = [cover for cover in around if cover.at > text.at]
    if any(cover.colour is None for cover in later):
        return False
    below = next((cover for cover in reversed(around) if cover.at < text.at), None)
    if later or below is None or below.colour is None:
        return bool(later) or pale
    return text.alpha < _CLEAR or alike(text.colour, below.colour)


def _is_stroked(text: _Text) -> bool:
    return pdfium.FPDFTextObj_GetTextRenderMode(text.drawn.thing) in _STROKED


def _is_of(text: _Text, covers: Sequence[_Cover]) -> bool:
    """Whether a text has the colour of any of them."""
    return any(cover.colour is not None and alike(text.colour, cover.colour) for cover in covers)


def _invisible(page: Any, texts: Sequence[_Text]) -> list[_Text]:
    """Those of the texts without which the page looks the same."""
    if not texts:
        return []
    scale = min(_SCALE, math.sqrt(_PIXELS / max(page.get_width() * page.get_height(), 1)))
    shown = page.render(scale=scale)
    for text in texts:
        pdfium.FPDFPageObj_SetIsActive(text.drawn.thing, False)
    without = page.render(scale=scale)
    for text in texts:
        pdfium.FPDFPageObj_SetIsActive(text.drawn.thing, True)
    size, stride = (shown.width, shown.height), shown.stride
    one, other = bytes(shown.buffer), bytes(without.buffer)
    return [text for text in texts if not _differs(one, other, stride, shown.n_channels, _pixels(page, text.drawn.edges, size))]


def _pixels(page: Any, edges: Edges, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The box of pixels around edges: left, upper, right and lower."""
    across, down = [], []
    for x, y in ((edges.left, edges.bottom), (edges.right, edges.top)):
        column, row = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, column, row)
        across.append(min(max(column.value, 0), size[0]))
        down.append(min(max(row.value, 0), size[1]))
    return max(min(across) - 1, 0), max(min(down) - 1, 0), min(max(across) + 2, size[0]), min(max(down) + 2, size[1])


def _differs(one: bytes, other: bytes, stride: int, channels: int, box: tuple[int, int, int, int]) -> bool:
    left, upper, right, lower = box
    for row in range(upper, lower):
        start, end = row * stride + left * channels, row * stride + right * channels
        first, second = one[start:end], other[start:end]
        if first != second and max(abs(a - b) for a, b in zip(first, second, strict=True)) > _FAINT:
            return True
    return False
