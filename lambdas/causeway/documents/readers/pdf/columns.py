"""Lines whose words stand in columns: tables that the layout took for a paragraph, and rows of cells that it cut from one line."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median_low
from typing import Protocol, TypeVar

from liteparse.types import AnnotationRect, LayoutBlock, LayoutCell, TextItem

_GAP = 1.2  # of the type's height, between cells of a row at least
LEADERS = re.compile(r"(?:[.\u2026_·]\s?){4,}")  # dots that lead from a name to its value
_COMPOUND = re.compile(r"\w[-\u2010\u2011]$")  # ends with a hyphen that stays before a capital or a digit
_CELL = 40  # characters of a cell in a table without rules, on average
_SLACK = 3  # points
_COLUMN_GAP = 3.0  # of the type's height, at least, between names and values: between columns of prose there is less
_PARAGRAPH = 1.3  # of the usual distance of lines, between paragraphs
_NAME = 3  # words of a name, on average, at most
_PROSE = {"paragraph", "heading"}


class Placed(Protocol):
    """A run of text or a word, in points from the page's top left corner."""

    text: str
    x: float
    y: float
    width: float
    height: float


_T = TypeVar("_T", bound=Placed)


def rows_of(items: Sequence[_T]) -> list[list[_T]]:
    """Runs of text in lines, from the top; each line from the left."""
    rows: list[list[_T]] = []
    for item in sorted(items, key=lambda item: item.y):
        if rows and abs(item.y + item.height / 2 - rows[-1][0].y - rows[-1][0].height / 2) < 0.5 * item.height:
            rows[-1].append(item)
        else:
            rows.append([item])
    return [sorted(row, key=lambda item: item.x) if len(row) > 1 else row for row in rows]


def lines_of(items: Sequence[Placed]) -> list[str]:
    return [_line(row) for row in rows_of(items)]


def _line(row: Sequence[Placed]) -> str:
    return " ".join(" ".join(item.text.split()) for item in row)


def paragraphs_in(items: Sequence[TextItem]) -> list[str]:
    """The lines' texts, joined up to where more white is between two lines than between the others."""
    rows = rows_of(items)
    steps = [lower[0].y - upper[0].y for upper, lower in pairwise(rows)]
    usual = median_low(steps) if steps else 0.0
    parts: list[str] = []
    for line, step in zip(map(_line, rows), [0.0, *steps], strict=False):
        if not parts or step > _PARAGRAPH * usual:
            parts.append(line)
        else:
            parts[-1] += line if _COMPOUND.search(parts[-1]) and not line[:1].islower() else f" {line}"
    return parts


def within(block: LayoutBlock, items: Sequence[TextItem]) -> list[TextItem]:
    """The items that a block was made of."""
    box = block.bbox
    if box is None:
        return []
    across = (box.x - _SLACK, box.x + box.width + _SLACK)
    down = (box.y - _SLACK, box.y + box.height + _SLACK)
    return [item for item in items if across[0] <= item.x <= across[1] and down[0] <= item.y + item.height / 2 <= down[1]]


def columns_in(items: Sequence[TextItem]) -> list[list[str]]:
    """The cells of lines that all have the same columns; empty when the items are no such table."""
    rows = rows_of(items)
    width = len(rows[0]) if rows else 0
    if len(rows) < 2 or width < 2 or any(len(row) != width for row in rows):
        return []
    if any(_gap(row) < _GAP * row[0].height for row in rows) or not all(_aligned([row[at] for row in rows]) for at in range(width)):
        return []
    cells = [[" ".join(item.text.split()) for item in row] for row in rows]
    return cells if sum(len(cell) for row in cells for cell in row) <= _CELL * width * len(rows) else []


def joined(blocks: Sequence[LayoutBlock], items: Sequence[TextItem]) -> list[LayoutBlock]:
    """The blocks, with names and the values or the table beside them, which the layout took for columns of text, as one block."""
    made: list[LayoutBlock] = []
    for block in _with_names(blocks, items):
        if made and _are_pairs(made[-1], block, items):
            made[-1] = replace(made[-1], kind="paragraph", text=f"{made[-1].text} {block.text}", bbox=_around(made[-1].bbox, block.bbox))
        else:
            made.append(block)
    return made


