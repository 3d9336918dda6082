"""The route of the Model Context Protocol, from the API's event to its answer."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore import handlers

from tests.unit.functions.agents_line import ORDER, Line, has_a_return, make_room, module
from tests.unit.functions.test_answers import Response, content
from tests.unit.loopback import Reply, Services

PATH = "/v1/mcp"


@pytest.fixture
def line(services: Services, monkeypatch: pytest.MonkeyPatch, log_lines: Callable[[], list[dict[str, Any]]]) -> Line:
    make_room()
    hook = ("before-send.dynamodb", services.before_the_table)
    monkeypatch.setattr("botocore.handlers.BUILTIN_HANDLERS", [hook, *handlers.BUILTIN_HANDLERS])
    module("agent_runs").agents.cache_clear()
    module("agents").mcp_server.cache_clear()
    return Line(services, log_lines)


def sent(line: Line, method: str, params: dict[str, Any] | None = None, **more: Any) -> Response:
    return line.call("POST", PATH, {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}, **more)


def called(line: Line, name: str, **arguments: Any) -> Any:
    return content(sent(line, "tools/call", {"name": name, "arguments": arguments}))["result"]


def test_a_tool_is_called_with_the_callers_rights_and_no_model_is_asked(line: Line) -> None:
    found = called(line, "look_up_order", order=ORDER)
    assert (found["isError"], "Rebecca" in found["content"][0]["text"], line.asked()) == (False, True, 0)
    run = content(line.show({"run_id": found["_meta"]["causeway/run"]}))
    assert (run["agent"], run["state"], run["calls"][0]["tool"]) == ("~mcp", "done", "look_up_order")


def test_a_call_that_needs_consent_is_done_after_it_and_its_result_is_found(line: Line) -> None:
    waits = called(line, "start_return", order=ORDER, reason="It is torn.")
    assert waits["isError"]
    assert not has_a_return()
    run_id = waits["_meta"]["causeway/run"]
    assert line.decide(content(line.show({"run_id": run_id})))["statusCode"] == 200
    assert has_a_return()
    assert "return_number" in called(line, "call_result", run_id=run_id)["content"][0]["text"]


def test_a_call_that_has_no_time_left_is_gone_on_with_by_the_worker(line: Line) -> None:
    slow = sent(line, "tools/call", {"name": "current_date", "arguments": {}}, seconds=4)
    run_id = content(slow)["result"]["_meta"]["causeway/run"]
    assert content(line.show({"run_id": run_id}))["state"] == "working"
    (message,) = line.queued()
    assert line.look(json.dumps(message)) == []
    assert not called(line, "call_result", run_id=run_id)["isError"]


def test_a_journal_that_fails_is_an_error_of_the_protocol_with_the_status_of_its_problem(line: Line) -> None:
    line.services.script("journal", Reply({"__type": "InternalServerError"}, status=500))
    refused = sent(line, "tools/call", {"name": "current_date", "arguments": {}})
    assert (refused["statusCode"], content(refused)["error"]["code"]) == (503, -32603)
    assert int(refused["multiValueHeaders"]["Retry-After"][0]) > 0


def test_a_notification_is_answered_with_nothing(line: Line) -> None:
    taken = line.call("POST", PATH, {"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert (taken["statusCode"], taken["body"]) == (202, "")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_there_is_no_stream_and_no_session(line: Line, method: str) -> None:
    refused = line.call(method, PATH)
    assert (refused["statusCode"], refused["multiValueHeaders"]["Allow"]) == (405, ["POST"])


def test_a_token_without_a_tenant_is_refused(line: Line) -> None:
    assert sent(line, "tools/list", tenant=None)["statusCode"] == 401


def test_no_agent_of_a_path_is_the_one_in_place_of_a_caller(line: Line) -> None:
    assert line.call("POST", "/v1/agents/~mcp/turns", {"message": "Hello"})["statusCode"] == 404
