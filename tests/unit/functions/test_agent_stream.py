"""A turn as server-sent events, from the API's event to the bytes that leave."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore import handlers

from tests.unit.event_stream import ending, message, piece
from tests.unit.functions.agents_line import ACT, DATE, NAME, TURNS, Line, has_a_return, make_room, module
from tests.unit.functions.test_answer_stream import Output
from tests.unit.functions.test_answers import Context, event
from tests.unit.loopback import Reply, Services

STREAM = f"{TURNS}/stream"


@pytest.fixture
def line(services: Services, monkeypatch: pytest.MonkeyPatch, log_lines: Callable[[], list[dict[str, Any]]]) -> Line:
    make_room()
    hook = ("before-send.dynamodb", services.before_the_table)
    monkeypatch.setattr("botocore.handlers.BUILTIN_HANDLERS", [hook, *handlers.BUILTIN_HANDLERS])
    module("agent_runs").agents.cache_clear()
    return Line(services, log_lines)


def says(*pieces: str, reason: str = "end_turn") -> Reply:
    return Reply(None, pieces=[*map(piece, pieces), *ending(reason)])


def calls(name: str, arguments: dict[str, Any]) -> Reply:
    start = message("contentBlockStart", {"contentBlockIndex": 0, "start": {"toolUse": {"toolUseId": "t", "name": name}}})
    given = message("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"toolUse": {"input": json.dumps(arguments)}}})
    return Reply(None, pieces=[start, given, *ending("tool_use")])


def stream(line: Line, *replies: Reply, output: Output | None = None, seconds: float = 60, body: Any = None, **request: Any) -> Output:
    if replies:
        line.services.script("model", *replies)
    output = output or Output()
    sent = event(body or {"message": "Hello", "client_token": "monday-morning"}, path=request.pop("path", STREAM), **request)
    sent["requestContext"]["authorizer"]["claims"]["cognito:username"] = NAME
    module("agent_stream").handler(sent, Context(milliseconds=int(seconds * 1000)), output)
    return output


def test_a_turn_comes_in_events_and_ends_as_the_run(line: Line) -> None:
    output = stream(line, calls(*DATE), says("It is a nice day. ", "Go out today and enjoy it."))
    assert (output.status, output.headers["Content-Type"]) == (200, "text/event-stream")
    assert [name for name, _ in output.events] == ["began", "call", "result", "delta", "delta", "done"]
    heard = dict(output.events)
    assert (heard["call"]["outcome"], heard["result"]["outcome"]) == ("running", "done")
    assert heard["began"]["run_id"] == heard["done"]["run_id"]
    assert (heard["done"]["answer"], heard["done"]["stopped"]) == (output.text, "answered")


def test_what_is_said_beside_a_call_is_a_text_of_its_own(line: Line) -> None:
    aside = [
        piece("Let me look. "),
        message("contentBlockStart", {"contentBlockIndex": 1, "start": {"toolUse": {"toolUseId": "t", "name": DATE[0]}}}),
    ]
    output = stream(line, Reply(None, pieces=[*aside, *ending("tool_use")]), says("It is a nice day."))
    assert [(name, data.get("text")) for name, data in output.events if name in ("delta", "replaced", "call")] == [
        ("delta", "Let me look."),
        ("call", None),
        ("delta", "It is a nice day."),
    ]


def test_a_turn_that_needs_consent_asks_and_ends_as_a_run_that_waits(line: Line) -> None:
    output = stream(line, calls(*ACT))
    assert [name for name, _ in output.events] == ["began", "call", "asks", "done"]
    assert (output.events[2][1]["asks"], output.events[3][1]["state"]) == ("Start a return of order H-10482?", "waiting")
    assert not has_a_return()


def test_a_guardrail_that_steps_in_late_replaces_what_was_said(line: Line) -> None:
    output = stream(line, says("Good morning to you, Ada. ", "And now the rest of it", reason="guardrail_intervened"))
    assert [name for name, _ in output.events] == ["began", "delta", "replaced", "delta", "done"]
    assert output.text == output.events[-1][1]["answer"] == "I cannot help with that."


def test_a_turn_without_time_ends_as_one_that_goes_on(line: Line) -> None:
    output = stream(line, seconds=10)
    assert [(name, data.get("state")) for name, data in output.events] == [("began", None), ("working", "working")]
    assert len(line.queued()) == 1


def test_a_reader_who_goes_away_ends_no_turn(line: Line) -> None:
    output = stream(line, calls(*DATE), says("It is a nice day."), output=Output(leaves_after=1))
    assert len(output.pieces) == 1
    found = stream(line, body={"message": "Hello", "client_token": "monday-morning"})
    assert [name for name, _ in found.events] == ["began", "delta", "done"]
    assert found.text == "It is a nice day."
    assert line.asked() == 2


@pytest.mark.parametrize(
    ("request_", "status"), [({"body": {"message": ""}}, 400), ({"tenant": None}, 401), ({"path": "/v1/agents/nobody/turns/stream"}, 404)]
)
def test_a_request_that_is_refused_gets_the_same_problem_as_without_streaming(line: Line, request_: dict[str, Any], status: int) -> None:
    output = stream(line, **request_)
    assert (output.status, output.headers["Content-Type"]) == (status, "application/problem+json")


def test_a_journal_that_fails_after_the_first_event_is_an_error_event(line: Line) -> None:
    line.services.script("journal", Reply({}), Reply({"__type": "InternalServerError"}, status=500))
    output = stream(line, says("Hello."))
    name, problem = output.events[-1]
    assert (output.events[0][0], name, problem["type"]) == ("began", "error", "urn:causeway:problem:runs-unavailable")
