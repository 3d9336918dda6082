"""Blocks of a sheet's layout to the blocks of a document."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from liteparse.types import LayoutBlock, TextItem

from causeway.documents.content import Block
from causeway.documents.readers.grid import Cell, blocks_of
from causeway.documents.readers.pdf.columns import (
    LEADERS,
    columns_in,
    joined,
    lines_of,
    lines_with_leaders,
    paragraphs_in,
    rows_of,
    within,
)
from causeway.documents.readers.pdf.figures import Figure, with_figures
from causeway.documents.readers.pdf.layout import Sheet
from causeway.documents.readers.pdf.tables import rows_in
from causeway.documents.readers.pdf.tokens import TOKEN

_HEADING_CHARACTERS = 200
_HEADING_WORDS = 8  # at most, of a heading that ends like a sentence
_BULLET = re.compile(r"^[•◦▪●‣∙·*–—\uf0b7-]\s+(?=\S)")
_SIGNS = "-\u00ad\u2010\u2011"


class Blocks:
    """Makes the blocks of one sheet after the other. It remembers the header of a table that may go on, and headings' sizes."""

    def __init__(self) -> None:
        self._header: list[str] = []
        self._sizes: list[float] = []

    def on(self, sheet: Sheet, figures: Sequence[Figure] = ()) -> list[Block]:
        """The sheet's blocks, with the text that the layout has lost at their end. The level of a heading is for `levelled` to find."""
        made: list[tuple[LayoutBlock, Sequence[Block]]] = []
        for block in joined(sheet.blocks, sheet.items):
            if block.kind == "table":
                made.append((block, self._table(sheet, block)))
            elif block.kind != "rule":
                self._header = []
                made.append((block, list(self._made(sheet, block))))
        lost = [Block("text", line, page=sheet.number) for line in _lost(sheet)]
        return [block for block in [*with_figures(made, sheet, figures), *lost] if block.text or block.pictures]

    def levelled(self, blocks: Sequence[Block]) -> list[Block]:
        """The blocks of all sheets, headings with their levels: sizes of type within 5% of each other share one."""
        levels: dict[int, int] = {}
        level, largest = 0, 0.0
        for number, size in sorted(enumerate(self._sizes), key=lambda entry: -entry[1]):
            if not largest or size < 0.95 * largest:
                level, largest = level + 1, size
            levels[number] = min(level, 6)
        return [replace(block, level=levels[block.level]) if block.kind == "heading" else block for block in blocks]

    def _made(self, sheet: Sheet, block: LayoutBlock) -> Iterator[Block]:
        text = " ".join((block.text or "").split())
        if block.kind == "heading" and _may_be_heading(text):
            yield Block("heading", text, self._place(sheet, block), sheet.number)
        elif block.kind in ("code", "grid_fallback"):
            yield Block("code", _indented(within(block, sheet.items)) or "\n".join(block.lines or ()), page=sheet.number)
        elif block.kind == "list_item":
            yield Block("text", f"{block.marker if block.ordered and block.marker else '-'} {text}", page=sheet.number)
        elif text:
            yield from _paragraph(sheet, block, text)

    def _place(self, sheet: Sheet, block: LayoutBlock) -> int:
        """Where the size of a heading's type is kept, until all are known."""
        self._sizes.append(max((item.font_size or item.height for item in within(block, sheet.items)), default=0.0))
        return len(self._sizes) - 1

    def _table(self, sheet: Sheet, block: LayoutBlock) -> list[Block]:
        """A table with its own header, or that of the last sheet's when it goes on with as many columns."""
        rows = sheet.grids.get(block.id or "") or rows_in(block, within(block, sheet.items))
        if rows and any(TOKEN.search(cell.text) for cell in rows[0]):  # a form's labels and values
            rows = [[Cell(cell.text, header=at == 0) for at, cell in enumerate(row)] for row in rows]
        elif self._header and rows and len(self._header) == _width(rows[0]) and [cell.text for cell in rows[0]] != self._header:
            plain = [[replace(cell, header=False) for cell in row] for row in rows]
            rows = [[Cell(name, header=True) for name in self._header], *plain]
        else:
            self._header = _names(rows)
        return blocks_of(rows, sheet.number)


def _width(row: Sequence[Cell]) -> int:
    return sum(cell.columns for cell in row)


def _names(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """The names of a table's columns, if each has one of its own."""
    first = next((row for row in rows if len(row) > 1), [])
    return [cell.text for cell in first] if len(first) == _width(first) else []


def _may_be_heading(text: str) -> bool:
    if not 0 < len(text) <= _HEADING_CHARACTERS or LEADERS.search(text):
        return False
    return not text.endswith((".", ";", ",")) or len(text.split()) <= _HEADING_WORDS


def _paragraph(sheet: Sheet, block: LayoutBlock, text: str) -> Iterator[Block]:
    items = within(block, sheet.items)
    lines = lines_with_leaders(items) if LEADERS.search(text) else lines_of(items) if TOKEN.search(text) else []
    cells = [] if lines else columns_in(items)
    if cells:
        named = len(cells[0]) == 2 < len(cells)  # a list of names with their values
        yield from blocks_of([[Cell(cell, header=named and at == 0) for at, cell in enumerate(row)] for row in cells], sheet.number)
    elif lines:
        yield Block("text", "\n".join(lines), page=sheet.number)
    else:
        parts = paragraphs_in(items)
        apart = len(parts) > 1 and _bare("".join(parts)) == _bare(text)
        yield from (Block("text", LEADERS.sub("… ", part), page=sheet.number) for part in (parts if apart else [text]))


def _indented(items: Sequence[TextItem]) -> str:
    """Lines of code, each as far from the left as on the page."""
    rows = rows_of(items)
    longest = max((item for row in rows for item in row), key=lambda item: len(item.text), default=None)
    if longest is None:
        return ""
    wide = max(1.0, longest.width / len(longest.text))
    left = min(row[0].x for row in rows)
    lines = []
    for row in rows:
        line = ""
        for item in row:
            line = line.ljust(round((item.x - left) / wide)) + (" " if line and not line.endswith(" ") else "") + item.text.strip()
        lines.append(line)
    return "\n".join(lines)


def _lost(sheet: Sheet) -> list[str]:
    """Lines of the sheet whose words are in none of the layout's blocks."""
    held = _bare(" ".join(part for block in sheet.blocks for part in _parts(block)))
    lost = [item for item in sheet.items if _bare(_BULLET.sub("", item.text)) not in held]
    return lines_of(lost)


def _parts(block: LayoutBlock) -> Iterator[str]:
    yield block.marker or ""
    yield block.text or ""
    yield from block.lines or ()
    yield from (cell.text for row in [block.header or [], *(block.rows or [])] for cell in row)


def _bare(text: str) -> str:
    bare = "".join(text.split())
    for sign in _SIGNS:
        bare = bare.replace(sign, "")
    return bare
