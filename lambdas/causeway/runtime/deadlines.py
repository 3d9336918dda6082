"""Points in time by which work must end, so that our timeouts add up to less than the caller's."""

import time
from dataclasses import dataclass
from typing import Protocol, Self


class Invocation(Protocol):
    """What is used of the Lambda context."""

    def get_remaining_time_in_millis(self) -> int: ...


@dataclass(frozen=True)
class Deadline:
    """at: seconds on the monotonic clock."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Self:
        return cls(time.monotonic() + seconds)

    @classmethod
    def before_end(cls, invocation: Invocation, seconds: float) -> Self:
        """So many seconds before Lambda stops the function."""
        return cls.after(invocation.get_remaining_time_in_millis() / 1000 - seconds)

    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.at - time.monotonic())

    def earlier(self, seconds: float) -> "Deadline":
        """So much before this one."""
        return Deadline(self.at - seconds)

    def within(self, seconds: float) -> "Deadline":
        """The earlier of this deadline and `seconds` from now."""
        return Deadline(min(self.at, time.monotonic() + seconds))
