import time
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyRejected, DependencyUnavailable, Throttled

PLENTY = Deadline.after(3600)


def client_error(code: str, status: int) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Converse")  # type: ignore[typeddict-item]


def failing(*errors: Exception) -> Callable[[], str]:
    left = list(errors)

    def operation() -> str:
        if left:
            raise left.pop(0)
        return "done"

    return operation


def dependency(pauses: list[float], **changes: object) -> Dependency:
    return Dependency("model", 1.0, 60.0, pause=pauses.append, **changes)  # type: ignore[arg-type]


def test_throttling_is_retried_with_pauses_below_a_doubling_limit():
    pauses: list[float] = []
    errors = [client_error("ThrottlingException", 429)] * 3
    assert dependency(pauses).call(failing(*errors), PLENTY) == "done"
    assert len(pauses) == 3
    assert all(0 <= pause <= 0.2 * 2**attempt for attempt, pause in enumerate(pauses))


def test_pauses_differ_between_callers():
    pauses: list[float] = []
    for _ in range(20):
        dependency(pauses).call(failing(client_error("ThrottlingException", 429)), PLENTY)
    assert len(set(pauses)) == 20


def test_attempts_end_with_the_last_error():
    pauses: list[float] = []
    errors = [client_error("ThrottlingException", 429)] * 9
    with pytest.raises(Throttled):
        dependency(pauses).call(failing(*errors), PLENTY)
    assert len(pauses) == 3


def test_a_refused_request_is_not_retried():
    pauses: list[float] = []
    with pytest.raises(DependencyRejected):
        dependency(pauses).call(failing(client_error("AccessDeniedException", 403)), PLENTY)
    assert pauses == []


def test_only_the_errors_named_are_retried():
    pauses: list[float] = []
    with pytest.raises(DependencyUnavailable):
        dependency(pauses, retries=(Throttled,)).call(failing(ReadTimeoutError(endpoint_url="x")), PLENTY)
    assert pauses == []


def test_no_attempt_begins_that_could_outlast_the_deadline():
    calls: list[float] = []
    with pytest.raises(DependencyUnavailable, match="no time left"):
        dependency([]).call(lambda: calls.append(1), Deadline.after(0.5))
    assert calls == []


def test_no_retry_begins_that_could_outlast_the_deadline():
    def slow() -> str:
        time.sleep(0.5)
        raise client_error("ThrottlingException", 429)

    pauses: list[float] = []
    with pytest.raises(Throttled):
        dependency(pauses, base_seconds=0.0).call(slow, Deadline.after(1.4))
    assert pauses == []


def test_an_error_of_our_own_passes_through():
    with pytest.raises(KeyError):
        dependency([]).call(failing(KeyError("bug")), PLENTY)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (client_error("ProvisionedThroughputExceededException", 400), Throttled),
        (client_error("KMS.ThrottlingException", 400), Throttled),
        (client_error("KmsThrottlingException", 400), Throttled),
        (client_error("KMS.DisabledException", 400), DependencyRejected),
        (client_error("InternalServerException", 500), DependencyUnavailable),
        (client_error("ModelNotReadyException", 424), DependencyUnavailable),
        (client_error("ResourceNotFoundException", 404), DependencyRejected),
        (ConnectionResetError(), DependencyUnavailable),
    ],
)
def test_errors_are_told_apart(error: Exception, expected: type[Exception]):
    with pytest.raises(expected):
        dependency([], attempts=1).call(failing(error), PLENTY)
