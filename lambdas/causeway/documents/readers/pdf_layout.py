"""The order in which a page's lines are read, and which of them belong to the page rather than to the text."""

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

from causeway.documents.readers.pdf_page import Line, Page

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"(^\W*(\d{1,4}|[ivxlc]{1,7})|\b(page|seite|p\.)\s*\d{1,4})(\s*(of|/|von|\|)\s*\d{1,4})?\W*$", re.IGNORECASE)
MARGIN = 0.12  # of the page's height, at the top and at the bottom
LEAST_GUTTER = 7.0
MOST_CROSSING = 0.15  # of the lines, as headings over all columns do
LEAST_LINES = 6  # in each column
LEAST_FILL = 0.45  # of a column's width by its median line: cells of a table fill less


def gutters(page: Page) -> list[float]:
    """Middles of the white strips between columns of type; none on a page of one column."""
    if len(page.boxes) < 2 * LEAST_LINES:
        return []
    rows = len({round(line.top / 4) for line in page.lines})
    strips = _strips(page.boxes, MOST_CROSSING * rows)
    return [
        (begin + end) / 2
        for begin, end in strips
        if end - begin >= LEAST_GUTTER and 0.15 * page.width < (begin + end) / 2 < 0.85 * page.width
    ]


def _strips(boxes: Sequence[tuple[float, float]], most: float) -> list[tuple[float, float]]:
    """Stretches of x between type on both sides that at most `most` boxes cover."""
    steps = sorted([(left, 1) for left, _ in boxes] + [(right, -1) for _, right in boxes])
    strips: list[tuple[float, float]] = []
    covering, begin = 0, None
    first, last = min(left for left, _ in boxes), max(right for _, right in boxes)
    for x, step in steps:
        covering += step
        if covering <= most and begin is None and x > first:
            begin = x
        elif covering > most and begin is not None:
            strips.append((begin, x))
            begin = None
    return [(left, right) for left, right in strips if right < last]


def is_split_needed(page: Page, at: Sequence[float]) -> bool:
    """Whether the file writes across the columns, so that lines of two columns stand as one."""
    crossing = [line for line in page.lines if any(line.left < x - 3 and line.right > x + 3 for x in at)]
    return len(crossing) > max(LEAST_LINES, 0.3 * len(page.lines)) and median(len(line.text) for line in crossing) > 50


def in_reading_order(page: Page, at: Sequence[float]) -> list[Line]:
    """The page's lines column by column between those that span the columns; as the file has them when columns do not hold."""
    if not at:
        return page.lines
    columns: dict[int, list[Line]] = {}
    for line in page.lines:
        columns.setdefault(_column(line, at), []).append(line)
    edges = [min(line.left for line in page.lines), *at, max(line.right for line in page.lines)]
    for number in range(len(at) + 1):
        lines = columns.get(number, [])
        if len(lines) < LEAST_LINES or median(line.right - line.left for line in lines) < LEAST_FILL * (edges[number + 1] - edges[number]):
            return page.lines
    return _banded(page.lines, at)


def _column(line: Line, at: Sequence[float]) -> int:
    """The column's number from the left, -1 for a line over several."""
    first, last = (sum(x > gutter for gutter in at) for x in (line.left + 1, line.right - 1))
    return first if first == last else -1


def _banded(lines: Sequence[Line], at: Sequence[float]) -> list[Line]:
    ordered: list[Line] = []
    band: list[tuple[int, int, Line]] = []
    for place, line in enumerate(sorted(lines, key=lambda line: line.top)):
        column = _column(line, at)
        if column < 0:
            ordered += [kept for _, _, kept in sorted(band, key=lambda entry: entry[:2])]
            ordered.append(line)
            band = []
        else:
            band.append((column, place, line))
    return ordered + [kept for _, _, kept in sorted(band, key=lambda entry: entry[:2])]


def without_running_lines(pages: Sequence[Page]) -> None:
    """Drops headers, footers and page numbers: lines of the margins that come again at the same height on other pages,
    or that count the pages."""
    margins = [(page, line) for page in pages for line in page.lines if _in_margin(line, page)]
    seen = Counter({(page.number, _key(line)): _key(line) for page, line in margins}.values())
    steps = Counter({(page.number, step): step for page, line in margins for step in _steps(line, page)}.values())
    least = 2 if len(pages) == 2 else 3
    counting = {step for step, pages_with in steps.items() if pages_with >= max(3, len(pages) // 3)}
    for page in pages:
        large = {line.text for line in page.lines if not _in_margin(line, page)}
        page.lines = [
            line for line in page.lines if not (_in_margin(line, page) and (line.text in large or _runs(line, page, seen, least, counting)))
        ]


def _runs(line: Line, page: Page, seen: Counter[tuple[str, int]], least: int, counting: set[int]) -> bool:
    return seen[_key(line)] >= least or bool(_PAGE_NUMBER.search(line.text)) or any(step in counting for step in _steps(line, page))


def _steps(line: Line, page: Page) -> list[int]:
    """How far the numbers at the line's ends are from the page's: a folio keeps its distance."""
    words = line.text.split()
    return [int(word) - page.number for word in {words[0], words[-1]} if word.isdecimal() and len(word) < 5 and len(line.text) < 150]


def _in_margin(line: Line, page: Page) -> bool:
    return not line.rows and (line.bottom < MARGIN * page.height or line.top > (1 - MARGIN) * page.height)


def _key(line: Line) -> tuple[str, int]:
    return _DIGITS.sub("#", line.text), round(line.top / 4)
