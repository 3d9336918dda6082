"""A table's cells laid out on its grid, and each row as a sentence that is understood without its table.

See docs/decisions/123-tables-as-sentences.md.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, takewhile

from causeway.documents.content import Block
from causeway.documents.readers.grid_layout import Cell, Row, Slot, laid_out

__all__ = ["LONGEST", "Cell", "blocks_of"]

LONGEST = 200  # characters of a column's name or of a sub-heading; longer ones are text
HEADER_ROWS = 6
_SHORT = 60  # characters of a longer name that stand before each value
_YEAR = re.compile(r"\b(19|20)\d\d\b")
_SENTENCE_END = re.compile(r"[.!?。！？]$")


def blocks_of(rows: Sequence[Sequence[Cell]], page: int | None = None) -> list[Block]:
    """Blocks of a table, a body row each: "Column: value; Column: value".

    A value that spans columns is said once for all of their names, and one that spans rows in each of these rows. Leading
    rows of one cell over all columns are captions, which are text blocks; such a cell further below is said before each
    row that follows. Columns are named by the rows marked as header, else by the first row; when no row has a value for one
    of them, all names are said once before the rows. A table of one column without header cells gives text blocks.
    """
    laid = [row for row in laid_out(rows) if any(not slot.repeated for slot in row.slots)]
    width = max((row.slots[-1].start + 1 for row in laid), default=0)
    marked = any(cell.header for cells in rows for cell in cells)
    nameless = bool(rows) and all(cell.header and not cell.text.strip() for cell in rows[0])
    captions = _captions(laid, width, marked)
    lines = [*(("text", row.slots[0].text) for row in laid[:captions]), *_Body(width).lines(_headed(laid[captions:], nameless))]
    return [Block("text" if kind == "text" else "table", text, page=page) for kind, text in lines]


def _captions(rows: Sequence[Row], width: int, marked: bool) -> int:
    """How many of the leading rows are captions; all rows are, in a table of one column that marks no header."""
    if width == 1:
        return 0 if marked else len(rows)
    return next((number for number, row in enumerate(rows) if not row.covers(width)), len(rows))


def _headed(rows: Sequence[Row], nameless: bool) -> list[Row]:
    """`rows` with the header rows told apart, where the file does not do so or calls every row a header.

    nameless: the file has a header row, and it is empty.
    """
    named = [row.header for row in rows]
    if all(named):
        return [row._replace(header=number == 0) for number, row in enumerate(rows)]
    if any(named) or nameless or rows[0].slots[0].header:
        return list(rows)
    if _keyed(rows):
        return [row._replace(slots=[slot._replace(header=_is_label(slot)) for slot in row.slots]) for row in rows]
    if _paired(rows):
        return [row._replace(slots=[row.slots[0]._replace(header=True), *row.slots[1:]]) for row in rows]
    depth = _depth(rows)
    return [row._replace(header=number < depth) for number, row in enumerate(rows)]


def _keyed(rows: Sequence[Row]) -> bool:
    """Whether labels name what is beside them, filled in or not: "Owner:", "Price:"."""
    return all(row.slots[0].start == 0 and _alternates(row.slots) for row in rows)


def _paired(rows: Sequence[Row]) -> bool:
    """Whether the first of two columns names what is beside it: "Contract" and "BF-77031", which is no column's name."""
    if len(rows) < 2 or any(len(row.slots) != 2 or row.slots[0].start > 0 or row.slots[0].rows > 1 for row in rows):
        return False
    return _is_value(rows[0].slots[1].text)


def _is_value(text: str) -> bool:
    """Whether a text is no column's name: an address, or mostly figures, unless they are a year."""
    figures = [character.isdigit() for character in text if character.isalnum()]
    return "@" in text or (2 * sum(figures) >= len(figures) > 0 and not _YEAR.search(text))


def _alternates(slots: Sequence[Slot]) -> bool:
    """Whether the first cell is a label, and no label has two values."""
    labels = [_is_label(slot) for slot in slots]
    return labels[0] and all(before or label for before, label in pairwise(labels))


def _is_label(slot: Slot) -> bool:
    return slot.text.endswith((":", "："))


def _depth(rows: Sequence[Row]) -> int:
    """Rows of an unmarked header: as many as its cells span; one more when it groups columns that the next row names."""
    first = rows[0].slots
    depth = max(slot.rows for slot in first)
    grouped = any(slot.end - slot.start > 1 for slot in first) and len(rows) > 2
    if depth == 1 and grouped and not any(character.isdigit() for slot in rows[1].slots for character in slot.text):
        return 2 if first[0].start > 0 and rows[1].slots[0].start > 0 else 1
    return min(depth, HEADER_ROWS) if depth < len(rows) else 1


