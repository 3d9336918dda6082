"""A reply that streams, over real HTTP in the wire format of Bedrock's event streams."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from causeway.models.chat import Block, ChatReply, ChatRequest, Usage
from causeway.models.converse import Converse, Guardrail
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyUnavailable, Throttled
from tests.unit.event_stream import ending, message, piece
from tests.unit.loopback import Services

MODEL = Dependency("model", attempt_seconds=3.0, budget_seconds=5.0, connect_seconds=0.5, attempts=2, base_seconds=0.01)
REQUEST = ChatRequest("Answer.", (Block("How long?"),), 100, 0.0)
Produce = Callable[[], Iterator[bytes]]


@pytest.fixture
def streaming(services: Services, http_server: HTTPServer) -> Callable[[Produce], Converse]:
    """A model whose reply is what `produce` yields."""

    def model(produce: Produce) -> Converse:
        answer = Response(content_type="application/vnd.amazon.eventstream")
        http_server.expect_ordered_request("/model/m/converse-stream").respond_with_handler(
            lambda request: Response(produce(), content_type=answer.content_type)
        )
        return Converse(client("bedrock-runtime", **MODEL.patience), "m", Guardrail("g", "1"), MODEL)

    return model


def test_pieces_arrive_while_the_model_writes_and_the_whole_reply_at_the_end(streaming: Callable[[Produce], Converse]) -> None:
    def produce() -> Iterator[bytes]:
        for text in ("Thirty ", "days."):
            yield piece(text)
            time.sleep(0.3)
        yield from ending(tokens=(7, 2))

    arrived = [(time.monotonic(), each) for each in streaming(produce).stream(REQUEST, Deadline.after(5))]
    assert [each for _, each in arrived[:2]] == ["Thirty ", "days."]
    assert arrived[1][0] - arrived[0][0] > 0.2
    assert arrived[2][1] == ChatReply("Thirty days.", "end_turn", Usage(7, 2, "m"))


def test_a_reader_who_goes_away_ends_the_call(streaming: Callable[[Produce], Converse]) -> None:
    ended = threading.Event()

    def produce() -> Iterator[bytes]:
        try:
            for _ in range(200):
                yield piece("word ")
                time.sleep(0.02)
        finally:
            ended.set()

    pieces = streaming(produce).stream(REQUEST, Deadline.after(5))
    assert next(pieces) == "word "
    pieces.close()
    assert ended.wait(1.0)


def test_a_failure_within_the_stream_is_the_dependency_s(streaming: Callable[[Produce], Converse]) -> None:
    def produce() -> Iterator[bytes]:
        yield piece("Thirty ")
        yield message("throttlingException", {"message": "slow down"}, how="exception")

    pieces = streaming(produce).stream(REQUEST, Deadline.after(5))
    assert next(pieces) == "Thirty "
    with pytest.raises(Throttled):
        next(pieces)


def test_a_stream_that_breaks_off_is_no_reply(streaming: Callable[[Produce], Converse]) -> None:
    pieces = streaming(lambda: iter([piece("Thirty ")])).stream(REQUEST, Deadline.after(5))
    assert next(pieces) == "Thirty "
    with pytest.raises(DependencyUnavailable):
        next(pieces)
