"""What an Office file holds besides its text, counted while it is read, as the report for its uploader."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import ClassVar

from causeway.documents.content import Part, Tally

SCANNED_PAGE = 1_500  # characters that a page which is only a picture may have held
OBJECT = 100  # characters that an embedded object may show
UNTOLD = "{} (picture has|pictures have) no alternative text; words in (it|them) were not read."
_EITHER = re.compile(r"\(([^|()]+)\|([^|()]+)\)")
Row = tuple[Part, str, str, str]
"""Part, what was read, what was left out, and why: {} is how many, and (one|more) depends on it."""


class Counts:
    """Counts by name. `lost` adds up the characters of visible text behind the counts. rows: of the report, in this order."""

    rows: ClassVar[Sequence[Row]] = ()

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lost: Counter[str] = Counter()

    def add(self, name: str, count: int = 1, lost: int = 0) -> None:
        self._counts[name] += count
        self._lost[name] += lost

    def __getitem__(self, name: str) -> int:
        return self._counts[name]

    def report(self) -> list[Tally]:
        """A tally for each kind of thing that the document has, the reasons in words for the uploader."""
        return list(self._tallies())

    def _tallies(self) -> Iterator[Tally]:
        for part, read, left_out, why in self.rows:
            have, miss = self[read] if read else 0, self[left_out] if left_out else 0
            if have or miss:
                yield Tally(part, have, miss, _worded(why, miss) if miss else "", self._lost[left_out] if miss else 0)


def _worded(why: str, count: int) -> str:
    """`why` with the number, in the singular or the plural."""
    return _EITHER.sub(lambda forms: forms[1] if count == 1 else forms[2], why.format(f"{count:,}"))
