"""Converse's messages as those of a chat completion; what Bedrock refuses of them is refused here too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from local.cloud.chat_server import ChatFailed, Message

Blocks = list[dict[str, Any]]
NO_TOOLS = "The toolConfig field must be defined when using toolUse and toolResult content blocks."
FAILED = "Error: "  # a completion's messages have no field for a result's status


def messages(conversation: list[dict[str, Any]], system: Blocks, has_tools: bool) -> list[Message]:
    """Raises ChatFailed. A user's text beside results comes after them: a completion wants them right behind their calls."""
    _refuse_disorder(conversation, has_tools)
    told = [{"role": "system", "content": text} for text in _texts(system, "system")]
    return told + [each for place, one in enumerate(conversation) for each in _of(one, f"messages.{place}")]


def _of(message: dict[str, Any], place: str) -> Iterator[Message]:
    content = message["content"]
    calls = [_call(block["toolUse"]) for block in content if "toolUse" in block]
    yield from (_result(block["toolResult"], f"{place}.content") for block in content if "toolResult" in block)
    text = "".join(_texts([block for block in content if not block.keys() & {"toolUse", "toolResult"}], f"{place}.content"))
    if text or calls:
        yield {"role": message["role"], "content": text or None, **({"tool_calls": calls} if calls else {})}


def _texts(blocks: Blocks, place: str) -> list[str]:
    """The texts, those marked for the guardrail too. A cache point is taken and has no effect."""
    return [_text(block, f"{place}.{number}") for number, block in enumerate(blocks) if "cachePoint" not in block]


def _text(block: dict[str, Any], place: str) -> str:
    text: str | None = block.get("guardContent", {}).get("text", {}).get("text", block.get("text"))
    if text is None:
        raise ChatFailed(400, f"the local AWS passes on text, tool calls and their results; {place} is {', '.join(block)}")
    if not text.strip():
        raise ChatFailed(400, f"The text field in the ContentBlock object at {place} is blank. Add text to the text field, and try again.")
    return text


def _call(use: dict[str, Any]) -> dict[str, Any]:
    return {"id": use["toolUseId"], "type": "function", "function": {"name": use["name"], "arguments": json.dumps(use["input"])}}


def _result(result: dict[str, Any], place: str) -> Message:
    failed = result.get("status") == "error"
    if failed and not result["content"]:
        raise ChatFailed(400, f"The content field at {place}.toolResult cannot be empty when status value is error.")
    text = "\n".join(_said(block, place) for block in result["content"])
    return {"role": "tool", "tool_call_id": result["toolUseId"], "content": FAILED * failed + text}


def _said(block: dict[str, Any], place: str) -> str:
    if "json" in block:
        return json.dumps(block["json"], ensure_ascii=False)
    if "text" not in block:
        raise ChatFailed(400, f"the local AWS passes on text and JSON of results; {place}.toolResult has {', '.join(block)}")
    text: str = block["text"]
    return text


def _refuse_disorder(conversation: list[dict[str, Any]], has_tools: bool) -> None:
    open_calls: list[str] = []
    for place, message in enumerate(conversation):
        if message["role"] != ("assistant" if place % 2 else "user"):
            raise ChatFailed(400, "A conversation must start with a user message and alternate between user and assistant roles.")
        results, calls = _ids(message, "toolResult"), _ids(message, "toolUse")
        if (results or calls) and not has_tools:
            raise ChatFailed(400, NO_TOOLS)
        _refuse_unpaired(open_calls, results, f"messages.{place}.content")
        if len(set(calls)) < len(calls):
            raise ChatFailed(400, f"The toolUse blocks at messages.{place}.content contain duplicate Ids.")
        open_calls = calls
    if open_calls:
        raise ChatFailed(400, f"Expected toolResult blocks at messages.{len(conversation)}.content for the following Ids: {open_calls}")


def _refuse_unpaired(calls: list[str], results: list[str], place: str) -> None:
    if len(results) > len(calls):
        raise ChatFailed(400, f"The number of toolResult blocks at {place} exceeds the number of toolUse blocks of previous turn.")
    if missing := sorted(set(calls) - set(results)):
        raise ChatFailed(400, f"Expected toolResult blocks at {place} for the following Ids: {', '.join(missing)}")


def _ids(message: dict[str, Any], kind: str) -> list[str]:
    return [block[kind]["toolUseId"] for block in message["content"] if kind in block]
