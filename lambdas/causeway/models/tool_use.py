"""Conversations with tools in the form of the Converse operation."""

from collections.abc import Mapping, Sequence
from typing import Any

from causeway.models.acting import ActRequest, Said, ToolCall, ToolResult, ToolSpec


def in_wire_form(request: ActRequest) -> dict[str, Any]:
    """The messages and the tools. Bedrock takes no empty list of tools.

    The guardrail assesses the last words of the user, and the model's reply: earlier words were assessed in their own turn, and it looks
    at no tool's arguments or results.
    """
    last = max((at for at, said in enumerate(request.messages) if said.role == "user" and said.text), default=-1)
    messages = [_message(said, is_guarded=at == last) for at, said in enumerate(request.messages)]
    return {"messages": messages, **({"toolConfig": {"tools": list(map(_tool, request.tools))}} if request.tools else {})}


def call_of(block: Mapping[str, Any]) -> ToolCall:
    """Raises KeyError for a block without id or name. Arguments that are no object are none: the tool's own check says what is missing."""
    arguments = block.get("input")
    return ToolCall(block["toolUseId"], block["name"], arguments if isinstance(arguments, Mapping) else {})


def _message(said: Said, *, is_guarded: bool) -> dict[str, Any]:
    return {"role": said.role, "content": [*_text(said.text, is_guarded), *map(_call, said.calls), *map(_result, said.results)]}


def _text(text: str, is_guarded: bool) -> Sequence[dict[str, Any]]:
    if not text:
        return []
    return [{"guardContent": {"text": {"text": text, "qualifiers": ["guard_content"]}}}] if is_guarded else [{"text": text}]


def _call(call: ToolCall) -> dict[str, Any]:
    return {"toolUse": {"toolUseId": call.id, "name": call.name, "input": call.arguments}}


def _result(result: ToolResult) -> dict[str, Any]:
    """The status is left out of a success: only models of Anthropic and Amazon know it."""
    status = {"status": "error"} if result.failed else {}
    return {"toolResult": {"toolUseId": result.call_id, "content": [{"text": result.content}], **status}}


def _tool(tool: ToolSpec) -> dict[str, Any]:
    return {"toolSpec": {"name": tool.name, "description": tool.description, "inputSchema": {"json": tool.schema}}}
