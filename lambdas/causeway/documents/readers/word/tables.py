"""Word's tables as rows of cells with their spans (w:gridSpan, w:vMerge, w:hMerge), for the grid of all formats."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from causeway.documents.content import Block
from causeway.documents.readers.grid import Cell, blocks_of
from causeway.documents.readers.office.xml import number
from causeway.documents.readers.word.xml import W, child, flat, switched, value

_WIDEST = 1_000
_TBL, _TR, _TC, _T, _TRPR, _TCPR, _DEL, _VAL = (f"{W}{name}" for name in ("tbl", "tr", "tc", "t", "trPr", "tcPr", "del", "val"))
_PREFIX = len(W)


@dataclass(slots=True)
class Drawn:
    """A cell as drawn. element: None where the row has no cell (w:gridBefore, w:gridAfter). at: its first column."""

    element: Any
    at: int
    columns: int
    rows: int = 1
    covered: Sequence[Any] = ()


@dataclass(slots=True)
class Row:
    """covered: cells with words that belong to a merged cell, of which Word shows only the first."""

    header: bool
    covered: int = 0
    cells: list[Drawn] = field(default_factory=list)


def rows_of(table: Any) -> list[Row]:
    """The rows that are shown, each with the cells that begin in it; deleted rows and cells are left out."""
    rows: list[Row] = []
    above: dict[int, Drawn] = {}
    for element in flat(table):
        if element.tag == _TR:
            given = child(element, _TRPR)
            if given is None or child(given, _DEL) is None:
                row, above = _row(element, given, above)
                rows.append(row)
    return rows


def is_layout(table: Any, rows: Sequence[Row]) -> bool:
    """Whether a table only places text: one cell in every row, or other tables in most of its rows."""
    if all(sum(cell.element is not None for cell in row.cells) <= 1 for row in rows):
        return not any(row.header for row in rows)
    if next(table.iterdescendants(_TBL), None) is None:
        return False
    nesting = sum(any(_nests(cell) for cell in row.cells) for row in rows)
    return nesting * 2 > len(rows)


def blocks_of_table(rows: Sequence[Row], text_of: Callable[[Any], str]) -> list[Block]:
    return blocks_of([[_cell(cell, row.header, text_of) for cell in row.cells] for row in rows])


def lines_of_table(rows: Sequence[Row], text_of: Callable[[Any], str]) -> list[Block]:
    """Blocks of a table that only places text, as in page headers: a row each, and no row names the columns of the others."""
    texts = [[text_of(cell.element) for cell in row.cells if cell.element is not None] for row in rows]
    return [Block("table", "; ".join(filter(None, row))) for row in texts if any(row)]


def _row(element: Any, given: Any, above: dict[int, Drawn]) -> tuple[Row, dict[int, Drawn]]:
    """A row, and its cells by their first column with those that reach into it from `above`."""
    row = Row(given is not None and bool(switched(given, "tblHeader")))
    reaching: dict[int, Drawn] = {}
    for drawn, merged in _drawn(element, given):
        row.covered += sum(map(_has_words, drawn.covered))
        upper = above.get(drawn.at)
        if merged == "continue" and upper is not None and upper.columns == drawn.columns:
            upper.rows += 1
            reaching[drawn.at] = upper
            row.covered += _has_words(drawn.element)
        else:
            row.cells.append(drawn)
            if merged:
                reaching[drawn.at] = drawn
    return row, reaching


def _drawn(element: Any, properties: Any) -> Iterator[tuple[Drawn, str]]:
    """The cells of a row in their columns, each with "restart", "continue" or "" for its vertical merge."""
    column = _count(value(properties, "gridBefore"), 0)
    if column:
        yield Drawn(None, 0, column), ""
    held: tuple[Drawn, str] | None = None
    for cell in flat(element):
        if cell.tag != _TC or "cellDel" in (given := _given(cell)):
            continue
        columns = _count(given.get("gridSpan", ""), 1)
        if held is not None and given.get("hMerge") == "continue":
            held[0].columns += columns
            held[0].covered = [*held[0].covered, cell]
        else:
            if held is not None:
                yield held
            held = Drawn(cell, column, columns), given.get("vMerge", "")
        column += columns
    if held is not None:
        yield held
    after = _count(value(properties, "gridAfter"), 0)
    if after:
        yield Drawn(None, column, after), ""


def _given(cell: Any) -> dict[str, str]:
    """A cell's properties by name; a merge that does not say more is one that continues."""
    found = child(cell, _TCPR)
    return {} if found is None else {given.tag[_PREFIX:]: given.get(_VAL, "continue") for given in found}


def _count(given: str, default: int) -> int:
    return min(max(number(given) or default, default), _WIDEST)


def _has_words(cell: Any) -> bool:
    return any((text.text or "").strip() for text in cell.iter(_T))


def _nests(cell: Drawn) -> bool:
    return cell.element is not None and next(cell.element.iter(_TBL), None) is not None


def _cell(cell: Drawn, header: bool, text_of: Callable[[Any], str]) -> Cell:
    return Cell("" if cell.element is None else text_of(cell.element), cell.columns, cell.rows, header)
