"""Calls to a dependency: retried with full jitter while the deadline allows, and told apart when they fail.

The only retries there are: `runtime.clients` switches botocore's own off, and opensearch-py's.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from causeway.runtime.clients import Patience
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyError, DependencyUnavailable, Throttled
from causeway.runtime.faults import dependency_error

Result = TypeVar("Result")


@dataclass(frozen=True)
class Dependency:
    """One service, and how long a caller waits for it.

    name: "embedding", "search", "model", "registry", "storage" or "workflow"; it becomes part of the problem's type.
    attempt_seconds: how long one attempt can take: to connect and to wait for the answer. No attempt begins with less time left.
    budget_seconds: how long all attempts and the pauses between them may take together.
    connect_seconds: the part of an attempt that making a connection may take.
    retries: the errors after which another attempt is made. A lost connection is always tried again.
    attempts: maximum number of attempts.
    base_seconds, cap_seconds: the pause before attempt n + 1 is uniform in 0..min(cap, base * 2**n): full jitter,
    as in Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """

    name: str
    attempt_seconds: float
    budget_seconds: float
    connect_seconds: float = 2.0
    retries: tuple[type[DependencyError], ...] = (Throttled, DependencyUnavailable)
    attempts: int = 4
    base_seconds: float = 0.2
    cap_seconds: float = 3.0
    pause: Callable[[float], None] = time.sleep

    @property
    def patience(self) -> Patience:
        """The timeouts of a client whose attempts end in time: `client("dynamodb", **registry.patience)`."""
        return {"connect": self.connect_seconds, "read": self.attempt_seconds - self.connect_seconds}

    def call(self, operation: Callable[[], Result], deadline: Deadline | None = None) -> Result:
        """Call `operation`, which must be safe to repeat, and return its result.

        deadline: the budget alone limits the call if it is None.
        Raises the DependencyError of the last attempt. An exception that no client raised passes through unchanged.
        """
        limit = deadline.within(self.budget_seconds) if deadline else Deadline.after(self.budget_seconds)
        if deadline and deadline.left() < self.attempt_seconds:
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
