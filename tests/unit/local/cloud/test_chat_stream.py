"""ConverseStream with tools, from the stand-in chat model to the events that a client reads."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from local.cloud.chat_server import ChatFailed
from local.cloud.chat_stream import Calls, events
from local.cloud.options import Options
from local.models.chat import StandIn
from local.models.scripts import Script
from local.models.serving import chat_server
from tests.unit.local.models.test_chat import embed

SCRIPT = """
rules:
  - {when: two, steps: [[{tool: a, arguments: {n: 1}}, {tool: b}]], aside: Let me look., say: 'It is {a} and {b}.'}
  - {when: broken, steps: [[{tool: a, text: '{'}]]}
"""


@contextmanager
def standing_in() -> Iterator[str]:
    """The address of a stand-in with these rules."""
    rules = Script.model_validate(yaml.safe_load(SCRIPT)).rules
    server = chat_server(0, "stand-in", StandIn(embed, lambda: rules, seconds_per_word=0))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def spec(name: str) -> dict[str, Any]:
    return {"toolSpec": {"name": name, "inputSchema": {"json": {"type": "object"}}}}


def streamed(*messages: Any, **more: Any) -> list[tuple[str, Any]]:
    request = {"messages": list(messages), "toolConfig": {"tools": [spec("a"), spec("b")]}, **more}
    with standing_in() as url:
        options = Options(0, "", url, Path(), Path(), Path())
        return list(events(None, options, "m", request, None))


def said(text: str) -> dict[str, Any]:
    return {"role": "user", "content": [{"text": text}]}


def test_text_and_parallel_calls_are_blocks_one_behind_another() -> None:
    heard = streamed(said("two"))
    text = "".join(event["delta"]["text"] for name, event in heard if name == "contentBlockDelta" and "text" in event["delta"])
    assert text == "Let me look."
    calls = [(name, event) for name, event in heard if event.get("contentBlockIndex", 0) > 0]
    assert [(name, event["contentBlockIndex"]) for name, event in calls] == [
        *(("contentBlockStart", 1), ("contentBlockDelta", 1), ("contentBlockStop", 1)),
        *(("contentBlockStart", 2), ("contentBlockDelta", 2), ("contentBlockStop", 2)),
    ]
    assert [event["start"]["toolUse"]["name"] for name, event in calls if name == "contentBlockStart"] == ["a", "b"]
    assert [event["delta"]["toolUse"]["input"] for name, event in calls if name == "contentBlockDelta"] == ['{"n": 1}', "{}"]
    assert heard[-2] == ("messageStop", {"stopReason": "tool_use"})
    assert heard[-1][1]["usage"]["outputTokens"] > 0


def test_results_are_answered() -> None:
    uses = [{"toolUse": {"toolUseId": "1", "name": "a", "input": {"n": 1}}}, {"toolUse": {"toolUseId": "2", "name": "b", "input": {}}}]
    results = [{"toolResult": {"toolUseId": each["toolUse"]["toolUseId"], "content": [{"text": "x"}]}} for each in uses]
    heard = streamed(said("two"), {"role": "assistant", "content": uses}, {"role": "user", "content": results})
    text = "".join(event["delta"]["text"] for name, event in heard if name == "contentBlockDelta")
    assert (text, heard[-2][1]["stopReason"]) == ("It is x and x.", "end_turn")


def test_arguments_that_are_no_json_are_no_call() -> None:
    heard = streamed(said("broken"))
    assert "contentBlockStart" not in dict(heard)
    assert heard[-2][1]["stopReason"] == "malformed_tool_use"


def test_a_request_that_is_not_served_is_refused_before_any_event() -> None:
    with pytest.raises(ChatFailed, match="promptVariables"):
        streamed(said("two"), promptVariables={})


def test_a_call_that_comes_in_pieces_is_put_together() -> None:
    calls = Calls()
    calls.add([{"index": 1, "id": "y", "function": {"name": "b", "arguments": ""}}])
    calls.add([{"index": 0, "id": "x", "function": {"name": "a", "arguments": '{"n"'}}])
    calls.add([{"index": 0, "function": {"arguments": ": 1}"}}, {"index": 1, "function": {"arguments": "{}"}}])
    assert [(call["id"], call["function"]["name"], json.loads(call["function"]["arguments"])) for call in calls.whole] == [
        ("x", "a", {"n": 1}),
        ("y", "b", {}),
    ]
