"""Tools of Converse as those of a chat completion, and a completion's calls as Converse's."""

from typing import Any

import pytest

from local.cloud.chat_server import ChatFailed
from local.cloud.chat_tools import USE_ID, blocks_of, tools

SCHEMA = {"type": "object", "properties": {"order_id": {"type": "string"}}, "additionalProperties": False}


def config(choice: Any = None, name: str = "look_up_order", schema: Any = SCHEMA, **more: Any) -> dict[str, Any]:
    spec = {"name": name, "description": "Looks up.", "inputSchema": {"json": schema}, **more}
    return {"tools": [{"toolSpec": spec}], **({"toolChoice": choice} if choice else {})}


def call(arguments: Any, identifier: str | None = "call_1", name: str = "look_up_order") -> dict[str, Any]:
    return {"id": identifier, "type": "function", "function": {"name": name, "arguments": arguments}}


def said(*calls: Any, text: str | None = None, reason: str = "tool_calls", **more: Any) -> tuple[list[dict[str, Any]], str]:
    return blocks_of({"role": "assistant", "content": text, "tool_calls": list(calls), "finish_reason": reason, **more})


def test_a_tool_is_a_function_with_its_schema() -> None:
    function = {"name": "look_up_order", "description": "Looks up.", "parameters": SCHEMA}
    assert tools(config()) == {"tools": [{"type": "function", "function": function}]}
    assert tools(None) == {}


def test_a_strict_tool_stays_strict() -> None:
    assert tools(config(strict=True))["tools"][0]["function"]["strict"] is True


@pytest.mark.parametrize(
    ("choice", "theirs"),
    [
        ({"auto": {}}, "auto"),
        ({"any": {}}, "required"),
        ({"tool": {"name": "look_up_order"}}, {"type": "function", "function": {"name": "look_up_order"}}),
    ],
)
def test_a_tool_choice_is_handed_on(choice: Any, theirs: Any) -> None:
    assert tools(config(choice))["tool_choice"] == theirs


def test_a_cache_point_among_tools_has_no_effect() -> None:
    pointed = config()
    pointed["tools"].append({"cachePoint": {"type": "default"}})
    assert tools(pointed) == tools(config())


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"tools": [{"systemTool": {"name": "grounding"}}]}, "serves no systemTool"),
        ({"tools": [{"cachePoint": {"type": "default"}}]}, "names no tool"),
        (config(name="look.up"), "must match"),
        (config(schema={"type": "array"}), "must be object"),
        (config({"tool": {"name": "other"}}), "no such tool is given"),
        (config(strict=True, schema={"type": "object"}), "additionalProperties: false"),
    ],
)
def test_what_bedrock_does_not_take_is_an_error_that_says_so(asked: Any, says: str) -> None:
    with pytest.raises(ChatFailed, match=says) as refused:
        tools(asked)
    assert refused.value.error == ("ValidationException", 400)


def test_parallel_calls_are_blocks_behind_the_text() -> None:
    blocks, reason = said(call('{"order_id": "1"}'), call("{}", "call_2", "today"), text="Let me look.")
    assert reason == "tool_use"
    assert blocks == [
        {"text": "Let me look."},
        {"toolUse": {"toolUseId": "call_1", "name": "look_up_order", "input": {"order_id": "1"}}},
        {"toolUse": {"toolUseId": "call_2", "name": "today", "input": {}}},
    ]


@pytest.mark.parametrize("arguments", ['{"order_id": ', "[1]", '"H-1"'])
def test_arguments_that_are_no_object_are_no_call(arguments: str) -> None:
    assert said(call(arguments), text="Let me look.") == ([{"text": "Let me look."}], "malformed_tool_use")


@pytest.mark.parametrize("identifier", [None, "", "a b", "x" * 65])
def test_a_call_gets_an_id_that_bedrock_could_have_given(identifier: str | None) -> None:
    first, second = (said(call("{}", identifier))[0][0]["toolUse"]["toolUseId"] for _ in range(2))
    assert USE_ID.fullmatch(first)
    assert first != second


@pytest.mark.parametrize(
    ("finish", "stop", "reason"),
    [
        ("stop", None, "end_turn"),
        ("stop", "END", "stop_sequence"),
        ("length", None, "max_tokens"),
        ("content_filter", None, "content_filtered"),
    ],
)
def test_a_text_stops_for_the_reason_that_the_server_gives(finish: str, stop: str | None, reason: str) -> None:
    assert said(text="a", reason=finish, stop_reason=stop) == ([{"text": "a"}], reason)


def test_calls_that_were_cut_by_the_token_limit_say_so() -> None:
    assert said(call("{}"), reason="length")[1] == "max_tokens"
