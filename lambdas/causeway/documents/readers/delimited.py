"""Files of values separated by commas, semicolons, tabs or bars, to the rows of their tables."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from causeway.documents.content import Content
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.sheets import Entry, Line, Value, blocks_of_sheet

_DELIMITERS = ",;\t|"
_SAMPLE = 100  # lines in which the delimiter is looked for
_DECLARED = re.compile(r'"?sep=(.)"?\n', re.IGNORECASE)
_NUMBER = re.compile(r"[-+(]?[$€£¥]?\s?\d[\d.,'\s]*\s?(%|[$€£¥])?\)?")
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([T ]\d{1,2}:\d{2}\S*)?")


def read_delimited(text: str, limits: Limits) -> Content:
    """Blocks of a text, a row each with the names of its columns."""
    declared = _DECLARED.match(text)
    body = text[declared.end() :] if declared else text
    delimiter = declared[1] if declared else _delimiter(body)
    csv.field_size_limit(limits.characters)
    return Content(None, blocks_of_sheet(_lines(body, delimiter)))


def _lines(text: str, delimiter: str) -> Iterator[Line]:
    """Rows that hold something. Empty ones say nothing here: many programs write one after each row."""
    number = 0
    for row in csv.reader(StringIO(text), delimiter=delimiter):
        entries = [Entry(column, value, value=_value(value)) for column, field in enumerate(row) if (value := " ".join(field.split()))]
        if entries:
            yield Line(number, entries)
            number += 1


def _value(text: str) -> Value:
    if _DATE.fullmatch(text):
        return "date"
    return "number" if _NUMBER.fullmatch(text) else "text"


def _delimiter(text: str) -> str:
    """The sign that cuts most lines into as many fields as each other; of several, the one that gives most fields."""
    lines = list(islice(StringIO(text), _SAMPLE))
    return max(_DELIMITERS, key=lambda sign: _fit(lines, sign))


def _fit(lines: list[str], sign: str) -> tuple[float, int]:
    counts = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if row)
    fields, agreeing = max(counts.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
    return (agreeing / counts.total() if fields > 1 else 0.0, fields)
