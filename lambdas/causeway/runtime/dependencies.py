"""Calls to a dependency: retried with full jitter while the deadline allows, and told apart when they fail.

The only retries there are: `runtime.clients` switches botocore's own off, and opensearch-py's. See docs/decisions/132-one-retry-system.md
and docs/decisions/171-breakers-and-budgets.md.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self, TypeVar

from botocore.retries.quota import RetryQuota

from causeway.runtime.breakers import Breaker, State
from causeway.runtime.clients import Patience
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyError, DependencyRejected, DependencyUnavailable, Throttled
from causeway.runtime.faults import dependency_error

Result = TypeVar("Result")

# As in the standard retry mode of AWS's SDKs, with a tenth of its bucket: a function's process serves one request at a time.
RETRY_TOKENS, RETRY_COST, SUCCESS_REFUND = 50, 5, 1


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
    breaker, retry_budget: of this process; `guarded` makes them. Ingestion has none: its messages wait in a queue.
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
    breaker: Breaker | None = None
    retry_budget: RetryQuota | None = None

    def guarded(self, told: Callable[[str, State], None]) -> Self:
        """The same dependency with a breaker and a retry budget of its own. told: see `Breaker`."""
        return replace(self, breaker=Breaker(self.name, told), retry_budget=RetryQuota(RETRY_TOKENS))

    @property
    def patience(self) -> Patience:
        """The timeouts of a client whose attempts end in time: `client("dynamodb", **registry.patience)`."""
        return {"connect": self.connect_seconds, "read": self.attempt_seconds - self.connect_seconds}

    def call(self, operation: Callable[[], Result], deadline: Deadline | None = None, *, ends_later: bool = False) -> Result:
        """Call `operation`, which must be safe to repeat, and return its result.

        deadline: the budget alone limits the call if it is None. ends_later: the result is a stream that begins; `ended` tells the rest.
        Raises the DependencyError of the last attempt. An exception that no client raised passes through unchanged.
        """
        limit = deadline.within(self.budget_seconds) if deadline else Deadline.after(self.budget_seconds)
        if deadline and deadline.left() < self.attempt_seconds:
            raise DependencyUnavailable(self.name, "no time left to ask")
        for attempt in range(self.attempts):
            try:
                result = self.breaker.attempt(operation, ends_later=ends_later) if self.breaker else operation()
            except Exception as error:
                failure = dependency_error(self.name, error)
                if failure is None:
                    raise
                delay = random.uniform(0.0, min(self.cap_seconds, self.base_seconds * 2**attempt))  # noqa: S311
                if not self._worth_another(failure, attempt, delay, limit):
                    raise failure from error
            else:
                self._refund(after_retry=attempt > 0)
                return result
            self.pause(delay)
        raise DependencyUnavailable(self.name, "no attempt allowed")

    def ended(self, failure: DependencyError | None = None) -> None:
        """How a stream ended that `call` began."""
        if self.breaker:
            self.breaker.record(answered=failure is None or isinstance(failure, DependencyRejected))

    def _worth_another(self, failure: DependencyError, attempt: int, delay: float, limit: Deadline) -> bool:
        passing = failure.lost or (isinstance(failure, self.retries) and failure.retry_after is None)
        in_time = attempt + 1 < self.attempts and limit.left() >= delay + self.attempt_seconds
        return passing and in_time and (self.retry_budget is None or self.retry_budget.acquire(RETRY_COST))

    def _refund(self, *, after_retry: bool) -> None:
        if self.retry_budget:
            self.retry_budget.release(RETRY_COST if after_retry else SUCCESS_REFUND)
