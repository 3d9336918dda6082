"""The things that a page draws, with where they are, in the order in which they are drawn."""

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

_MOST = 20_000  # things of a page, or of a form on it
_DEEPEST = 4  # forms within each other
_SEGMENTS = (4, 5)  # of a rectangle
_CORNERS = 0.5  # points by which corners of a rectangle may be off
Matrix = tuple[float, float, float, float, float, float]
PLAIN: Matrix = (1, 0, 0, 1, 0, 0)
Colour = tuple[int, int, int]


class Edges(NamedTuple):
    """In points of the page."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.top - self.bottom)

    def holds(self, other: "Edges") -> bool:
        """Whether the other's middle is in here."""
        return self.left <= (other.left + other.right) / 2 <= self.right and self.bottom <= (other.bottom + other.top) / 2 <= self.top

    def touches(self, other: "Edges") -> bool:
        """Whether a part of the other is in here."""
        across = self.left <= other.right and other.left <= self.right
        return across and self.bottom <= other.top and other.bottom <= self.top


class Drawn(NamedTuple):
    """thing: PDFium's. form: the outermost form that draws it, None for the page. turned: the forms' matrices, multiplied."""

    thing: Any
    kind: int
    form: Any
    turned: Matrix

    @property
    def edges(self) -> Edges:
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        pdfium.FPDFPageObj_GetBounds(self.thing, left, bottom, right, top)
        corners = [(x, y) for x in (left.value, right.value) for y in (bottom.value, top.value)]
        a, b, c, d, e, f = self.turned
        across, up = zip(*((a * x + c * y + e, b * x + d * y + f) for x, y in corners), strict=True)
        return Edges(min(across), min(up), max(across), max(up))


def things_on(page: Any) -> list[Drawn]:
    """All of them, those in forms in their form's place."""
    count = min(pdfium.FPDFPage_CountObjects(page), _MOST)
    return [drawn for at in range(count) for drawn in _unfolded(pdfium.FPDFPage_GetObject(page, at), None, PLAIN, 0)]


def fill_of(thing: Any) -> tuple[Colour, int]:
    """The colour that fills a thing, and how opaque it is, from 0 to 255."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(thing, red, green, blue, alpha):
        return (0, 0, 0), 255
    return (red.value, green.value, blue.value), alpha.value


def matrix_of(thing: Any) -> Matrix:
    found = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(thing, found)
    return found.a, found.b, found.c, found.d, found.e, found.f


def is_filled(thing: Any) -> bool:
    """Whether a path is filled and is a rectangle along the page's edges."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium.FPDFPath_GetDrawMode(thing, mode, stroke) or mode.value == pdfium.FPDF_FILLMODE_NONE:
        return False
    count = pdfium.FPDFPath_CountSegments(thing)
    if count not in _SEGMENTS:
        return False
    points = [_point(thing, at) for at in range(count)]
    across, up = {round(x / _CORNERS) for x, _ in points}, {round(y / _CORNERS) for _, y in points}
    return len(across) == len(up) == 2 and len({(round(x / _CORNERS), round(y / _CORNERS)) for x, y in points}) == 4


def _point(path: Any, at: int) -> tuple[float, float]:
    x, y = ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFPath_GetPathSegment(path, at), x, y)
    return x.value, y.value


def _unfolded(thing: Any, form: Any, turned: Matrix, depth: int) -> Iterator[Drawn]:
    kind = pdfium.FPDFPageObj_GetType(thing)
    yield Drawn(thing, kind, form, turned)
    if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
        inner = product(matrix_of(thing), turned)
        for at in range(min(pdfium.FPDFFormObj_CountObjects(thing), _MOST)):
            yield from _unfolded(pdfium.FPDFFormObj_GetObject(thing, at), form or thing, inner, depth + 1)


def product(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that applies the first, then the second."""
    a, b, c, d, e, f = first
    k, l, m, n, o, p = second  # noqa: E741
    return a * k + b * m, a * l + b * n, c * k + d * m, c * l + d * n, e * k + f * m + o, e * l + f * n + p
