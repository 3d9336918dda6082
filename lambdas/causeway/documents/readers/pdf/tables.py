"""A table of the layout to rows of cells."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from liteparse.types import LayoutBlock, LayoutCell, TextItem

from causeway.documents.readers.grid import Cell
from causeway.documents.readers.pdf.columns import lines_of, rows_of

_STEP = 0.9  # of the usual distance of rows, between rows at least
_BOLD = 600  # weight of type
_AMOUNT = re.compile(r"[^\w\s]?\s?[+-]?\d[\d.,' ]*\s?([%€$£]|[A-Z]{3})?")
_Line = list[list[TextItem]]  # the runs of text in a line, by column
_SENTENCE = 2  # words of a cell at least, on average, in a row that is a line of text


def rows_in(block: LayoutBlock, items: Sequence[TextItem]) -> list[list[Cell]]:
    """The table's rows, the header marked if the layout has found one. items: the runs of text that the table was made of."""
    found = [*([block.header] if block.header else []), *(block.rows or [])]
    if not found or not found[0] or _is_ruled(found):
        return [_row(row, bool(block.header) and number == 0, set()) for number, row in enumerate(found)]
    runs = {"".join(item.text.split()) for item in items}
    lines = [_lines(row) for row in _held(found, items)]
    parted = [part for row, parts in zip(found, _parted(lines), strict=True) for part in (parts if len(parts) > 1 else [row])]
    rows = [_row(row, bool(block.header) and number == 0, runs) for number, row in enumerate(parted)]
    return rows if block.header or _is_bold(lines[0]) else _pairs(rows)


def _pairs(rows: list[list[Cell]]) -> list[list[Cell]]:
    """The rows; in a longer list of two columns that shows no header, the first cell of each row names the second."""
    first, *others = [any(character.isdigit() for cell in row for character in cell.text) for row in rows] or [False]
    if len(rows) < 3 or any(len(row) != 2 for row in rows) or (not first and all(others)):
        return rows
    return [[Cell(row[0].text, header=True), row[1]] for row in rows]


def _is_bold(lines: Sequence[_Line]) -> bool:
    items = [item for line in lines for cell in line for item in cell]
    return bool(items) and all((item.font_weight or 0) >= _BOLD or "bold" in (item.font_name or "").lower() for item in items)


def _held(rows: Sequence[Sequence[LayoutCell]], items: Sequence[TextItem]) -> list[list[tuple[int, TextItem]]]:
    """The items of each row, with their columns. The layout gives each cell the box of its first line."""
    tops = [min((cell.bbox.y for cell in row if cell.bbox), default=0.0) for row in rows]
    columns = [[cell.bbox for cell in column if cell.bbox] for column in zip(*rows, strict=False)]
    edges = [(min((box.x for box in boxes), default=0.0), max((box.x + box.width for box in boxes), default=0.0)) for boxes in columns]
    held: list[list[tuple[int, TextItem]]] = [[] for _ in rows]
    for item in items:
        row = max(bisect_right(tops, item.y + item.height / 2) - 1, 0)
        shared = [min(item.x + item.width, right) - max(item.x, left) for left, right in edges]
        held[row].append((max(range(len(shared)), key=shared.__getitem__), item))
    return held


def _lines(held: Sequence[tuple[int, TextItem]]) -> list[_Line]:
    """A row's lines of type, each with its items by column."""
    columns = {id(item): column for column, item in held}
    width = max(columns.values(), default=-1) + 1
    lines = rows_of([item for _, item in held])
    return [[[item for item in line if columns[id(item)] == column] for column in range(width)] for line in lines]


def _parted(rows: Sequence[Sequence[_Line]]) -> Iterator[list[list[LayoutCell]]]:
    """Each row of the layout as its rows: a line with a name and a value is a row of its own where rows have its distance.

    The layout takes a line with an empty cell for the end of the row above.
    """
    tops = [_top(row[0]) for row in rows if row]
    step = _STEP * min((lower - upper for upper, lower in pairwise(tops)), default=0.0)
    for row in rows:
        parts: list[_Line] = []
        for line in row:
            if not parts or _clashes(line, parts[-1]) or (_begins(line) and 0 < step <= _top(line) - _top(parts[-1])):
                parts.append(line)
            else:
                parts[-1] = [[*above, *cell] for above, cell in zip(parts[-1], line, strict=True)]
        yield [[LayoutCell(text=" ".join(lines_of(cell))) for cell in part] for part in parts]


def _begins(line: _Line) -> bool:
    """Whether a row may begin with the line: it has a name, which is no small letter's, and a value."""
    return bool(line[0]) and not line[0][0].text.lstrip()[:1].islower() and any(line[1:])


def _clashes(line: _Line, above: _Line) -> bool:
    """Whether a line has an amount below another one: no cell holds two."""
    return any(_is_amount(upper) and _is_amount(lower) for upper, lower in zip(above, line, strict=True))


def _is_amount(items: Sequence[TextItem]) -> bool:
    return len(items) == 1 and bool(_AMOUNT.fullmatch(items[0].text.strip()))


def _top(line: _Line) -> float:
    return min(item.y for cell in line for item in cell)


def _row(row: Sequence[LayoutCell], header: bool, runs: set[str]) -> list[Cell]:
    """A row's cells; one cell over all columns when the layout cut them from one line of text."""
    cells = [" ".join(cell.text.split()) for cell in row]
    filled = [cell for cell in cells if cell]
    text = " ".join(filled)
    if len(filled) > 1 and len(text.split()) >= _SENTENCE * len(filled) and "".join(text.split()) in runs:
        return [Cell(text, len(row))]
    return [Cell(cell, header=header) for cell in cells]


def _is_ruled(rows: Sequence[Sequence[LayoutCell]]) -> bool:
    """Whether cells fill their columns, as they do where rules part them."""
    wide = [{(round(cell.bbox.x), round(cell.bbox.width)) for cell in column if cell.bbox} for column in zip(*rows, strict=False)]
    return len(rows) > 1 and all(len(column) <= 1 for column in wide)
