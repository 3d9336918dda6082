"""A table's cells laid out on its grid, and each row as a sentence that is understood without its table.

See docs/decisions/123-tables-as-sentences.md.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from causeway.documents.content import Block

WIDEST = 1_000  # columns of one cell, as in HTML
REPEATED = 1_000_000  # characters that row spans may add to a table; beyond them a value is said in its first row only
LONGEST = 200  # characters of a column's name or of a sub-heading; longer ones are text
HEADER_ROWS = 6
_YEAR = re.compile(r"\b(19|20)\d\d\b")
_SENTENCE_END = re.compile(r"[.!?。！？]$")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as the file has it. text: any white space is accepted. rows: 0 means down to the end of the table."""

    text: str
    columns: int = 1
    rows: int = 1
    header: bool = False


class _Slot(NamedTuple):
    """A cell on the grid, from column `start` to before column `end`. repeated: it reaches into this row from above."""

    start: int
    end: int
    text: str
    header: bool
    rows: int = 1
    repeated: bool = False


class _Row(NamedTuple):
    """The filled cells of a row by column. header: it names columns. alone: the row holds no other cell, not even an empty one."""

    slots: list[_Slot]
    header: bool
    alone: bool


def blocks_of(rows: Sequence[Sequence[Cell]], page: int | None = None) -> list[Block]:
    """Blocks of a table, a body row each: "Column: value; Column: value".

    A value that spans columns is said once for all of their names, and one that spans rows in each of these rows. Leading
    rows of one cell over all columns are captions, which are text blocks; such a cell further below is said before each
    row that follows. Columns are named by the rows marked as header, else by the first row. A table of one column
    without header cells gives text blocks.
    """
    laid = [row for row in map(_told, _laid_out(rows)) if any(not slot.repeated for slot in row.slots)]
    width = max((row.slots[-1].start + 1 for row in laid), default=0)
    marked = any(cell.header for cells in rows for cell in cells)
    nameless = bool(rows) and all(cell.header and not cell.text.strip() for cell in rows[0])
    captions = _captions(laid, width, marked)
    lines = [*(("text", row.slots[0].text) for row in laid[:captions]), *_Body(width).lines(_headed(laid[captions:], nameless))]
    return [Block("text" if kind == "text" else "table", text, page=page) for kind, text in lines]


def _laid_out(rows: Sequence[Sequence[Cell]]) -> Iterator[list[_Slot]]:
    """Each row's own cells and those that reach into it from above, by column."""
    carried: list[_Slot] = []
    left = REPEATED
    for number, cells in enumerate(rows):
        row = list(_placed(cells, carried, below=len(rows) - number))
        yield row
        carried = [slot._replace(rows=slot.rows - 1, repeated=True) for slot in row if slot.rows > 1]
        left -= sum(len(slot.text) + 10 for slot in carried)
        carried = carried if left > 0 else []


def _placed(cells: Sequence[Cell], carried: Sequence[_Slot], below: int) -> Iterator[_Slot]:
    """`cells` in the columns that `carried` leaves free. below: rows of the table from this one on."""
    column, waiting = 0, 0
    for cell in cells:
        while waiting < len(carried) and carried[waiting].start <= column:
            yield carried[waiting]
            column, waiting = carried[waiting].end, waiting + 1
        end = column + min(max(cell.columns, 1), WIDEST)
        end = min(end, carried[waiting].start) if waiting < len(carried) else end
        yield _Slot(column, end, " ".join(cell.text.split()), cell.header, min(cell.rows, below) if cell.rows > 0 else below)
        column = end
    yield from carried[waiting:]


def _told(row: Sequence[_Slot]) -> _Row:
    slots = [slot for slot in row if slot.text]
    named = bool(slots) and all(slot.header for slot in slots)
    return _Row(slots, named and (len(slots) > 1 or all(slot.header for slot in row)), len(row) == 1)


def _captions(rows: Sequence[_Row], width: int, marked: bool) -> int:
    """How many of the leading rows are captions; all rows are, in a table of one column that marks no header."""
    if width == 1:
        return 0 if marked else len(rows)
    return next((number for number, row in enumerate(rows) if not _covers(row, width)), len(rows))


def _covers(row: _Row, width: int) -> bool:
    return len(row.slots) == 1 and row.slots[0].start == 0 and row.slots[0].end >= width


def _headed(rows: Sequence[_Row], nameless: bool) -> list[_Row]:
    """`rows` with the header rows told apart, where the file does not do so or calls every row a header.

    nameless: the file has a header row, and it is empty.
    """
    named = [row.header for row in rows]
    if all(named):
        return [row._replace(header=number == 0) for number, row in enumerate(rows)]
    if any(named) or nameless or rows[0].slots[0].header:
        return list(rows)
    if _keyed(rows):
        return [row._replace(slots=[row.slots[0]._replace(header=True), *row.slots[1:]]) for row in rows]
    if all(map(_is_form, rows)):
        return [row._replace(slots=_pairs(row.slots)) for row in rows]
    depth = _depth(rows)
    return [row._replace(header=number < depth) for number, row in enumerate(rows)]


