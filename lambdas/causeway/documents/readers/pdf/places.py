"""Where things are on a page as it is shown."""

import ctypes
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from causeway.documents.readers.pdf.drawn import Edges

_DEVICE = 10  # steps a point
_APART = 3.0  # points between parts of one picture


class Box(NamedTuple):
    """In points from the page's top left corner, as it is shown."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)

    @property
    def shortest(self) -> float:
        return min(self.right - self.left, self.bottom - self.top)

    def near(self, other: "Box", apart: float = _APART) -> bool:
        return self.over(other, apart) and self.top - apart <= other.bottom and other.top - apart <= self.bottom

    def over(self, other: "Box", apart: float = 0.0) -> bool:
        """Whether they share a part of the page's width."""
        return self.left - apart <= other.right and other.left - apart <= self.right

    def holds(self, other: "Box") -> bool:
        """Whether the other's middle is in here."""
        across, down = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return self.left <= across <= self.right and self.top <= down <= self.bottom

    def with_(self, other: "Box") -> "Box":
        return Box(min(self.left, other.left), min(self.top, other.top), max(self.right, other.right), max(self.bottom, other.bottom))


def seen(page: Any, edges: Edges, width: float, height: float) -> Box | None:
    """Where something is, turned as the page is, without what is beyond the page's edges."""
    corners = [_shown(page, x, y, width, height) for x in (edges.left, edges.right) for y in (edges.bottom, edges.top)]
    across, down = zip(*corners, strict=True)
    box = Box(max(0.0, min(across)), max(0.0, min(down)), min(width, max(across)), min(height, max(down)))
    return box if box.left <= box.right and box.top <= box.bottom else None


def _shown(page: Any, x: float, y: float, width: float, height: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, round(width * _DEVICE), round(height * _DEVICE), 0, x, y, across, down)
    return across.value / _DEVICE, down.value / _DEVICE
