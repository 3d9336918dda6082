"""The tables of a sheet that has only cells: where one ends, which lines name its columns, and which stand above it.

See docs/decisions/222-tables-of-sheets.md.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from causeway.documents.content import Block
from causeway.documents.readers.grid import Cell, blocks_of

Value = Literal["text", "number", "date"]
_YEAR = re.compile(r"(19|20)\d\d")
_NAMELESS = [Cell("", header=True)]  # a header row that names nothing


class Entry(NamedTuple):
    """A filled cell. column: counted from 0. columns, rows: how many it is over. look: what it looks like, 0 where nothing tells."""

    column: int
    text: str
    columns: int = 1
    rows: int = 1
    look: int = 0
    value: Value = "text"


@dataclass(slots=True)
class Line:
    """number: of the row in the sheet. entries: by column, at least one. header: the file says that it names columns."""

    number: int
    entries: list[Entry]
    header: bool = False

    @property
    def text(self) -> str:
        return "; ".join(entry.text for entry in self.entries)


@dataclass(slots=True)
class _Table:
    """above: lines of one cell before it. lines: the rest, at least one."""

    above: list[Line] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def columns(self) -> range:
        cells = [entry for line in self.lines for entry in line.entries]
        return range(min(entry.column for entry in cells), max(entry.column + entry.columns for entry in cells))


def blocks_of_sheet(lines: Iterable[Line]) -> list[Block]:
    """A block for each row of each table: "Column: value; Column: value", and a text for each line above a table."""
    blocks: list[Block] = []
    for table in _joined(_tables(lines)):
        blocks += [Block("text", line.text) for line in table.above]
        if table.lines:
            blocks += blocks_of(list(_rows(table)))
    return blocks


def _tables(lines: Iterable[Line]) -> Iterator[_Table]:
    """Tables are separated by empty rows, if no cell reaches over them."""
    held: list[Line] = []
    end = 0
    for line in lines:
        if held and line.number > end + 1:
            yield _told(held)
            held, end = [], 0
        held.append(line)
        end = max(end, line.number, *(line.number + entry.rows - 1 for entry in line.entries))
    if held:
        yield _told(held)


def _told(lines: list[Line]) -> _Table:
    """Single cells before the first row of several stand above the table."""
    first = next((number for number, line in enumerate(lines) if len(line.entries) > 1 or line.header), None)
    if first is None:
        return _Table(above=lines)
    return _Table(lines[:first], lines[first:])


def _joined(tables: Iterable[_Table]) -> Iterator[_Table]:
    """Tables, with what only goes on after an empty row put together."""
    last: _Table | None = None
    for table in tables:
        if last is not None and _goes_on(last, table):
            last.lines += table.lines
        else:
            if last is not None:
                yield last
            last = table
    if last is not None:
        yield last


def _goes_on(last: _Table, table: _Table) -> bool:
    """Whether a table's first row is no header: it has numbers where the table before has them, or looks like its rows."""
    if table.above or not table.lines or len(last.lines) < 2 or table.lines[0].header:
        return False
    first, before = table.lines[0].entries, last.columns()
    within = table.columns()
    if within.start < before.start or within.stop > before.stop or len(table.lines[0].entries) < 2:
        return False
    numeric = _numeric(last.lines[1:])
    if any((entry.value == "text") == (entry.column in numeric) for entry in first):
        return False
    if any(entry.value != "text" for entry in first):
        return True
    looks, header = [entry.look for entry in first], [entry.look for entry in last.lines[0].entries]
    body = {entry.look for line in last.lines[1:] for entry in line.entries}
    return set(looks) <= body and not set(header) <= body


def _numeric(lines: Sequence[Line]) -> frozenset[int]:
    """Columns that hold numbers for the most part."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for line in lines:
        for entry in line.entries:
            counts[entry.column][entry.value != "text"] += 1
    return frozenset(column for column, (texts, numbers) in counts.items() if numbers > texts)


def _rows(table: _Table) -> Iterator[list[Cell]]:
    columns = table.columns()
    if not any(line.header for line in table.lines) and not _names(table.lines[0].entries):
        yield _NAMELESS
    usual = _usual_look(table.lines, columns.start)
    reaching: list[tuple[int, Entry]] = []  # cells from above with the line that they end in
    for at, line in enumerate(table.lines):
        reaching = [(last, entry) for last, entry in reaching if last >= at]
        ends = [_last_line(table.lines, at, entry.rows) for entry in line.entries]
        entries = [entry._replace(rows=end - at + 1) for entry, end in zip(line.entries, ends, strict=True)]
        heads = _heads_rows(entries, columns, usual) and not reaching
        yield (
            [Cell(entries[0].text, len(columns))] if heads else list(_cells(entries, line.header, columns, [each for _, each in reaching]))
        )
        reaching += [(end, entry) for end, entry in zip(ends, entries, strict=True) if end > at]


def _last_line(lines: Sequence[Line], at: int, rows: int) -> int:
    """The last line that a cell of this many rows reaches into."""
    end = at
    while rows > 1 and end + 1 < len(lines) and lines[end + 1].number < lines[at].number + rows:
        end += 1
    return end


def _names(entries: Sequence[Entry]) -> bool:
    """Whether a first row may name columns: numbers other than years are values."""
    values = sum(entry.value == "number" and not _YEAR.fullmatch(entry.text) for entry in entries)
    return 2 * values < len(entries)


def _usual_look(lines: Sequence[Line], column: int) -> int:
    looks = Counter(line.entries[0].look for line in lines if line.entries[0].column == column and len(line.entries) > 1)
    return looks.most_common(1)[0][0] if looks else 0


def _heads_rows(entries: Sequence[Entry], columns: range, usual: int) -> bool:
    """Whether a line's only cell heads the rows below it: it looks other than the first cells of rows do."""
    first = entries[0]
    return len(entries) == 1 and first.column == columns.start and first.look != usual and first.value == "text" and first.rows == 1


def _cells(entries: Sequence[Entry], header: bool, columns: range, reaching: Sequence[Entry]) -> Iterator[Cell]:
    """The cells of a row with the empty ones; none where a cell reaches into the row from above."""
    taken = {column for entry in reaching for column in range(entry.column, min(entry.column + entry.columns, columns.stop))}
    at = columns.start
    for entry in entries:
        yield from (Cell("") for column in range(at, entry.column) if column not in taken)
        yield Cell(entry.text, entry.columns, entry.rows, header)
        at = max(at, entry.column + entry.columns)
