import time
from collections.abc import Callable
from dataclasses import replace

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


def guarded(pauses: list[float], told: list[tuple[str, str]], **changes: object) -> Dependency:
    return dependency(pauses, **changes).guarded(lambda name, state: told.append((name, state)))


def test_retries_end_when_the_processs_budget_is_used_up():
    """Ten in a row; then one for each five calls that are answered."""
    pauses: list[float] = []
    failing_often = guarded(pauses, [])
    failing_often = replace(failing_often, breaker=None)
    for _ in range(9):
        with pytest.raises(Throttled):
            failing_often.call(failing(*[client_error("ThrottlingException", 429)] * 4), PLENTY)
    assert len(pauses) == 10
    for _ in range(5):
        failing_often.call(failing(), PLENTY)
    with pytest.raises(Throttled):
        failing_often.call(failing(*[client_error("ThrottlingException", 429)] * 4), PLENTY)
    assert len(pauses) == 11


def test_a_retry_that_helps_is_given_back_to_the_budget():
    pauses: list[float] = []
    flaky = guarded(pauses, [])
    for _ in range(30):
        assert flaky.call(failing(client_error("ThrottlingException", 429)), PLENTY) == "done"
    assert len(pauses) == 30


def test_an_open_breaker_ends_the_attempts_of_the_call_that_opened_it():
    pauses: list[float] = []
    told: list[tuple[str, str]] = []
    down = guarded(pauses, told, attempts=12)
    with pytest.raises(DependencyUnavailable, match="the breaker is open") as raised:
        down.call(failing(*[client_error("InternalServerException", 500)] * 12), PLENTY)
    assert (len(pauses), told) == (8, [("model", "open")])
    assert raised.value.retry_after == pytest.approx(10, abs=1)


def test_each_process_and_each_dependency_has_a_breaker_of_its_own():
    down, other = guarded([], []), guarded([], [])
    for _ in range(2):
        with pytest.raises(DependencyUnavailable):
            down.call(failing(*[client_error("InternalServerException", 500)] * 4), PLENTY)
    assert other.call(failing(), PLENTY) == "done"


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
