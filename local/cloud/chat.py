"""Bedrock's chat models: Converse goes to an OpenAI-compatible server, and its failures come back as Bedrock's own errors.

ministack would answer with an invented text when that server fails.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from local.cloud import emulator
from local.cloud.chat_messages import messages as in_completion
from local.cloud.chat_output import response_format
from local.cloud.chat_server import ChatFailed, ChatServer, Message, Usage
from local.cloud.chat_tools import blocks_of, tools
from local.cloud.options import Options

NO_MODEL = "the local AWS serves chat models through Converse and ConverseStream only; no model answers this call"
PARAMETERS = {"maxTokens": "max_tokens", "temperature": "temperature", "topP": "top_p", "stopSequences": "stop"}
UNSERVED = {"additionalModelRequestFields", "promptVariables"}
OK = 200
OUTPUT: ContextVar[dict[str, Any] | None] = ContextVar("output", default=None)  # outputConfig of the request at hand
USED: ContextVar[Usage | None] = ContextVar("used", default=None)  # what the chat server counted for it


def install(options: Options) -> None:
    """Send every chat call to the chat server, and answer with an error where ministack would invent a text."""
    bedrock = emulator.part("services.bedrock_runtime")
    server = ChatServer(options.chat_url, options.chat_key)

    def chat(model: str, messages: Any, system: Any, inference: Any, tools: Any = None) -> tuple[Message, Usage]:
        message, usage = server.complete(payload(options.chat_model or model, messages, system, inference or {}, tools, OUTPUT.get()))
        USED.set(usage)
        return message, usage

    bedrock._proxy_openai_chat_message = chat
    bedrock._last_user_text = assessed
    bedrock._converse_blocks_from_message = blocks_of
    bedrock._converse = _with_errors(_with_usage(_with_output(bedrock._converse)))
    for name in ("_invoke_model", "_invoke_model_with_response_stream"):
        setattr(bedrock, name, _with_errors(_refuse))


def payload(model: str, messages: Any, system: Any, inference: dict[str, Any], tool_config: Any, output: Any = None) -> dict[str, Any]:
    """A Converse request as a chat completion request. Raises ChatFailed for what Bedrock refuses, or what is not served here."""
    known = tools(tool_config)
    return {
        "model": model,
        "messages": in_completion(messages or [], system or [], has_tools=bool(known)),
        **{theirs: inference[ours] for ours, theirs in PARAMETERS.items() if ours in inference},
        **({"response_format": response_format(output)} if output else {}),
        **known,
    }


def assessed(messages: Any) -> str:
    """The text that a guardrail checks: the marked parts of all messages, or the last user message when nothing is marked."""
    blocks = next((message.get("content") or [] for message in reversed(messages or []) if message.get("role") == "user"), [])
    marked = [block["guardContent"]["text"] for message in messages or [] for block in message["content"] if "guardContent" in block]
    if marked:
        return "\n".join(each["text"] for each in marked if "guard_content" in (each.get("qualifiers") or ["guard_content"]))
    return "\n".join(block["text"] for block in blocks if "text" in block)


def _refuse(*_: Any) -> None:
    raise ChatFailed(400, NO_MODEL)


def _with_output(converse: Callable[..., Any]) -> Callable[..., Any]:
    """ministack hands nothing on of `outputConfig`."""

    def run(model: str, headers: Any, body: bytes) -> Any:
        request = json.loads(body or b"{}")
        refuse_unserved(request)
        OUTPUT.set(request.get("outputConfig"))
        return converse(model, headers, body)

    return run


def refuse_unserved(request: dict[str, Any]) -> None:
    """Raises ChatFailed for what would have an effect on AWS, and none here."""
    if unserved := sorted(UNSERVED & request.keys()):
        raise ChatFailed(400, f"the local AWS serves no {', '.join(unserved)} of Converse")


def _with_usage(converse: Callable[..., Any]) -> Callable[..., Any]:
    """ministack knows of no cached tokens: it leaves those of the request out, and adds nothing up."""

    def run(*arguments: Any) -> Any:
        USED.set(None)
        status, headers, body = converse(*arguments)
        usage = USED.get()
        if status == OK and usage:
            answer = json.loads(body)
            body = json.dumps({**answer, "usage": usage.in_converse()}).encode()
        return status, headers, body

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
