from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from causeway.runtime.breakers import Breaker, Instant
from causeway.runtime.errors import DependencyUnavailable

HUNG = ReadTimeoutError(endpoint_url="x")


class Clocks:
    """Both clocks, moved by hand."""

    def __init__(self) -> None:
        self.monotonic, self.wall = 1000.0, 1_700_000_000.0

    def __call__(self) -> Instant:
        return Instant(self.monotonic, self.wall)

    def pass_seconds(self, seconds: float) -> None:
        self.monotonic += seconds
        self.wall += seconds


class Watched:
    """A breaker and what is seen of it. answered: results of attempts that reached the dependency."""

    def __init__(self) -> None:
        self.clocks = Clocks()
        self.told: list[tuple[str, str]] = []
        self.reached = 0
        self.breaker = Breaker("model", lambda name, state: self.told.append((name, state)), now=self.clocks)

    def attempt(self, error: Exception | None = None, takes: float = 0.0) -> None:
        def operation() -> None:
            self.reached += 1
            self.clocks.pass_seconds(takes)
            if error:
                raise error

        self.breaker.attempt(operation)

    def fail(self, times: int, error: Exception = HUNG, takes: float = 0.0) -> None:
        for _ in range(times):
            with pytest.raises(type(error)):
                self.attempt(error, takes)

    def refused(self) -> DependencyUnavailable:
        """The error of an attempt that the breaker does not let through."""
        before = self.reached
        with pytest.raises(DependencyUnavailable) as raised:
            self.attempt()
        assert self.reached == before
        return raised.value


@pytest.fixture
def watched() -> Watched:
    return Watched()


def client_error(code: str, status: int) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Converse")  # type: ignore[typeddict-item]


def test_after_eight_failures_in_a_row_no_attempt_reaches_the_dependency_and_callers_hear_how_long_to_wait(watched: Watched):
    watched.fail(8)
    watched.clocks.pass_seconds(3)
    assert watched.refused().retry_after == pytest.approx(7)
    assert watched.told == [("model", "open")]


def test_seven_failures_are_not_enough(watched: Watched):
    watched.fail(7)
    watched.attempt()
    watched.fail(7)
    assert watched.told == []


def test_a_service_that_fails_half_of_the_time_is_left_to_the_retries(watched: Watched):
    for _ in range(50):
        watched.fail(1)
        watched.attempt()
    assert watched.told == []


def test_two_failures_in_a_row_that_cost_callers_sixteen_seconds_are_enough(watched: Watched):
    watched.fail(1, takes=9)
    assert watched.told == []
    watched.fail(1, takes=9)
    watched.refused()


def test_one_slow_failure_is_not_enough(watched: Watched):
    watched.fail(1, takes=60)
    watched.attempt()
    watched.fail(1, takes=60)
    assert watched.told == []


def test_failures_of_long_ago_do_not_count(watched: Watched):
    watched.fail(7)
    watched.clocks.pass_seconds(121)
    watched.fail(1)
    watched.attempt()
    assert watched.told == []


def test_a_stream_that_begins_is_no_answer_yet(watched: Watched):
    for _ in range(8):
        watched.breaker.attempt(str, ends_later=True)
        watched.breaker.record(answered=False)
    watched.refused()
    watched.clocks.pass_seconds(10)
    watched.breaker.attempt(str, ends_later=True)
    watched.breaker.record(answered=True)
    watched.attempt()
    assert watched.told == [("model", "open"), ("model", "closed")]


@pytest.mark.parametrize("error", [client_error("ThrottlingException", 429), client_error("InternalServerException", 500)])
def test_throttling_and_server_errors_count(watched: Watched, error: Exception):
    watched.fail(8, error)
    watched.refused()


@pytest.mark.parametrize("error", [client_error("ValidationException", 400), KeyError("a fault of ours")])
def test_a_refusal_of_our_request_and_a_fault_of_ours_are_answers(watched: Watched, error: Exception):
    watched.fail(20, error)
    watched.attempt()


def test_a_probe_that_is_answered_closes_it(watched: Watched):
    watched.fail(8)
    watched.clocks.pass_seconds(10)
    watched.attempt()
    watched.fail(7)
    watched.attempt()
    assert watched.told == [("model", "open"), ("model", "closed")]


def test_a_probe_that_fails_keeps_it_open_as_long_again(watched: Watched):
    watched.fail(8)
    watched.clocks.pass_seconds(10)
    watched.fail(1)
    watched.clocks.pass_seconds(9)
    watched.refused()
    watched.clocks.pass_seconds(1)
    watched.attempt()
    assert watched.told == [("model", "open"), ("model", "closed")]


def test_only_one_thread_probes(watched: Watched):
    watched.fail(8)
    watched.clocks.pass_seconds(10)
    together, asked = Barrier(8), Barrier(8)

    def caller(_: int) -> str:
        together.wait()
        try:
            return watched.breaker.attempt(lambda: str(asked.wait()) and "probed")
        except DependencyUnavailable:
            asked.wait()
            return "refused"

    with ThreadPoolExecutor(8) as threads:
        outcomes = sorted(threads.map(caller, range(8)))
    assert outcomes == ["probed"] + ["refused"] * 7


def test_a_probe_that_is_interrupted_makes_room_for_the_next(watched: Watched):
    watched.fail(8)
    watched.clocks.pass_seconds(10)
    with pytest.raises(KeyboardInterrupt):
        watched.breaker.attempt(_interrupted)
    watched.attempt()


def _interrupted() -> None:
    raise KeyboardInterrupt


def test_a_process_that_was_frozen_while_it_was_open_probes_when_it_wakes_up(watched: Watched):
    watched.fail(8)
    watched.clocks.wall += 3600
    watched.attempt()


def test_a_wall_clock_that_is_set_back_does_not_keep_it_open(watched: Watched):
    watched.fail(8)
    watched.clocks.pass_seconds(10)
    watched.clocks.wall -= 3600
    watched.attempt()
