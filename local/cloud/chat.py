"""Bedrock's chat models: Converse goes to an OpenAI-compatible server, and its failures come back as Bedrock's own errors.

ministack would answer with an invented text when that server fails.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from local.cloud import emulator
from local.cloud.chat_output import response_format
from local.cloud.chat_server import ChatFailed, ChatServer, Message
from local.cloud.options import Options

NO_MODEL = "the local AWS serves chat models through Converse and ConverseStream only; no model answers this call"
PARAMETERS = {"maxTokens": "max_tokens", "temperature": "temperature", "topP": "top_p", "stopSequences": "stop"}
OUTPUT: ContextVar[dict[str, Any] | None] = ContextVar("output", default=None)  # outputConfig of the request at hand


def install(options: Options) -> None:
    """Send every chat call to the chat server, and answer with an error where ministack would invent a text."""
    bedrock = emulator.part("services.bedrock_runtime")
    server = ChatServer(options.chat_url, options.chat_key)

    def chat(model: str, messages: Any, system: Any, inference: Any, tools: Any = None) -> tuple[Message, tuple[int, int]]:
        return server.complete(payload(options.chat_model or model, messages, system, inference or {}, tools, OUTPUT.get()))

    bedrock._proxy_openai_chat_message = chat
    bedrock._last_user_text = assessed
    bedrock._converse_blocks_from_message = _stopping_where_the_server_did(bedrock._converse_blocks_from_message)
    bedrock._converse = _with_errors(_with_output(bedrock._converse))
    for name in ("_invoke_model", "_invoke_model_with_response_stream"):
        setattr(bedrock, name, _with_errors(_refuse))


def payload(model: str, messages: Any, system: Any, inference: dict[str, Any], tools: Any, output: Any = None) -> dict[str, Any]:
    """A Converse request as a chat completion request. Raises ChatFailed for an output that Bedrock refuses."""
    bedrock = emulator.part("services.bedrock_runtime")
    known, choice = bedrock._openai_tools(tools)
    return {
        "model": model,
        "messages": bedrock._openai_messages(plain(messages), system),
        **{theirs: inference[ours] for ours, theirs in PARAMETERS.items() if ours in inference},
        **({"response_format": response_format(output)} if output else {}),
        **({"tools": known} if known else {}),
        **({"tool_choice": choice} if known and choice is not None else {}),
    }


def plain(messages: Any) -> list[Message]:
    """Messages with neighbouring texts joined, including those marked for the guardrail, as the model reads them."""
    return [{**message, "content": _joined(message.get("content") or [])} for message in messages or []]


def _joined(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    joined: list[dict[str, Any]] = []
    for block in blocks:
        text = _text(block)
        if text is not None and joined and "text" in joined[-1]:
            joined[-1] = {"text": joined[-1]["text"] + text}
        else:
            joined.append(block if text is None else {"text": text})
    return joined


def _text(block: dict[str, Any]) -> str | None:
    text: str | None = block.get("guardContent", {}).get("text", {}).get("text", block.get("text"))
    return text


def assessed(messages: Any) -> str:
    """The text of the last user message that a guardrail checks: the marked parts, or everything when nothing is marked."""
    blocks = next((message.get("content") or [] for message in reversed(messages or []) if message.get("role") == "user"), [])
    marked = [block["guardContent"]["text"] for block in blocks if "guardContent" in block]
    if marked:
        return "\n".join(each["text"] for each in marked if "guard_content" in (each.get("qualifiers") or ["guard_content"]))
    return "\n".join(block["text"] for block in blocks if "text" in block)


def _refuse(*_: Any) -> None:
    raise ChatFailed(400, NO_MODEL)


def _stopping_where_the_server_did(blocks_of: Callable[[Message], tuple[list[Any], str]]) -> Callable[[Message], tuple[list[Any], str]]:
    """Converse's stop reason max_tokens for an answer that was cut at its token limit."""

    def blocks(message: Message) -> tuple[list[Any], str]:
        content, reason = blocks_of(message)
        return content, "max_tokens" if message.get("finish_reason") == "length" else reason

    return blocks


def _with_output(converse: Callable[..., Any]) -> Callable[..., Any]:
    """ministack hands nothing on of `outputConfig`."""

    def run(model: str, headers: Any, body: bytes) -> Any:
        OUTPUT.set(json.loads(body or b"{}").get("outputConfig"))
        return converse(model, headers, body)

    return run


def _with_errors(operation: Callable[..., Any]) -> Callable[..., Any]:
    def run(*arguments: Any) -> Any:
        try:
            return operation(*arguments)
        except ChatFailed as failure:
            print(f"chat: {failure}", flush=True)
            code, status = failure.error
            answer, headers, body = emulator.part("services.bedrock_runtime")._error(code, str(failure), status)
            return answer, {**headers, "x-amzn-ErrorType": code}, body

    return run