class _Names:
    """What the columns of a table are called, by its header rows."""

    def __init__(self, header: Sequence[Row] = ()) -> None:
        self._starts = sorted({edge for row in header for slot in row.slots for edge in (slot.start, slot.end)})
        self._names = [_joined((_name_over(row.slots, start) for row in header), " ") for start in self._starts]

    def __bool__(self) -> bool:
        return bool(self._starts)

    def unused(self, rows: Iterable[Row]) -> str:
        """All names, when one of them has no value in `rows`; else nothing."""
        spans = {self._places(slot.start, slot.end) for row in rows for slot in row.slots}
        filled = {place for span in spans for place in range(*span)}
        lacking = any(name and place not in filled for place, name in enumerate(self._names))
        return _joined(self._names, "; ") if lacking else ""

    def of(self, start: int, end: int) -> str:
        """The names of columns `start` to before `end`; when they are long together, the first and the last of them."""
        first, last = self._places(start, end)
        names = _joined(self._names[first : min(last, first + LONGEST)], ", ")
        return names if len(names) <= LONGEST else f"{self._names[first]} … {self._names[last - 1]}"

    def _places(self, start: int, end: int) -> tuple[int, int]:
        """The first name over columns `start` to before `end`, and the one after the last."""
        return max(bisect_right(self._starts, start) - 1, 0), bisect_right(self._starts, end - 1)


def _name_over(slots: Sequence[Slot], column: int) -> str:
    at = bisect_right(slots, column, key=lambda slot: slot.start) - 1
    return _short(slots[at].text).rstrip(":： ") if at >= 0 and slots[at].end > column else ""


def _short(name: str) -> str:
    """A column's name; of one that is said whole before the rows because of its length, the beginning."""
    return name if len(name) <= LONGEST else f"{name[:_SHORT].rsplit(' ', 1)[0]} …"


def _joined(texts: Iterable[str], between: str) -> str:
    return between.join(dict.fromkeys(filter(None, texts)))


class _Body:
    """Rows to lines, in one pass: it holds the names and the sub-heading of the rows that come next."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._header: list[Row] = []
        self._names: _Names | None = _Names()  # None while header rows come in
        self._group = ""
        self._waiting = False  # no row has been said below the sub-heading yet

    def lines(self, rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
        """("text" or "table", line) of every row that is said by itself."""
        for number, row in enumerate(rows):
            if self._is_heading(row):
                yield from self._head(row.slots[0].text)
            elif row.header:
                yield from self._name(row)
            else:
                yield from self._named(rows[at] for at in range(number, len(rows)))
                yield "table", self._sentence(row)
        yield from self._head("")
        if self._names is None:
            yield from (("table", _plain(row)) for row in self._header)

    def _is_heading(self, row: Row) -> bool:
        return self._width > 1 and (row.covers(self._width) or (row.header and row.alone))

    def _named(self, below: Iterable[Row]) -> Iterator[tuple[str, str]]:
        """The header rows are complete. below: the rows after them."""
        if self._names is not None:
            return
        self._names = _Names(self._header)
        headings = self._is_heading
        named = takewhile(lambda row: headings(row) or not row.header, below)
        unused = self._names.unused(row for row in named if not headings(row))
        if unused:
            yield "table", unused

    def _head(self, text: str) -> Iterator[tuple[str, str]]:
        if len(text) > LONGEST or _SENTENCE_END.search(text):
            yield "text", text
            return
        if self._waiting:
            yield "text", self._group
        self._group, self._waiting = text, bool(text)

    def _name(self, row: Row) -> Iterator[tuple[str, str]]:
        if self._names is not None:
            self._header, self._names = [], None
        if len(self._header) < HEADER_ROWS:
            self._header.append(row)
        if self._header[-1] is not row or any(len(slot.text) > LONGEST for slot in row.slots):
            yield "table", _plain(row)

    def _sentence(self, row: Row) -> str:
        self._waiting = False
        names = self._names or _Names()
        told = _pairs(row.slots) if not names else "; ".join(self._value(slot, names) for slot in row.slots)
        return f"{self._group}; {told}" if self._group else told

    def _value(self, slot: Slot, names: _Names) -> str:
        name = names.of(slot.start, slot.end)
        return f"{name}: {slot.text}" if name and name != slot.text else slot.text


def _plain(row: Row) -> str:
    return "; ".join(slot.text for slot in row.slots)


def _pairs(slots: Sequence[Slot]) -> str:
    """Each header cell with the value after it, and other cells by themselves."""
    told: list[str] = []
    for before, slot in zip([None, *slots], slots, strict=False):
        if before is not None and before.header and not slot.header:
            told[-1] = f"{before.text.rstrip(':： ')}: {slot.text}"
        else:
            told.append(slot.text)
    return "; ".join(told)