def _with_names(blocks: Sequence[LayoutBlock], items: Sequence[TextItem]) -> list[LayoutBlock]:
    """The blocks; a column of names left of a table, a name to a row, is the table's first column."""
    taken: set[int] = set()
    made: list[LayoutBlock] = []
    for block in blocks:
        left = [other for other in blocks if _is_beside(other, block)] if block.kind == "table" else []
        names = [item for other in left for item in within(other, items)]
        named = _named(block, names) if names else None
        taken.update(id(other) for other in left if named)
        made.append(named or block)
    return [block for block in made if id(block) not in taken]


def _is_beside(block: LayoutBlock, table: LayoutBlock) -> bool:
    """Whether text is left of a table, and neither above nor below it."""
    one, two = block.bbox, table.bbox
    if one is None or two is None or block.kind not in _PROSE or one.x + one.width > two.x:
        return False
    return two.y - _SLACK <= one.y and one.y + one.height <= two.y + two.height + _SLACK


def _named(table: LayoutBlock, names: Sequence[TextItem]) -> LayoutBlock | None:
    """The table with the names in a first column; None when they are not a name to most of its rows."""
    rows = [*([table.header] if table.header else []), *(table.rows or [])]
    tops = [min((cell.bbox.y for cell in row if cell.bbox), default=0.0) for row in rows]
    found = [[name for name in names if abs(name.y - top) <= _SLACK] for top in tops]
    single = all(len(held) <= 1 for held in found) and sum(map(len, found)) == len(names)
    if not single or 3 * len(names) < 2 * len(rows) or sum(len(name.text) for name in names) > _CELL * len(names):
        return None
    firsts = [_cell(held[0]) if held else LayoutCell(text="") for held in found]
    widened = [[first, *row] for first, row in zip(firsts, rows, strict=True)]
    header = widened.pop(0) if table.header else None
    left, top = min(name.x for name in names), min(name.y for name in names)
    return replace(table, header=header, rows=widened, bbox=_around(table.bbox, AnnotationRect(left, top, 1, 1)))


def _cell(item: TextItem) -> LayoutCell:
    return LayoutCell(text=item.text, bbox=AnnotationRect(item.x, item.y, item.width, item.height))


def _are_pairs(left: LayoutBlock, right: LayoutBlock, items: Sequence[TextItem]) -> bool:
    one, two = left.bbox, right.bbox
    if one is None or two is None or not {left.kind, right.kind} <= _PROSE or two.x <= one.x or abs(one.y - two.y) > _SLACK:
        return False
    names, values = within(left, items), within(right, items)
    if sum(len(name.text.split()) for name in names) > _NAME * len(names) or not columns_in([*names, *values]):
        return False
    apart = two.x - max(item.x + item.width for item in names)
    return apart >= _COLUMN_GAP * names[0].height or all(name.text.rstrip().endswith((":", "：")) for name in names)


def _around(one: AnnotationRect | None, two: AnnotationRect | None) -> AnnotationRect | None:
    if one is None or two is None:
        return one or two
    left, top = min(one.x, two.x), min(one.y, two.y)
    return AnnotationRect(left, top, max(one.x + one.width, two.x + two.width) - left, max(one.y + one.height, two.y + two.height) - top)


def lines_with_leaders(items: Sequence[TextItem]) -> list[str]:
    """Lines of a list in which dots lead from one column to the other; empty when most lines have none."""
    lines = lines_of(items)
    dotted = sum(bool(LEADERS.search(line)) for line in lines)
    return [LEADERS.sub("… ", line) for line in lines] if 2 * dotted > len(lines) > 1 else []


def _gap(row: Sequence[TextItem]) -> float:
    return min(right.x - left.x - left.width for left, right in pairwise(row))


def _aligned(column: Sequence[TextItem]) -> bool:
    """Whether the items share their left end, their right end or their middle; a header over two or more values may be set otherwise."""
    return any(_is_flush(column[start:], share) for start in ((0, 1) if len(column) > 2 else (0,)) for share in (0.0, 1.0, 0.5))


def _is_flush(column: Sequence[TextItem], share: float) -> bool:
    """Whether the places at that share of each item's width are below each other."""
    places = [item.x + share * item.width for item in column]
    return max(places) - min(places) <= _SLACK
