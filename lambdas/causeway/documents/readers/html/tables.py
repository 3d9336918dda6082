"""Tables of a page: which ones only lay the page out, and the cells of the others."""

from collections.abc import Iterator

from causeway.documents.content import Block
from causeway.documents.readers.grid import LONGEST, Cell, blocks_of
from causeway.documents.readers.html.line import BLOCKS, Seen, flat
from causeway.documents.readers.html.tree import Element

_PARTS = ("thead", "tbody", "tfoot")
_WRAPPERS = frozenset({"div", "span"})
_CELLS = frozenset({"td", "th"})
_ROWS = 2  # of a table without header cells that may place a menu beside a text
_PAGE = 5  # paragraphs and headings of a cell that is a part of the page rather than a value


def is_layout(table: Element) -> bool:
    """Whether a table only places what is in it.

    It does when it holds tables, says so, or is one by its role with text outside its cells; and without header cells when
    one row or column of it holds paragraphs, or a cell holds a page's title or many paragraphs.
    """
    if table.tables or table.role in {"presentation", "none"}:
        return True
    rows = _cells(table)
    cells = [cell for row in rows for cell in row]
    if table.role and sum(one.chars for one in (*cells, *_below(table, "caption"))) < table.chars:
        return True
    if any(cell.tag == "th" for cell in cells):
        return False
    single = len(rows) == 1 or all(len(row) <= 1 for row in rows)
    return any(cell.titles or cell.paragraphs >= _PAGE or (single and _has_blocks(cell)) for cell in cells)


def is_data(table: Element) -> bool:
    """Whether a table holds values and nothing that is around a text: it is no layout, and has header cells or several rows."""
    if is_layout(table):
        return False
    rows = _cells(table)
    return len(rows) > _ROWS or any(cell.tag == "th" for row in rows for cell in row)


def is_plain_row(row: Element) -> bool:
    """Whether a row of a layout table holds short values beside each other: no sentence, no block and no table."""
    cells = [cell for cell in _below(row, *_CELLS) if cell.chars]
    return len(cells) > 1 and not any(cell.prose or cell.chars > LONGEST or cell.tables or _has_blocks(cell) for cell in cells)


def row_blocks(row: Element, seen: Seen) -> list[Block]:
    """A row by itself, with no header."""
    return blocks_of([[Cell(flat(cell, seen)) for cell in _below(row, *_CELLS)]])


def table_blocks(table: Element, seen: Seen) -> list[Block]:
    """The caption and the rows of a table that is no layout."""
    captions = [flat(caption, seen) for caption in _below(table, "caption")]
    rows = [row for part in _parts(table) for row in _rows(part, seen)]
    return [*(Block("text", text) for text in captions if text), *blocks_of(rows)]


def _parts(table: Element) -> list[Element]:
    """The head, the bodies and the foot, in this order, even if the foot is written first; rows outside them are parts too."""
    return sorted(_below(table, *_PARTS, "tr"), key=lambda part: (part.tag != "thead") + (part.tag == "tfoot"))


def _rows_in(part: Element) -> list[Element]:
    return [part] if part.tag == "tr" else list(_below(part, "tr"))


def _cells(table: Element) -> list[list[Element]]:
    return [list(_below(row, *_CELLS)) for part in _parts(table) for row in _rows_in(part)]


def _rows(part: Element, seen: Seen) -> Iterator[list[Cell]]:
    """Rows of a part. A cell spans none of the next part's."""
    rows = _rows_in(part)
    for number, row in enumerate(rows):
        yield [_cell(cell, part, len(rows) - number, seen) for cell in _below(row, *_CELLS)]


def _cell(cell: Element, part: Element, below: int, seen: Seen) -> Cell:
    header = cell.tag == "th" or part.tag == "thead"
    span = _number(cell, "rowspan")
    return Cell(flat(cell, seen), _number(cell, "colspan"), min(span, below) if span else below, header)


def _number(cell: Element, name: str) -> int:
    """An attribute that counts, as browsers read it: 1 where it is no number."""
    if name not in cell.attrs:
        return 1
    digits = cell.attrs[name].strip().lstrip("+")
    return int(digits[:6]) if digits.isascii() and digits.isdigit() else 1


def _has_blocks(cell: Element) -> bool:
    return any(child.tag in BLOCKS for child in cell.children if not isinstance(child, str))


def _below(parent: Element, *tags: str) -> Iterator[Element]:
    """Elements of these tags in `parent`, or in a div or span that only wraps them."""
    waiting = list(reversed(parent.children))
    while waiting:
        child = waiting.pop()
        if isinstance(child, str) or child.left_out:
            continue
        if child.tag in tags:
            yield child
        elif child.tag in _WRAPPERS:
            waiting += reversed(child.children)
