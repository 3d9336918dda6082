"""One worksheet to lines of cells, as it shows them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from causeway.documents.bad import BadDocument
from causeway.documents.readers.excel.findings import Findings
from causeway.documents.readers.excel.numbers import is_date, shown, shows_text
from causeway.documents.readers.excel.workbook import Sheet, Workbook, elements, local, plain, text_of
from causeway.documents.readers.office.xml import number
from causeway.documents.readers.sheets import Entry, Line, Value

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_FROZEN = 6  # rows held in sight that may name columns; more are a part of the table
_UNCALCULATED = 4  # characters that the result of a formula is taken to have
_ON = frozenset({"1", "true"})
_FILLED = frozenset({"v", "is"})  # elements of a cell that holds something


@dataclass(slots=True)
class Area:
    """Rows and columns from 0, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class _Held:
    """What a sheet says beside its rows."""

    lines: list[Line] = field(default_factory=list)
    merged: dict[tuple[int, int], Area] = field(default_factory=dict)
    headers: set[int] = field(default_factory=set)
    hidden: list[tuple[int, int]] = field(default_factory=list)  # columns, the last one included
    frozen: int = 0
    gone: list[int] = field(default_factory=list)  # rows that are hidden


def lines_of(workbook: Workbook, sheet: Sheet, findings: Findings, room: int) -> list[Line]:
    """The filled rows of a sheet that are shown. room: characters that may still be read.

    Raises BadDocument: truncated, too_long.
    """
    held = _Held()
    reader = _Cells(workbook, findings, held)
    for element in elements(workbook.package, sheet.part, "row", "col", "pane", "mergeCell", "autoFilter"):
        kind = local(element)
        if kind == "row":
            line = reader.line(element)
            if line is not None:
                held.lines.append(line)
                room -= sum(len(entry.text) for entry in line.entries)
                if room < 0:
                    raise BadDocument("too_long", "The workbook has more text than is read of one document. Split it into parts.")
        else:
            _note(held, kind, element)
    for part in workbook.package.parts(sheet.part, "table"):
        table = workbook.package.xml(part)
        area = area_of(table.get("ref", ""))
        if area is not None and table.get("headerRowCount") != "0":
            held.headers.add(area.top)
    return list(_laid_out(held, findings))


def area_of(reference: str) -> Area | None:
    """ "B2:D4" as rows and columns; None for what is no area of a sheet."""
    corners = [_REFERENCE.fullmatch(corner) for corner in reference.split(":")]
    if not 1 <= len(corners) <= 2 or None in corners:
        return None
    places = [(int(corner[2]) - 1, _column(corner[1])) for corner in corners if corner is not None]
    return Area(places[0][0], places[0][1], places[-1][0], places[-1][1])


