"""Tables whose cells are parted by rules: their cells, merged ones included, from the lines drawn on the page.

The layout of a page gives no merged cells. See docs/decisions/120-pdf-reading.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from liteparse.types import AnnotationRect, LayoutBlock, LayoutCell, TextItem, VectorGraphics, WordBox

from causeway.documents.readers.grid import Cell
from causeway.documents.readers.pdf.columns import lines_of

_SLACK = 3.0  # points by which rules may miss each other
_THIN = 2.5  # points that a box drawn as a rule is wide, at most
_MAX_ITEMS = 4000  # lines and shapes of a page that are looked at
_RULES = 400  # of a page, once joined
_LONGEST = 600  # characters of a cell; a box with more of them places text
_COLUMNS, _ROWS = 40, 200


class _Rule(NamedTuple):
    """A line at this height (or, upright, at this distance from the left), from `start` to `end`."""

    at: float
    start: float
    end: float


class _Area(NamedTuple):
    """Cells of the grid from a row and column to before another."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table: its edges, the layout's block for it, and its rows. columns: of its grid. merged: whether any cell spans several."""

    box: AnnotationRect
    block: LayoutBlock
    rows: list[list[Cell]]
    columns: int
    merged: bool


def tables_in(graphics: VectorGraphics | None, items: Sequence[TextItem]) -> list[Ruled]:
    """The ruled tables of a page, from the top. items: its runs of text."""
    if graphics is None or len(graphics.lines) + len(graphics.shapes) > _MAX_ITEMS:
        return []
    across, upright = _joined(_across(graphics)), _joined(_upright(graphics))
    if len(across) + len(upright) > _RULES:
        return []
    found = [table for rules in _connected(across, upright) if (table := _table(*rules, items))]
    return sorted(found, key=lambda table: (table.box.y, table.box.x))


def _across(graphics: VectorGraphics) -> Iterator[_Rule]:
    for line in graphics.lines:
        if abs(line.y1 - line.y2) < 1:
            yield _Rule(line.y1, min(line.x1, line.x2), max(line.x1, line.x2))
    for shape in graphics.shapes:
        left, top, width, height = shape.bbox
        if height <= _THIN:
            yield _Rule(top + height / 2, left, left + width)
        elif shape.stroke and not shape.has_curve:
            yield from (_Rule(at, left, left + width) for at in (top, top + height))


def _upright(graphics: VectorGraphics) -> Iterator[_Rule]:
    for line in graphics.lines:
        if abs(line.x1 - line.x2) < 1:
            yield _Rule(line.x1, min(line.y1, line.y2), max(line.y1, line.y2))
    for shape in graphics.shapes:
        left, top, width, height = shape.bbox
        if width <= _THIN:
            yield _Rule(left + width / 2, top, top + height)
        elif shape.stroke and not shape.has_curve:
            yield from (_Rule(at, top, top + height) for at in (left, left + width))


def _joined(rules: Iterator[_Rule]) -> list[_Rule]:
    """Rules that continue or repeat each other as one."""
    made: list[_Rule] = []
    for at in _groups(sorted(rules)):
        for rule in sorted(at, key=lambda rule: rule.start):
            if made and abs(made[-1].at - rule.at) <= _SLACK and made[-1].start <= rule.start <= made[-1].end + _SLACK:
                made[-1] = made[-1]._replace(end=max(made[-1].end, rule.end))
            else:
                made.append(rule)
    return [rule for rule in made if rule.end - rule.start > _SLACK]


def _groups(rules: Sequence[_Rule]) -> list[list[_Rule]]:
    """Rules at the same height."""
    groups: list[list[_Rule]] = []
    for rule in rules:
        if groups and rule.at - groups[-1][0].at <= _SLACK:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    return groups


def _connected(across: Sequence[_Rule], upright: Sequence[_Rule]) -> Iterator[tuple[list[_Rule], list[_Rule]]]:
    """Rules that meet each other."""
    waiting = set(upright)
    left = set(across)
    while left:
        row = left.pop()
        rows, columns, news = [row], list[_Rule](), [row]
        while news:
            met = [column for column in waiting if any(_meet(row, column) for row in news)]
            waiting.difference_update(met)
            columns += met
            news = [row for row in left if any(_meet(row, column) for column in met)]
            left.difference_update(news)
            rows += news
        yield rows, columns


