"""Calls to a dependency: retried with full jitter while the deadline allows, and told apart when they fail."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyError, DependencyUnavailable, Throttled
from causeway.runtime.faults import dependency_error

Result = TypeVar("Result")


@dataclass(frozen=True)
class Dependency:
    """One service and how long we bear with it.

    name: "embedding", "search", "model", "registry", ...; it becomes part of the problem's type.
    attempt_seconds: longest that one attempt takes by its client's timeouts; none begins with less time left.
    budget_seconds: longest that all attempts and the pauses between them take.
    retries: the errors worth another attempt; a lost connection always is.
    attempts: how many at most.
    base_seconds, cap_seconds: the pause before attempt n + 1 is uniform in 0..min(cap, base * 2**n): full jitter,
    as in Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """

    name: str
    attempt_seconds: float
    budget_seconds: float
    retries: tuple[type[DependencyError], ...] = (Throttled, DependencyUnavailable)
    attempts: int = 4
    base_seconds: float = 0.2
    cap_seconds: float = 3.0
    pause: Callable[[float], None] = time.sleep

    def call(self, operation: Callable[[], Result], deadline: Deadline) -> Result:
        """`operation`'s result. Raises the DependencyError of its last attempt; exceptions of no client pass through."""
        limit = deadline.within(self.budget_seconds)
        if deadline.left() < self.attempt_seconds:
            raise DependencyUnavailable(self.name, "no time left to ask")
        for attempt in range(self.attempts):
            try:
                return operation()
            except Exception as error:
                failure = dependency_error(self.name, error)
                if failure is None:
                    raise
                delay = random.uniform(0.0, min(self.cap_seconds, self.base_seconds * 2**attempt))  # noqa: S311
                if not self._worth_another(failure, attempt, delay, limit):
                    raise failure from error
            self.pause(delay)
        raise DependencyUnavailable(self.name, "no attempt allowed")

    def _worth_another(self, failure: DependencyError, attempt: int, delay: float, limit: Deadline) -> bool:
        last = attempt + 1 >= self.attempts
        return (failure.lost or isinstance(failure, self.retries)) and not last and limit.left() >= delay + self.attempt_seconds
