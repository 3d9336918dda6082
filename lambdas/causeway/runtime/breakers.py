"""A circuit breaker: calls to a dependency that keeps failing are refused at once, and it gets time to recover.

As in Nygard, "Release It!", second edition, 2018, chapter 5. Each process learns for itself.
See docs/decisions/171-breakers-and-budgets.md.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from causeway.runtime.errors import DependencyUnavailable, Throttled
from causeway.runtime.faults import dependency_error

Result = TypeVar("Result")
State = Literal["closed", "open"]


@dataclass(frozen=True)
class Instant:
    """A point in time by both clocks.

    The monotonic clock stands still while Lambda freezes a process or keeps it as a snapshot, and the wall clock may be set back.
    """

    monotonic: float
    wall: float

    @classmethod
    def now(cls) -> "Instant":
        return cls(time.monotonic(), time.time())

    def since(self, earlier: "Instant") -> float:
        """Seconds by the clock that shows more of them."""
        return max(self.monotonic - earlier.monotonic, self.wall - earlier.wall)


class Breaker:
    """Watches the attempts of one dependency in one process. Threads may share it.

    It opens after attempts that failed in a row, none before the last `window_seconds`: `failures` of them, or two and more that together
    took `costly_seconds` of the callers' time. No attempt is made for `open_seconds`; then one passes as a probe. The breaker closes when
    the probe gets an answer, and stays open as long again when it does not. A refusal of our request is an answer: other requests may be
    served. A service that fails now and then never opens it: that is for retries.
    told: hears the dependency and "open" or "closed" at each change.
    """

    def __init__(
        self,
        dependency: str,
        told: Callable[[str, State], None],
        *,
        failures: int = 8,
        costly_seconds: float = 16.0,
        window_seconds: float = 120.0,
        open_seconds: float = 10.0,
        now: Callable[[], Instant] = Instant.now,
    ) -> None:
        self._dependency, self._told, self._now = dependency, told, now
        self._failures, self._costly = failures, costly_seconds
        self._window, self._open_seconds = window_seconds, open_seconds
        self._row: list[tuple[Instant, float]] = []
        self._opened: Instant | None = None
        self._probing = False
        self._lock = threading.Lock()

    def attempt(self, operation: Callable[[], Result], *, ends_later: bool = False) -> Result:
        """The operation's result or exception. Raises DependencyUnavailable without calling it while the breaker is open.

        ends_later: the result is only the beginning of an answer, such as a stream; `record` tells how it ends.
        """
        is_probe, began = self._admit(), self._now()
        try:
            result = operation()
        except Exception as error:
            self.record(answered=not _is_failure(self._dependency, error), seconds=self._now().since(began))
            raise
        finally:
            if is_probe:
                self._probing = False
        if not ends_later:
            self.record(answered=True)
        return result

    def record(self, *, answered: bool, seconds: float = 0.0) -> None:
        """What became of an attempt. seconds: how long a caller waited for a failure."""
        with self._lock:
            changed = self._answered() if answered else self._failed(seconds)
        if changed:
            self._told(self._dependency, changed)

    def _admit(self) -> bool:
        """Whether this attempt is the probe of an open breaker."""
        with self._lock:
            if self._opened is None:
                return False
            left = self._open_seconds - self._now().since(self._opened)
            if left > 0 or self._probing:
                raise DependencyUnavailable(self._dependency, "the breaker is open", retry_after=max(1.0, left))
            self._probing = True
            return True

    def _answered(self) -> State | None:
        was_open, self._opened = self._opened is not None, None
        self._row.clear()
        return "closed" if was_open else None

    def _failed(self, seconds: float) -> State | None:
        now, was_open = self._now(), self._opened is not None
        self._row = [(at, cost) for at, cost in self._row if now.since(at) <= self._window] + [(now, seconds)]
        costly = len(self._row) > 1 and sum(cost for _, cost in self._row) >= self._costly
        if not was_open and not costly and len(self._row) < self._failures:
            return None
        self._opened = now
        return None if was_open else "open"


def _is_failure(dependency: str, error: Exception) -> bool:
    return isinstance(dependency_error(dependency, error), Throttled | DependencyUnavailable)
