"""Bedrock's chat models: Converse goes to an OpenAI-compatible server, and its failures come back as Bedrock's own errors.

ministack would answer with an invented text when that server fails.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from local.cloud import emulator
from local.cloud.options import Options

ANSWER_SECONDS = 120
FAILURES = {
    400: ("ValidationException", 400),
    401: ("AccessDeniedException", 403),
    403: ("AccessDeniedException", 403),
    404: ("ResourceNotFoundException", 404),
    408: ("ModelTimeoutException", 408),
    429: ("ThrottlingException", 429),
}
UNAVAILABLE = ("ServiceUnavailableException", 503)
NO_MODEL = "the local AWS serves chat models through Converse and ConverseStream only; no model answers this call"
PARAMETERS = {"maxTokens": "max_tokens", "temperature": "temperature", "topP": "top_p", "stopSequences": "stop"}
Message = dict[str, Any]


class ChatFailed(Exception):
    """The chat server refused or did not answer; contains the matching error of Bedrock."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.error = FAILURES.get(status, UNAVAILABLE)


def install(options: Options) -> None:
    """Send every chat call to the chat server, and answer with an error where ministack would invent a text."""
    bedrock = emulator.part("services.bedrock_runtime")
    url = f"{options.chat_url.rstrip('/')}/v1/chat/completions"

    def chat(model: str, messages: Any, system: Any, inference: Any, tools: Any = None) -> tuple[Message, tuple[int, int]]:
        return complete(url, payload(options.chat_model or model, messages, system, inference or {}, tools), options.chat_key)

    bedrock._proxy_openai_chat_message = chat
    bedrock._last_user_text = assessed
    bedrock._converse_blocks_from_message = _stopping_where_the_server_did(bedrock._converse_blocks_from_message)
    for name in ("_converse", "_converse_stream"):
        setattr(bedrock, name, _with_errors(getattr(bedrock, name)))
    for name in ("_invoke_model", "_invoke_model_with_response_stream"):
        setattr(bedrock, name, _with_errors(_refuse))


def payload(model: str, messages: Any, system: Any, inference: dict[str, Any], tools: Any) -> dict[str, Any]:
    """A Converse request as a chat completion request."""
    bedrock = emulator.part("services.bedrock_runtime")
    known, choice = bedrock._openai_tools(tools)
    return {
        "model": model,
        "messages": bedrock._openai_messages(plain(messages), system),
        "stream": False,
        **{theirs: inference[ours] for ours, theirs in PARAMETERS.items() if ours in inference},
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


def complete(url: str, request: dict[str, Any], key: str = "") -> tuple[Message, tuple[int, int]]:
    """The assistant's message with its `finish_reason`, and the numbers of (input, output) tokens. Raises ChatFailed."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    call = urllib.request.Request(url, json.dumps(request).encode(), headers)
    try:
        with urllib.request.urlopen(call, timeout=ANSWER_SECONDS) as answer:
            body = json.load(answer)
        choice, usage = body["choices"][0], body["usage"]
        return {**choice["message"], "finish_reason": choice.get("finish_reason")}, (usage["prompt_tokens"], usage["completion_tokens"])
    except urllib.error.HTTPError as refused:
        raise ChatFailed(
            refused.code, f"the chat server answered {refused.code}: {refused.read(500).decode(errors='replace')}"
        ) from refused
    except TimeoutError as late:
        raise ChatFailed(408, f"the chat server took more than {ANSWER_SECONDS} s") from late
    except (OSError, KeyError, IndexError, ValueError) as broken:
        raise ChatFailed(503, f"the chat server at {url} gave no answer: {broken!r}") from broken


def _refuse(*_: Any) -> None:
    raise ChatFailed(400, NO_MODEL)


def _stopping_where_the_server_did(blocks_of: Callable[[Message], tuple[list[Any], str]]) -> Callable[[Message], tuple[list[Any], str]]:
    """Converse's stop reason max_tokens for an answer that was cut at its token limit."""

    def blocks(message: Message) -> tuple[list[Any], str]:
        content, reason = blocks_of(message)
        return content, "max_tokens" if message.get("finish_reason") == "length" else reason

    return blocks


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