def _keyed(rows: Sequence[_Row]) -> bool:
    """Whether the first of two columns names what stands beside it: "Contract" and "BF-77031", which is no column's name."""
    if len(rows) < 2 or any(len(row.slots) != 2 or row.slots[0].start > 0 or row.slots[0].rows > 1 for row in rows):
        return False
    return _is_value(rows[0].slots[1].text)


def _is_form(row: _Row) -> bool:
    """Whether names that end in colons alternate with their values: "Name:", "Ada", "Born:", "1980"."""
    named = [slot.text.endswith((":", "：")) for slot in row.slots]
    return named[0] and not all(named) and all(one or two for one, two in pairwise(named))


def _pairs(slots: Sequence[_Slot]) -> list[_Slot]:
    """Each name with its value as one cell."""
    made: list[_Slot] = []
    for slot in slots:
        if slot.text.endswith((":", "：")):
            made.append(slot)
        else:
            made[-1] = made[-1]._replace(text=f"{made[-1].text.rstrip(':： ')}: {slot.text}")
    return made


def _is_value(text: str) -> bool:
    """Whether a text is no column's name: an address, or mostly figures, unless they are a year."""
    figures = [character.isdigit() for character in text if character.isalnum()]
    return "@" in text or (2 * sum(figures) >= len(figures) > 0 and not _YEAR.search(text))


def _depth(rows: Sequence[_Row]) -> int:
    """Rows of an unmarked header: as many as its cells span; one more when it groups columns that the next row names."""
    first = rows[0].slots
    depth = max(slot.rows for slot in first)
    grouped = any(slot.end - slot.start > 1 for slot in first) and len(rows) > 2
    if depth == 1 and grouped and not any(character.isdigit() for slot in rows[1].slots for character in slot.text):
        return 2 if first[0].start > 0 and rows[1].slots[0].start > 0 else 1
    return min(depth, HEADER_ROWS) if depth < len(rows) else 1


class _Names:
    """What the columns of a table are called, by its header rows."""

    def __init__(self, header: Sequence[_Row] = ()) -> None:
        self._starts = sorted({edge for row in header for slot in row.slots for edge in (slot.start, slot.end)})
        self._names = [_joined((_name_over(row.slots, start) for row in header), " ") for start in self._starts]

    def __bool__(self) -> bool:
        return bool(self._starts)

    def of(self, start: int, end: int) -> str:
        """The names of columns `start` to before `end`; when they are long together, the first and the last of them."""
        first = max(bisect_right(self._starts, start) - 1, 0)
        last = bisect_right(self._starts, end - 1)
        names = _joined(self._names[first : min(last, first + LONGEST)], ", ")
        return names if len(names) <= LONGEST else f"{self._names[first]} … {self._names[last - 1]}"


def _name_over(slots: Sequence[_Slot], column: int) -> str:
    at = bisect_right(slots, column, key=lambda slot: slot.start) - 1
    held = at >= 0 and slots[at].end > column and len(slots[at].text) <= LONGEST
    return slots[at].text.rstrip(":： ") if held else ""


def _joined(texts: Iterable[str], between: str) -> str:
    return between.join(dict.fromkeys(filter(None, texts)))


class _Body:
    """Rows to lines, in one pass: it holds the names and the sub-heading of the rows that come next."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._header: list[_Row] = []
        self._names: _Names | None = _Names()  # None while header rows come in
        self._group = ""
        self._waiting = False  # no row has been said below the sub-heading yet

    def lines(self, rows: Iterable[_Row]) -> Iterator[tuple[str, str]]:
        """("text" or "table", line) of every row that is said by itself."""
        for row in rows:
            if self._width > 1 and (_covers(row, self._width) or (row.header and row.alone)):
                yield from self._head(row.slots[0].text)
            elif row.header:
                yield from self._name(row)
            else:
                yield "table", self._sentence(row)
        yield from self._head("")
        if self._names is None:
            yield from (("table", _plain(row)) for row in self._header)

    def _head(self, text: str) -> Iterator[tuple[str, str]]:
        if len(text) > LONGEST or _SENTENCE_END.search(text):
            yield "text", text
            return
        if self._waiting:
            yield "text", self._group
        self._group, self._waiting = text, bool(text)

    def _name(self, row: _Row) -> Iterator[tuple[str, str]]:
        if self._names is not None:
            self._header, self._names = [], None
        if len(self._header) < HEADER_ROWS:
            self._header.append(row)
        if self._header[-1] is not row or any(len(slot.text) > LONGEST for slot in row.slots):
            yield "table", _plain(row)

    def _sentence(self, row: _Row) -> str:
        if self._names is None:
            self._names = _Names(self._header)
        self._waiting = False
        first, *others = row.slots
        if not self._names and first.header and others:
            told = f"{first.text.rstrip(':： ')}: {'; '.join(slot.text for slot in others)}"
        else:
            told = "; ".join(self._value(slot, self._names) for slot in row.slots)
        return f"{self._group}; {told}" if self._group else told

    def _value(self, slot: _Slot, names: _Names) -> str:
        name = names.of(slot.start, slot.end)
        return f"{name}: {slot.text}" if name and name != slot.text else slot.text


def _plain(row: _Row) -> str:
    return "; ".join(slot.text for slot in row.slots)
