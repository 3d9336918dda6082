"""Several models as one: over real HTTP for whole replies, in the wire format of Bedrock's event streams for streams."""

import time
from collections.abc import Callable, Iterator, Sequence

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from causeway.models.chat import Block, ChatReply, ChatRequest, Usage
from causeway.models.converse import Converse, Guardrail
from causeway.models.fallback import Fallback
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError, DependencyRejected, DependencyUnavailable, Throttled
from tests.unit.event_stream import ending, message, piece
from tests.unit.loopback import Reply, Services

MODEL = Dependency("model", 1.0, 3.0, connect_seconds=0.5, retries=(), attempts=1)
REQUEST = ChatRequest("Answer.", (Block("How long?"),), 100, 0.0)
THROTTLED = Reply({"message": "slow down"}, 429, {"x-amzn-ErrorType": "ThrottlingException"})
DOWN = Reply({"message": "down"}, 500)
REFUSED = Reply({"message": "no access"}, 403, {"x-amzn-ErrorType": "AccessDeniedException"})
Produce = Callable[[], Iterator[bytes]]


def models(told: list[DependencyError], names: Sequence[str] = ("large", "small"), dependency: Dependency = MODEL) -> Fallback:
    bedrock = client("bedrock-runtime", **MODEL.patience)
    return Fallback([Converse(bedrock, name, Guardrail("g", "1"), dependency) for name in names], told.append)


def asked(services: Services) -> list[str]:
    return [each.path.split("/")[2] for each in services.asked["model"]]


@pytest.mark.parametrize(("failure", "kind"), [(THROTTLED, Throttled), (DOWN, DependencyUnavailable), (Reply({}, seconds=0.7), None)])
def test_the_next_model_answers_when_one_is_throttled_down_or_hangs(services: Services, failure: Reply, kind: type | None) -> None:
    told: list[DependencyError] = []
    services.script("model", failure, Reply(services._model(None)))
    reply = models(told).reply(REQUEST, Deadline.after(5))
    assert reply.usage == Usage(100, 10, "small")
    assert asked(services) == ["large", "small"]
    assert [type(each) for each in told] == [kind or DependencyUnavailable]


def test_a_model_that_answers_is_followed_by_none(services: Services) -> None:
    assert models([]).reply(REQUEST, Deadline.after(5)).usage.model == "large"
    assert asked(services) == ["large"]


def test_a_model_that_refuses_the_request_is_followed_by_none(services: Services) -> None:
    services.script("model", REFUSED)
    with pytest.raises(DependencyRejected):
        models([]).reply(REQUEST, Deadline.after(5))
    assert asked(services) == ["large"]


def test_the_last_models_failure_is_raised_when_none_answers(services: Services) -> None:
    services.script("model", DOWN, DOWN, THROTTLED)
    with pytest.raises(Throttled):
        models([], ("large", "small", "other")).reply(REQUEST, Deadline.after(5))
    assert asked(services) == ["large", "small", "other"]


def test_no_model_is_asked_once_the_deadline_allows_no_answer(services: Services) -> None:
    services.script("model", Reply({}, seconds=0.7))
    began = time.monotonic()
    with pytest.raises(DependencyUnavailable, match="no time left"):
        models([]).reply(REQUEST, Deadline.after(1.2))
    assert asked(services) == ["large"]
    assert time.monotonic() - began < 1.2


@pytest.fixture
def streams(services: Services, http_server: HTTPServer) -> Callable[..., None]:
    """What each model, in the order of the calls, sends."""

    def expect(**produced: Produce | Response) -> None:
        for name, produce in produced.items():
            answer = produce if isinstance(produce, Response) else None
            http_server.expect_ordered_request(f"/model/{name}/converse-stream").respond_with_handler(
                lambda _, answer=answer, produce=produce: answer or Response(produce(), content_type="application/vnd.amazon.eventstream")
            )

    return expect


def whole() -> Iterator[bytes]:
    yield piece("Thirty ")
    yield piece("days.")
    yield from ending()


def throttled_at_once() -> Iterator[bytes]:
    yield message("throttlingException", {"message": "slow down"}, how="exception")


def throttled_after_a_word() -> Iterator[bytes]:
    yield piece("Sixty ")
    yield from throttled_at_once()


@pytest.mark.parametrize("failure", [throttled_at_once, Response("{}", 500), Response("{}", 429)])
def test_a_stream_that_fails_before_its_first_word_is_taken_over(streams: Callable[..., None], failure: Produce | Response) -> None:
    told: list[DependencyError] = []
    streams(large=failure, small=whole)
    pieces = list(models(told).stream(REQUEST, Deadline.after(5)))
    assert pieces == ["Thirty ", "days.", ChatReply("Thirty days.", "end_turn", Usage(100, 10, "small"))]
    assert len(told) == 1


def test_a_stream_that_fails_after_its_first_word_is_not_gone_on_with_by_another_model(streams: Callable[..., None]) -> None:
    told: list[DependencyError] = []
    streams(large=throttled_after_a_word, small=whole)
    pieces = models(told).stream(REQUEST, Deadline.after(5))
    assert next(pieces) == "Sixty "
    with pytest.raises(Throttled):
        next(pieces)
    assert told == []


def test_a_reader_who_goes_away_ends_the_call_of_the_model_that_streams(streams: Callable[..., None]) -> None:
    ended: list[float] = []

    def slow() -> Iterator[bytes]:
        try:
            for _ in range(200):
                yield piece("word ")
                time.sleep(0.02)
        finally:
            ended.append(time.monotonic())

    streams(large=slow)
    pieces = models([]).stream(REQUEST, Deadline.after(5))
    next(pieces)
    pieces.close()
    time.sleep(0.5)
    assert ended


def test_streams_that_break_off_open_the_breaker(streams: Callable[..., None], http_server: HTTPServer) -> None:
    told: list[str] = []
    bedrock = client("bedrock-runtime", **MODEL.patience)
    model = Converse(bedrock, "large", Guardrail("g", "1"), MODEL.guarded(lambda _, state: told.append(state)))
    for _ in range(8):
        streams(large=throttled_after_a_word)
        with pytest.raises(Throttled):
            list(model.stream(REQUEST, Deadline.after(5)))
    with pytest.raises(DependencyUnavailable, match="the breaker is open"):
        next(model.stream(REQUEST, Deadline.after(5)))
    assert told == ["open"]
