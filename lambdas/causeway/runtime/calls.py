"""Calls to a dependency whose client already retries: what it raises in the end, in the words of `causeway.runtime.errors`."""

from collections.abc import Iterator
from contextlib import contextmanager

from causeway.runtime.faults import dependency_error


@contextmanager
def calling(dependency: str) -> Iterator[None]:
    """Raises Throttled, DependencyUnavailable or DependencyRejected for what the clients raise inside."""
    try:
        yield
    except Exception as error:
        failure = dependency_error(dependency, error)
        if failure is None:
            raise
        raise failure from error
