"""How far a run of many uploads is: what is done, how fast, and how long the rest may take."""

import time
from collections import Counter, deque
from dataclasses import dataclass, field

from local.app.uploads import Outcome

STILL = 60.0  # seconds without any movement after which the progress names what is waited for
MEASURED = 60.0  # seconds over which the rate is told
SURE = 5.0  # seconds before which no rate is told


@dataclass
class Progress:
    """still: seconds since anything moved; waiting: names of documents that are uploaded and not settled.

    unchanged ones count as outcomes and for no rate. reading, embedding: how many are at it, or wait for the latter.
    """

    total: int
    uploaded: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    reading: int = 0
    embedding: int = 0
    waiting: tuple[str, ...] = ()
    still: float = 0.0
    _seen: deque[tuple[float, int]] = field(default_factory=deque)

    @property
    def searchable(self) -> int:
        return sum(each.is_searchable for each in self.outcomes)

    def measure(self, now: float | None = None) -> None:
        """To be called at every look. now: seconds of a monotonic clock."""
        at = time.monotonic() if now is None else now
        self._seen.append((at, sum(not each.unchanged for each in self.outcomes)))
        while self._seen[0][0] < at - MEASURED:
            self._seen.popleft()

    @property
    def rate(self) -> float:
        """Documents settled a second; 0 while it is too early to tell."""
        if len(self._seen) < 2:
            return 0.0
        (began, first), (ended, last) = self._seen[0], self._seen[-1]
        return (last - first) / (ended - began) if ended - began >= SURE else 0.0

    def __str__(self) -> str:
        """What matters most comes first: a terminal cuts the end off."""
        states = Counter("refused" if each.is_refused else each.state for each in self.outcomes)
        parts = [f"uploading {self.uploaded:,} of {self.total:,}" if self.uploaded < self.total else f"uploaded {self.total:,}"]
        parts.append(f"{self.searchable:,} searchable{self._speed()}")
        counts = {
            "duplicates": states["duplicate"],
            "refused": states["refused"],
            "failed": states["failed"],
            "being embedded": self.embedding,
            "being read": self.reading,
        }
        parts += [f"{count:,} {what}" for what, count in counts.items() if count]
        return ", ".join(parts) + (f"; {self.stillness()}" if self.still >= STILL else "")

    def _speed(self) -> str:
        left = self.total - len(self.outcomes)
        if not left or not self.rate:
            return ""
        seconds = left / self.rate
        return f" ({self.rate:.1f}/s, " + (f"{seconds / 60:.0f} min left)" if seconds >= 90 else f"{seconds:.0f} s left)")

    def stillness(self) -> str:
        """What is waited for."""
        names = ", ".join(self.waiting[:3]) + (f" and {len(self.waiting) - 3} more" if len(self.waiting) > 3 else "")
        return f"nothing has moved for {self.still:.0f} s, waiting for {names or 'the API'} (make logs shows what happens)"
