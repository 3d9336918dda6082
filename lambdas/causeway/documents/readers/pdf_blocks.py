"""Blocks of a sheet's layout to the blocks of a document."""

import re
from collections.abc import Iterator, Sequence

from liteparse.types import LayoutBlock

from causeway.documents.content import Block
from causeway.documents.readers.grid import Cell, blocks_of
from causeway.documents.readers.pdf_annotations import TOKEN
from causeway.documents.readers.pdf_columns import LEADERS, columns_in, lines_with_leaders, rows_of, within
from causeway.documents.readers.pdf_layout import Sheet

_HEADING_CHARACTERS = 200
_HEADING_WORDS = 8  # at most, of a heading that ends like a sentence
_BULLET = re.compile(r"^[•◦▪●‣∙·*–—\uf0b7-]\s+(?=\S)")
_SIGNS = str.maketrans("", "", ":;-")


def blocks_on(sheet: Sheet, header: list[str]) -> list[Block]:
    """The sheet's blocks, with the text that the layout has lost at their end.

    header: of the table that ended the last sheet, for a table that goes on; it becomes that of the table that ends this one.
    """
    made: list[Block] = []
    for number, block in enumerate(block for block in sheet.blocks if block.kind != "rule"):
        if block.kind == "table":
            made += blocks_of(_table(sheet, block, header), sheet.number)
        else:
            header[:] = []
            made += _made(sheet, block)
    made += [Block("text", line, page=sheet.number) for line in _lost(sheet, made)]
    return [block for block in made if block.text]


def _made(sheet: Sheet, block: LayoutBlock) -> Iterator[Block]:
    text = " ".join((block.text or "").split())
    if block.kind == "heading" and _may_be_heading(text):
        yield Block("heading", text, block.level or 1, sheet.number)
    elif block.kind in ("code", "grid_fallback"):
        yield Block("code", "\n".join(block.lines or ()), page=sheet.number)
    elif block.kind == "list_item":
        yield Block("text", f"{block.marker if block.ordered and block.marker else '-'} {text}", page=sheet.number)
    elif text:
        yield from _paragraph(sheet, block, text)


def _may_be_heading(text: str) -> bool:
    if not 0 < len(text) <= _HEADING_CHARACTERS or LEADERS.search(text):
        return False
    return not text.endswith((".", ";", ",")) or len(text.split()) <= _HEADING_WORDS


def _paragraph(sheet: Sheet, block: LayoutBlock, text: str) -> Iterator[Block]:
    items = within(block, sheet.items)
    lines = lines_with_leaders(items) if LEADERS.search(text) else []
    cells = [] if lines else columns_in(items)
    if cells:
        named = len(cells[0]) == 2 < len(cells)  # a list of names with their values
        yield from blocks_of([[Cell(cell, header=named and at == 0) for at, cell in enumerate(row)] for row in cells], sheet.number)
    else:
        yield Block("text", "\n".join(lines) or LEADERS.sub("… ", text), page=sheet.number)


def _table(sheet: Sheet, block: LayoutBlock, header: list[str]) -> list[list[Cell]]:
    """Rows with a header: the table's own, or that of the last sheet's table when this one goes on with as many columns."""
    whole = {"".join(item.text.split()) for item in within(block, sheet.items)}
    found = [[" ".join(cell.text.split()) for cell in row] for row in (block.rows or ())]
    named = [[" ".join(cell.text.split()) for cell in block.header]] if block.header else []
    rows = [_cells(row, whole, at < len(named)) for at, row in enumerate([*named, *found])]
    if rows and any(TOKEN.search(cell.text) for cell in rows[0]):  # a form's labels and values
        return [[Cell(cell.text, header=at == 0) for at, cell in enumerate(row)] for row in rows]
    if header and rows and len(header) == len(rows[0]) and [cell.text for cell in rows[0]] != header:
        return [[Cell(name, header=True) for name in header], *([Cell(cell.text, cell.columns) for cell in row] for row in rows)]
    first = next((row for row in rows if len(row) > 1), [])
    header[:] = [cell.text for cell in first]
    return rows


def _cells(row: Sequence[str], whole: set[str], named: bool) -> list[Cell]:
    """A row's cells; one cell over all columns when the layout cut them from a single run of text."""
    filled = [cell for cell in row if cell]
    if len(filled) > 1 and "".join("".join(filled).split()) in whole:
        return [Cell(" ".join(filled), len(row))]
    return [Cell(cell, header=named) for cell in row]


def _lost(sheet: Sheet, made: Sequence[Block]) -> list[str]:
    """Lines of the sheet whose words are in none of its blocks."""
    held = _bare(" ".join(block.text for block in made))
    lost = [item for item in sheet.items if _bare(_BULLET.sub("", item.text)) not in held]
    return [" ".join(" ".join(item.text.split()) for item in row) for row in rows_of(lost)]


def _bare(text: str) -> str:
    return "".join(LEADERS.sub("", text).split()).translate(_SIGNS).replace("…", "")
