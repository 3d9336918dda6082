"""Tables of a PDF page by its drawn rules (pdfplumber). Slow, so only for pages that have such rules."""

import io
import logging
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from causeway.documents.readers.pdf_page import Line, Page

_SETTINGS = {"vertical_strategy": "lines", "horizontal_strategy": "lines", "snap_tolerance": 4, "intersection_tolerance": 5}
_SLACK = 2.0


class Tables:
    """Opens the document a second time, at the first page asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._document: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._document is not None:
            self._document.close()

    def place(self, page: Page) -> None:
        """Puts each table with two rows and columns or more in the place of the lines that it is made of."""
        found = self._open().pages[page.number - 1]
        try:
            for table in found.find_tables(_SETTINGS):
                rows = [[" ".join((cell or "").split()) for cell in row] for row in table.extract()]
                if len(rows) > 1 and max(map(len, rows)) > 1 and any(map(any, rows)):
                    _replace(page, table.bbox, rows)
        finally:
            found.close()

    def _open(self) -> Any:
        if self._document is None:
            import pdfplumber

            logging.getLogger("pdfminer").setLevel(logging.ERROR)
            self._document = pdfplumber.open(io.BytesIO(self._data))
        return self._document


def _replace(page: Page, box: Sequence[float], rows: list[list[str]]) -> None:
    left, top, right, bottom = box
    inside = [number for number, line in enumerate(page.lines) if _within(line, left, top, right, bottom)]
    if not inside:
        return
    size = page.lines[inside[0]].size
    words = " ".join(cell for row in rows for cell in row)
    table = Line(words, left, right, top, bottom, size, rows=rows)
    kept = [line for number, line in enumerate(page.lines) if number not in set(inside)]
    page.lines = [*kept[: inside[0]], table, *kept[inside[0] :]]


def _within(line: Line, left: float, top: float, right: float, bottom: float) -> bool:
    middle = (line.top + line.bottom) / 2
    return not line.rows and top - _SLACK <= middle <= bottom + _SLACK and line.left >= left - _SLACK and line.right <= right + 4 * _SLACK
