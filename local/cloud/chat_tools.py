"""Converse's tools as those of a chat completion, and a completion's calls as Converse's blocks."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

from local.cloud.chat_output import refuse_schema
from local.cloud.chat_server import ChatFailed, Message

TOOL_NAME, USE_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}"), re.compile(r"[a-zA-Z0-9_.:-]{1,64}")
REASONS = {"length": "max_tokens", "content_filter": "content_filtered"}
Blocks = list[dict[str, Any]]


def tools(config: dict[str, Any] | None) -> dict[str, Any]:
    """`tools` and `tool_choice` of the completion. A cache point is taken and has no effect. Raises ChatFailed."""
    if not config:
        return {}
    known = [_function(place, entry) for place, entry in enumerate(config["tools"]) if "cachePoint" not in entry]
    if not known:
        raise ChatFailed(400, "toolConfig.tools names no tool")
    choice = _choice(config.get("toolChoice") or {}, {each["function"]["name"] for each in known})
    return {"tools": known, **({"tool_choice": choice} if choice else {})}


def _function(place: int, entry: dict[str, Any]) -> dict[str, Any]:
    if "toolSpec" not in entry:
        raise ChatFailed(400, f"the local AWS serves no {', '.join(entry)} at toolConfig.tools.{place}; available: toolSpec, cachePoint")
    spec = entry["toolSpec"]
    if not TOOL_NAME.fullmatch(spec["name"]):
        raise ChatFailed(400, f"toolConfig.tools.{place}.toolSpec.name must match {TOOL_NAME.pattern}: {spec['name']!r}")
    schema = spec["inputSchema"]["json"]
    if schema.get("type") != "object":
        raise ChatFailed(400, f"toolConfig.tools.{place}.toolSpec.inputSchema.json.type must be object")
    if spec.get("strict"):
        refuse_schema(schema, f"toolConfig.tools.{place}.toolSpec.inputSchema.json")
    said = {"description": spec["description"]} if "description" in spec else {}
    strict = {"strict": True} if spec.get("strict") else {}
    return {"type": "function", "function": {"name": spec["name"], **said, "parameters": schema, **strict}}


def _choice(choice: dict[str, Any], known: set[str]) -> Any:
    if "tool" not in choice:
        return "required" if "any" in choice else "auto" if "auto" in choice else None
    name = choice["tool"]["name"]
    if name not in known:
        raise ChatFailed(400, f"toolConfig.toolChoice.tool.name is {name!r}, and no such tool is given")
    return {"type": "function", "function": {"name": name}}


def blocks_of(message: Message) -> tuple[Blocks, str]:
    """The content blocks of a completion's message, and Converse's stop reason. Arguments that are no JSON object are no call at all."""
    text = message.get("content")
    blocks: Blocks = [{"text": text}] if text else []
    try:
        calls = [_use(call) for call in message.get("tool_calls") or []]
    except ValueError:
        return blocks, "malformed_tool_use"
    return blocks + calls, reason_of(message.get("finish_reason"), message.get("stop_reason"), bool(calls))


def reason_of(finish: str | None, stop: Any, calls: bool) -> str:
    """stop: the stop sequence that ended the text, where the server names it."""
    if finish in REASONS:
        return REASONS[finish]
    return "tool_use" if calls else "stop_sequence" if isinstance(stop, str) else "end_turn"


def _use(call: dict[str, Any]) -> dict[str, Any]:
    """Raises ValueError. An id that Bedrock would not give is replaced: the server gets ours back."""
    identifier, function = str(call.get("id") or ""), call["function"]
    arguments = function.get("arguments") or {}
    given = json.loads(arguments) if isinstance(arguments, str) else arguments
    if not isinstance(given, dict):
        raise ValueError("arguments are no object")
    name = identifier if USE_ID.fullmatch(identifier) else f"tooluse_{uuid.uuid4().hex[:22]}"
    return {"toolUse": {"toolUseId": name, "name": function["name"], "input": given}}
