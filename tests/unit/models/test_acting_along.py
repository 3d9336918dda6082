"""Models that use tools and are heard while they write, over real HTTP in the wire format of Bedrock's event streams."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from causeway.models.acting import ActReply, ActRequest, Said, ToolCall, ToolSpec
from causeway.models.chat import Usage
from causeway.models.converse import Converse, Guardrail
from causeway.models.fallback import Fallback
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError, DependencyUnavailable, Throttled
from tests.unit.event_stream import ending, message, piece
from tests.unit.loopback import Services

MODEL = Dependency("model", attempt_seconds=3.0, budget_seconds=5.0, connect_seconds=0.5, attempts=1)
FIND = ToolSpec("find", "Finds a thing.", {"type": "object", "properties": {"thing": {"type": "string"}}})
REQUEST = ActRequest("Help.", [Said("user", "Where is my book?")], [FIND], 300)
Streaming = Callable[..., Converse]


def use(index: int, *pieces: str, name: str = "find") -> Iterator[bytes]:
    """The messages of one call, whose arguments come in these pieces."""
    yield message("contentBlockStart", {"contentBlockIndex": index, "start": {"toolUse": {"toolUseId": f"t{index}", "name": name}}})
    for each in pieces:
        yield message("contentBlockDelta", {"contentBlockIndex": index, "delta": {"toolUse": {"input": each}}})
    yield message("contentBlockStop", {"contentBlockIndex": index})


@pytest.fixture
def streaming(services: Services, http_server: HTTPServer) -> Streaming:
    """A model whose reply is these messages."""

    def model(*messages: bytes, name: str = "m") -> Converse:
        http_server.expect_ordered_request(f"/model/{name}/converse-stream").respond_with_handler(
            lambda request: Response(iter(messages), content_type="application/vnd.amazon.eventstream")
        )
        return Converse(client("bedrock-runtime", **MODEL.patience), name, Guardrail("g", "1"), MODEL)

    return model


def heard(model: Any) -> list[str | ActReply]:
    return list(model.act_along(REQUEST, Deadline.after(5)))


def test_text_comes_in_pieces_and_the_calls_with_the_whole_reply(streaming: Streaming) -> None:
    model = streaming(piece("Let me "), piece("see."), *use(1, '{"thing": "a', ' book"}'), *use(2, '{"thing": "b"}'), *ending("tool_use"))
    assert heard(model) == [
        "Let me ",
        "see.",
        ActReply(
            "Let me see.",
            [ToolCall("t1", "find", {"thing": "a book"}), ToolCall("t2", "find", {"thing": "b"})],
            "tool_use",
            Usage(100, 10, "m"),
        ),
    ]


def test_a_call_may_come_without_text_and_without_arguments(streaming: Streaming) -> None:
    assert heard(streaming(*use(0), *ending("tool_use"))) == [ActReply("", [ToolCall("t0", "find", {})], "tool_use", Usage(100, 10, "m"))]


@pytest.mark.parametrize("cut", ['{"thing": "a b', "[1]", "null"])
def test_arguments_that_are_no_object_are_none(streaming: Streaming, cut: str) -> None:
    (reply,) = heard(streaming(*use(0, cut), *ending("max_tokens")))
    assert isinstance(reply, ActReply)
    assert (reply.calls, reply.stop_reason) == ([ToolCall("t0", "find", {})], "max_tokens")


def test_the_guardrail_sees_every_piece_before_it_leaves_and_what_it_ends_has_no_text(
    streaming: Streaming, http_server: HTTPServer
) -> None:
    *pieces, reply = heard(streaming(piece("So far. "), piece("I cannot help with that."), *ending("guardrail_intervened")))
    assert isinstance(reply, ActReply)
    assert (pieces[0], reply.text, reply.guardrail_intervened) == ("So far. ", "", True)
    sent: Any = http_server.log[-1][0].get_json()
    assert sent["guardrailConfig"]["streamProcessingMode"] == "sync"
    assert sent["toolConfig"]["tools"][0]["toolSpec"]["name"] == "find"


def test_another_model_is_heard_where_one_fails_before_its_first_word_and_none_after_it(streaming: Streaming) -> None:
    told: list[DependencyError] = []
    throttled = message("throttlingException", {"message": "slow down"}, how="exception")
    first = streaming(throttled, name="large")
    second = streaming(piece("Hello."), *ending(), name="small")
    *_, reply = heard(Fallback([first, second], told.append))
    assert isinstance(reply, ActReply)
    assert (reply.usage.model, [type(each) for each in told]) == ("small", [Throttled])
    broken = Fallback([streaming(piece("Hel"), throttled, name="large"), second], told.append)
    pieces = broken.act_along(REQUEST, Deadline.after(5))
    assert next(pieces) == "Hel"
    with pytest.raises(Throttled):
        next(pieces)


def test_a_stream_that_breaks_off_is_no_reply(streaming: Streaming) -> None:
    pieces = streaming(piece("Thirty ")).act_along(REQUEST, Deadline.after(5))
    assert next(pieces) == "Thirty "
    with pytest.raises(DependencyUnavailable):
        next(pieces)
