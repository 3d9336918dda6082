"""A circuit breaker: calls to a dependency that keeps failing are refused at once, and it gets time to recover.

As in Nygard, "Release It!", second edition, 2018, chapter 5. Each process learns for itself.
See docs/decisions/171-breakers-and-budgets.md.
"""

import threading
import time
from collections import deque
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

    It opens when `failures` of the last 2 x `failures` attempts failed within `window_seconds`. No attempt is made for `open_seconds`; then
    one passes as a probe. The breaker closes when the probe gets an answer, and stays open as long again when it does not. A refusal of our
    request is an answer: other requests may be served.
    told: hears the dependency and "open" or "closed" at each change.
    """

    def __init__(
        self,
        dependency: str,
        told: Callable[[str, State], None],
        *,
        failures: int = 5,
        window_seconds: float = 120.0,
        open_seconds: float = 10.0,
        now: Callable[[], Instant] = Instant.now,
    ) -> None:
        self._dependency, self._told, self._now = dependency, told, now
        self._failures, self._window, self._open_seconds = failures, window_seconds, open_seconds
        self._outcomes: deque[tuple[Instant, bool]] = deque(maxlen=2 * failures)
        self._opened: Instant | None = None
        self._probing = False
        self._lock = threading.Lock()

    def attempt(self, operation: Callable[[], Result]) -> Result:
        """The operation's result or exception. Raises DependencyUnavailable without calling it while the breaker is open."""
        is_probe = self._admit()
        try:
            result = operation()
        except Exception as error:
            self.record(answered=not _is_failure(self._dependency, error))
            raise
        finally:
            if is_probe:
                self._probing = False
        self.record(answered=True)
        return result

    def record(self, *, answered: bool) -> None:
        """What became of an attempt, for those whose end the operation does not see, such as a stream's."""
        with self._lock:
            changed = self._changed(answered)
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

    def _changed(self, answered: bool) -> State | None:
        now, was_open = self._now(), self._opened is not None
        if was_open:
            self._opened = None if answered else now
            self._outcomes.clear()
            return "closed" if answered else None
        self._outcomes.append((now, answered))
        failed = [at for at, answer in self._outcomes if not answer and now.since(at) <= self._window]
        if len(failed) < self._failures:
            return None
        self._opened = now
        return "open"


def _is_failure(dependency: str, error: Exception) -> bool:
    return isinstance(dependency_error(dependency, error), Throttled | DependencyUnavailable)
