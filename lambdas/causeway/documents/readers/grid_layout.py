"""A table's cells laid out on its grid."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

WIDEST = 1_000  # columns of one cell, as in HTML
REPEATED = 1_000_000  # characters that row spans may add to a table; beyond them a value is said in its first row only


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as the file has it. text: any white space is accepted. rows: 0 means down to the end of the table."""

    text: str
    columns: int = 1
    rows: int = 1
    header: bool = False


class Slot(NamedTuple):
    """A cell on the grid, from column `start` to before column `end`. repeated: it reaches into this row from above."""

    start: int
    end: int
    text: str
    header: bool
    rows: int = 1
    repeated: bool = False


class Row(NamedTuple):
    """The filled cells of a row by column. header: it names columns. alone: the row holds no other cell, not even an empty one."""

    slots: list[Slot]
    header: bool
    alone: bool

    def covers(self, width: int) -> bool:
        """Whether one filled cell is over all columns."""
        return len(self.slots) == 1 and self.slots[0].start == 0 and self.slots[0].end >= width


def laid_out(rows: Sequence[Sequence[Cell]]) -> Iterator[Row]:
    """Each row's own cells and those that reach into it from above, by column."""
    carried: list[Slot] = []
    left = REPEATED
    for number, cells in enumerate(rows):
        row = list(_placed(cells, carried, below=len(rows) - number))
        yield _told(row)
        carried = [slot._replace(rows=slot.rows - 1, repeated=True) for slot in row if slot.rows > 1]
        left -= sum(len(slot.text) + 10 for slot in carried)
        carried = carried if left > 0 else []


def _placed(cells: Sequence[Cell], carried: Sequence[Slot], below: int) -> Iterator[Slot]:
    """`cells` in the columns that `carried` leaves free. below: rows of the table from this one on."""
    column, waiting = 0, 0
    for cell in cells:
        while waiting < len(carried) and carried[waiting].start <= column:
            yield carried[waiting]
            column, waiting = carried[waiting].end, waiting + 1
        end = column + min(max(cell.columns, 1), WIDEST)
        end = min(end, carried[waiting].start) if waiting < len(carried) else end
        yield Slot(column, end, " ".join(cell.text.split()), cell.header, min(cell.rows, below) if cell.rows > 0 else below)
        column = end
    yield from carried[waiting:]


def _told(row: Sequence[Slot]) -> Row:
    slots = [slot for slot in row if slot.text]
    named = bool(slots) and all(slot.header for slot in slots) and not _is_form(row)
    named = named and (len(slots) > 1 or _groups(slots[0]) or all(slot.header for slot in row))
    return Row(slots, named, len(row) == 1)


def _groups(slot: Slot) -> bool:
    """Whether a cell beside an empty corner is over several columns."""
    return slot.start > 0 and slot.end - slot.start > 1


def _is_form(row: Sequence[Slot]) -> bool:
    """Whether each header cell names the cell beside it, filled in or not."""
    return [slot.header for slot in row] == [True, False] * (len(row) // 2)