def _column(letters: str) -> int:
    """0 for A, 26 for AA."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _note(held: _Held, kind: str, element: Any) -> None:
    if kind == "col" and element.get("hidden") in _ON:
        held.hidden.append(((number(element.get("min")) or 1) - 1, (number(element.get("max")) or 1) - 1))
    elif kind == "pane" and element.get("state", "").startswith("frozen"):
        rows = element.get("ySplit", "0").partition(".")[0]
        held.frozen = number(rows) or 0
    elif kind == "mergeCell":
        area = area_of(element.get("ref", ""))
        if area is not None:
            held.merged[area.top, area.left] = area
    elif kind == "autoFilter":
        area = area_of(element.get("ref", ""))
        if area is not None:
            held.headers.add(area.top)


def _laid_out(held: _Held, findings: Findings) -> Iterator[Line]:
    """The lines with the spans of their cells, and which of them are headers, counted as if hidden rows were not there."""
    frozen = held.frozen if 0 < held.frozen <= _FROZEN and not held.headers else 0
    named = max((line.number for line in held.lines if line.number < frozen and len(line.entries) > 1), default=-1)
    waiting = sorted(held.merged.values(), key=lambda area: -area.top)
    reaching: list[Area] = []
    for line in held.lines:
        while waiting and waiting[-1].top <= line.number:
            reaching.append(waiting.pop())
        reaching = [area for area in reaching if area.bottom >= line.number]
        entries = [_spanning(entry, line.number, reaching, held.gone) for entry in line.entries]
        kept = [entry for entry in entries if entry is not None]
        findings.add("covered", len(entries) - len(kept))
        header = line.number in held.headers or (line.number <= named and len(kept) > 1)
        if kept:
            yield Line(line.number - bisect_left(held.gone, line.number), kept, header)


def _spanning(entry: Entry, row: int, reaching: Sequence[Area], gone: Sequence[int]) -> Entry | None:
    """A cell with its span; None where another cell covers it."""
    area = next((area for area in reaching if area.left <= entry.column <= area.right), None)
    if area is None:
        return entry
    if (area.top, area.left) != (row, entry.column):
        return None
    hidden = bisect_right(gone, area.bottom) - bisect_left(gone, area.top)
    return entry._replace(columns=area.right - area.left + 1, rows=area.bottom - area.top + 1 - hidden)


class _Cells:
    """Reads the cells of rows; where a file gives no places, a cell is right of the last and a row below it."""

    def __init__(self, workbook: Workbook, findings: Findings, held: _Held) -> None:
        self._workbook, self._findings, self._held = workbook, findings, held
        self._row = -1

    def line(self, row: Any) -> Line | None:
        given = number(row.get("r"))
        self._row = given - 1 if given else self._row + 1
        if row.get("hidden") in _ON:
            self._held.gone.append(self._row)
            self._findings.add("rows hidden", int(any(local(part) in _FILLED for cell in row for part in cell)))
            return None
        entries = list(self._entries(row))
        return Line(self._row, entries) if entries else None

    def _entries(self, row: Any) -> Iterator[Entry]:
        column = -1
        for cell in row:
            found = _REFERENCE.fullmatch(cell.get("r", ""))
            column = max(_column(found[1]) if found else column + 1, column + 1)
            if not len(cell):
                continue
            style = number(cell.get("s")) or 0
            text, value = self._shown(cell, style)
            if text and self._is_seen(column, style):
                yield Entry(column, text, look=style, value=value)

    def _is_seen(self, column: int, style: int) -> bool:
        if any(first <= column <= last for first, last in self._held.hidden):
            self._findings.add("columns hidden")
            return False
        if self._workbook.look(style).faint:
            self._findings.add("faint")
            return False
        return True

    def _shown(self, cell: Any, style: int) -> tuple[str, Value]:
        """What a cell shows, and what it holds."""
        kind, value = cell.get("t", "n"), next((part.text for part in cell if part.tag.endswith("}v")), None) or None
        code = self._workbook.look(style).code
        if kind == "n" and value is not None:
            return self._number(value, code)
        if kind == "d" and value is not None:
            return value.replace("T", " "), "date"
        if value is None and kind != "inlineStr":
            self._count_formula(cell)
            return "", "text"
        text = " ".join(self._text(cell, kind, value or "").split())
        if text and not shows_text(code):
            self._findings.add("faint")
            return "", "text"
        return text, "text"

    def _text(self, cell: Any, kind: str, value: str) -> str:
        if kind == "s":
            index = number(value.strip())
            if index is None or not 0 <= index < len(self._workbook.texts):
                raise self._workbook.package.truncated()
            return self._workbook.texts[index]
        if kind == "inlineStr":
            return text_of(cell)
        if kind == "b":
            return "TRUE" if value.strip() in _ON else "FALSE"
        return plain(value)

    def _number(self, value: str, code: str) -> tuple[str, Value]:
        try:
            found = float(value)
        except ValueError:
            return value.strip(), "text"
        if found != found or abs(found) == float("inf"):
            return value.strip(), "text"
        text = shown(found, code, self._workbook.from_1904)
        if not text:
            self._findings.add("faint")
        return text, "date" if is_date(code) else "number"

    def _count_formula(self, cell: Any) -> None:
        if cell.find("{*}f") is not None:
            self._findings.add("formulas", lost=_UNCALCULATED)
