"""Word's tables as rows of cells with their spans (w:gridSpan, w:vMerge, w:hMerge), for the grid of all formats."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from causeway.documents.content import Block
from causeway.documents.readers.grid import Cell, blocks_of
from causeway.documents.readers.word.xml import W, below, flat, number, switched, value

_WIDEST = 1_000


@dataclass(slots=True)
class Drawn:
    """A cell as drawn. element: None where the row has no cell (w:gridBefore, w:gridAfter). at: its first column."""

    element: Any
    at: int
    columns: int
    rows: int = 1


@dataclass(slots=True)
class Row:
    header: bool
    cells: list[Drawn] = field(default_factory=list)


def rows_of(table: Any) -> list[Row]:
    """The rows that are shown, each with the cells that begin in it; deleted rows and cells are left out."""
    rows: list[Row] = []
    above: dict[int, Drawn] = {}
    for element in flat(table):
        if element.tag == f"{W}tr" and below(element, "trPr/del") is None:
            row, above = _row(element, above)
            rows.append(row)
    return rows


def is_layout(rows: Sequence[Row]) -> bool:
    """Whether a table only places text: one cell in every row, or other tables in most of its rows."""
    if all(sum(cell.element is not None for cell in row.cells) <= 1 for row in rows):
        return not any(row.header for row in rows)
    nesting = sum(any(_nests(cell) for cell in row.cells) for row in rows)
    return nesting * 2 > len(rows)


def blocks_of_table(rows: Sequence[Row], text_of: Callable[[Any], str]) -> list[Block]:
    return blocks_of([[_cell(cell, row.header, text_of) for cell in row.cells] for row in rows])


def _row(element: Any, above: dict[int, Drawn]) -> tuple[Row, dict[int, Drawn]]:
    """A row, and its cells by their first column with those that reach into it from `above`."""
    row = Row(bool(switched(element, "trPr/tblHeader")))
    reaching: dict[int, Drawn] = {}
    for drawn, merged in _drawn(element):
        upper = above.get(drawn.at)
        if merged == "continue" and upper is not None and upper.columns == drawn.columns:
            upper.rows += 1
            reaching[drawn.at] = upper
        else:
            row.cells.append(drawn)
            if merged:
                reaching[drawn.at] = drawn
    return row, reaching


def _drawn(element: Any) -> Iterator[tuple[Drawn, str]]:
    """The cells of a row in their columns, each with "restart", "continue" or "" for its vertical merge."""
    column = _count(element, "trPr/gridBefore", 0)
    if column:
        yield Drawn(None, 0, column), ""
    held: tuple[Drawn, str] | None = None
    for cell in flat(element):
        if cell.tag != f"{W}tc" or below(cell, "tcPr/cellDel") is not None:
            continue
        columns = _count(cell, "tcPr/gridSpan", 1)
        if held is not None and _merge(cell, "hMerge") == "continue":
            held[0].columns += columns
        else:
            if held is not None:
                yield held
            held = Drawn(cell, column, columns), _merge(cell, "vMerge")
        column += columns
    if held is not None:
        yield held
    after = _count(element, "trPr/gridAfter", 0)
    if after:
        yield Drawn(None, column, after), ""


def _merge(cell: Any, name: str) -> str:
    merge = below(cell, f"tcPr/{name}")
    return "" if merge is None else str(merge.get(f"{W}val", "continue"))


def _count(element: Any, path: str, default: int) -> int:
    return min(max(number(value(element, path)) or default, default), _WIDEST)


def _nests(cell: Drawn) -> bool:
    return cell.element is not None and next(cell.element.iter(f"{W}tbl"), None) is not None


def _cell(cell: Drawn, header: bool, text_of: Callable[[Any], str]) -> Cell:
    return Cell("" if cell.element is None else text_of(cell.element), cell.columns, cell.rows, header)