def _meet(row: _Rule, column: _Rule) -> bool:
    return row.start - _SLACK <= column.at <= row.end + _SLACK and column.start - _SLACK <= row.at <= column.end + _SLACK


def _table(across: Sequence[_Rule], upright: Sequence[_Rule], items: Sequence[TextItem]) -> Ruled | None:
    rows, columns = ([group[0].at for group in _groups(sorted(rules))] for rules in (across, upright))
    if not (2 < len(rows) <= _ROWS and 2 < len(columns) <= _COLUMNS):
        return None
    areas = _areas(across, upright, rows, columns)
    texts = [_text(area, rows, columns, items) for area in areas]
    filled = sum(map(bool, texts))
    if filled < 2 or 2 * filled < len(areas) or max(map(len, texts)) > _LONGEST:
        return None
    cells: list[list[Cell]] = [[] for _ in rows[1:]]
    for area, text in zip(areas, texts, strict=True):
        cells[area.top].append(Cell(text, area.right - area.left, area.bottom - area.top))
    box = AnnotationRect(columns[0], rows[0], columns[-1] - columns[0], rows[-1] - rows[0])
    block = LayoutBlock(kind="table", bbox=box, rows=[[LayoutCell(text=cell.text) for cell in row] for row in cells])
    return Ruled(box, block, cells, len(columns) - 1, len(areas) < (len(rows) - 1) * (len(columns) - 1))


def _areas(across: Sequence[_Rule], upright: Sequence[_Rule], rows: Sequence[float], columns: Sequence[float]) -> list[_Area]:
    """The cells of the grid, row by row; empty when rules leave some that are no rectangles."""
    below = [[_ruled(across, bottom, left, right) for left, right in pairwise(columns)] for bottom in rows[1:]]
    beside = [[_ruled(upright, right, top, bottom) for right in columns[1:]] for top, bottom in pairwise(rows)]
    areas: list[_Area] = []
    covered: set[tuple[int, int]] = set()
    for row in range(len(rows) - 1):
        for column in range(len(columns) - 1):
            if (row, column) in covered:
                continue
            right = next((at for at in range(column, len(columns) - 1) if beside[row][at]), len(columns) - 2) + 1
            bottom = next((at for at in range(row, len(rows) - 1) if below[at][column]), len(rows) - 2) + 1
            area = _Area(row, column, bottom, right)
            held = {(down, along) for down in range(row, bottom) for along in range(column, right)}
            if held & covered or not _is_whole(area, below, beside):
                return []
            covered |= held
            areas.append(area)
    return areas


def _is_whole(area: _Area, below: Sequence[Sequence[bool]], beside: Sequence[Sequence[bool]]) -> bool:
    """Whether rules are all around the area and none is in it."""
    down, along = range(area.top, area.bottom), range(area.left, area.right)
    return all(below[at][column] == (at == area.bottom - 1) for at in down for column in along) and all(
        beside[row][at] == (at == area.right - 1) for row in down for at in along
    )


def _ruled(rules: Sequence[_Rule], at: float, start: float, end: float) -> bool:
    middle = (start + end) / 2
    return any(abs(rule.at - at) <= _SLACK and rule.start <= middle <= rule.end for rule in rules)


def _text(area: _Area, rows: Sequence[float], columns: Sequence[float], items: Sequence[TextItem]) -> str:
    """The text in a cell: runs that are wholly in it, and the words of those that reach into others."""
    left, right, top, bottom = columns[area.left], columns[area.right], rows[area.top], rows[area.bottom]
    held: list[TextItem | WordBox] = []
    for item in items:
        if not top <= item.y + item.height / 2 < bottom or item.x > right or item.x + item.width < left:
            continue
        whole = left - _SLACK <= item.x and item.x + item.width <= right + _SLACK
        words = [item] if whole or not item.words else item.words
        held += [word for word in words if left <= word.x + word.width / 2 < right]
    return " ".join(lines_of(held))
