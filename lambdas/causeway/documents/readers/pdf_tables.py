"""A table of the layout to rows of cells."""

from collections.abc import Sequence

from liteparse.types import LayoutBlock, LayoutCell, TextItem

from causeway.documents.readers.grid import Cell

_SENTENCE = 2  # words of a cell at least, on average, in a row that is a line of text


def rows_in(block: LayoutBlock, items: Sequence[TextItem]) -> list[list[Cell]]:
    """The table's rows, the header marked if the layout has found one. items: the runs of text that the table was made of."""
    found = [*([block.header] if block.header else []), *(block.rows or [])]
    runs = set() if _is_ruled(found) else {"".join(item.text.split()) for item in items}
    return [_row(row, bool(block.header) and number == 0, runs) for number, row in enumerate(found)]


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
