"""What can go wrong with a service that Causeway depends on, and with a caller.

State machines of teams name `Throttled` and `DependencyUnavailable` in their retries: a class's name is part of the contract.
"""


class DependencyError(Exception):
    """A call to a dependency failed and is not tried again.

    dependency: "embedding", "search", "model", "registry" or another short name that callers may see.
    reason: for the log only, never for the caller.
    lost: the connection could not be made or broke before any answer, so that asking again costs nothing. A function that was
    frozen between two requests wakes up with such connections.
    retry_after: seconds until it is worth asking again, where that is known: the breaker is open.
    """

    kind = "failed"

    def __init__(self, dependency: str, reason: str, lost: bool = False, retry_after: float | None = None) -> None:
        super().__init__(f"{dependency} {self.kind}: {reason}")
        self.dependency = dependency
        self.reason = reason
        self.lost = lost
        self.retry_after = retry_after


class Throttled(DependencyError):
    """The dependency asks us to slow down (429, ThrottlingException); the same request may succeed later."""

    kind = "throttled"


class DependencyUnavailable(DependencyError):
    """No connection, no answer in time, or a server error; the same request may succeed later."""

    kind = "unavailable"


class DependencyRejected(DependencyError):
    """The dependency will not serve this request (no permission, no such model, wrong shape): no retry helps."""

    kind = "rejected"


class Gone(Exception):
    """Nobody reads the answer any more."""
