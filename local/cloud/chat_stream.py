"""Bedrock's ConverseStream: pieces leave when the chat server writes them, as on AWS; ministack would send them all at the end.

The guardrail's word lists see the text before it leaves (`streamProcessingMode` sync). A caller who goes away ends the call.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Generator, Sequence
from typing import Any
from urllib.parse import unquote

from local.cloud import emulator
from local.cloud.caller import CALLER, Caller, pumped
from local.cloud.chat import assessed, payload, refuse_unserved
from local.cloud.chat_server import ChatFailed, ChatServer, Piece, Usage
from local.cloud.chat_tools import blocks_of
from local.cloud.options import Options

HEADERS = [(b"content-type", b"application/vnd.amazon.eventstream"), (b"x-amzn-bedrock-content-type", b"application/json")]
FAILED_WITHIN = "modelStreamErrorException"
Event = tuple[str, dict[str, Any]]


def install(options: Options) -> None:
    bedrock = emulator.part("services.bedrock_runtime")
    bedrock.handle_request = _streaming(bedrock, options, bedrock.handle_request)


def _streaming(bedrock: Any, options: Options, handle: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def run(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        asked = bedrock._CONVERSE_STREAM_RE.match(path)
        if method != "POST" or not asked:
            return await handle(method, path, headers, body, query)
        model, _, refusal = bedrock._normalize_model_id(unquote(asked.group(1)))
        request = json.loads(body or b"{}")
        refusal = refusal or bedrock._validate_converse_request(request)
        guardrail, missing = _guardrail(bedrock, request)
        if refusal or missing:
            return refusal or missing
        return await _answer(CALLER.get(), events(bedrock, options, model, request, guardrail))

    return run


def _guardrail(bedrock: Any, request: dict[str, Any]) -> tuple[Any, Any]:
    """The guardrail that the request names, or the answer for one that does not exist."""
    named = request.get("guardrailConfig")
    if not named:
        return None, None
    found = bedrock._resolve_guardrail(named.get("guardrailIdentifier", ""), named.get("guardrailVersion", "DRAFT"))
    return found, None if found else bedrock._guardrail_not_found(named.get("guardrailIdentifier", ""))


def events(bedrock: Any, options: Options, model: str, request: dict[str, Any], guardrail: Any) -> Generator[Event]:
    """(type, content) of each event of an answer. Raises ChatFailed."""
    began = time.monotonic()
    refuse_unserved(request)
    messages, system = request.get("messages", []), request.get("system", [])
    if guardrail and bedrock._evaluate_guardrail(guardrail, "INPUT", assessed(messages))["blocked"]:
        yield from _blocked(guardrail.get("BlockedInputMessaging"), began)
        return
    inference, output = request.get("inferenceConfig") or {}, request.get("outputConfig")
    body = payload(options.chat_model or model, messages, system, inference, request.get("toolConfig"), output)
    text, calls, ended, usage = "", Calls(), Piece(), Usage(0, 0)
    for piece in ChatServer(options.chat_url, options.chat_key).stream(body):
        if piece.text and not text:
            yield "messageStart", {"role": "assistant"}
        text += piece.text
        if guardrail and piece.text and bedrock._evaluate_guardrail(guardrail, "OUTPUT", text)["blocked"]:
            yield from _blocked(guardrail.get("BlockedOutputsMessaging"), began)
            return
        if piece.text:
            yield "contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": piece.text}}
        calls.add(piece.calls)
        ended, usage = piece if piece.finish_reason else ended, piece.usage or usage
    blocks, reason = blocks_of({"tool_calls": calls.whole, "finish_reason": ended.finish_reason, "stop_reason": ended.stop_reason})
    yield from _with_calls(blocks, bool(text))
    yield from _end(reason, usage, began)


class Calls:
    """Tool calls put together from their pieces."""

    def __init__(self) -> None:
        self._by_index: dict[int, dict[str, Any]] = {}

    def add(self, pieces: Sequence[dict[str, Any]]) -> None:
        for piece in pieces:
            call = self._by_index.setdefault(piece.get("index", 0), {"id": "", "function": {"name": "", "arguments": ""}})
            call["id"] = piece.get("id") or call["id"]
            for name, more in (piece.get("function") or {}).items():
                call["function"][name] += more or ""

    @property
    def whole(self) -> list[dict[str, Any]]:
        return [self._by_index[index] for index in sorted(self._by_index)]


def _with_calls(blocks: list[dict[str, Any]], has_text: bool) -> Generator[Event]:
    """The end of the text, if there is any, and each call once it is whole. The first event of a message begins it."""
    if has_text or not blocks:
        yield "contentBlockStop", {"contentBlockIndex": 0}
    else:
        yield "messageStart", {"role": "assistant"}
    for place, block in enumerate(blocks, start=int(has_text)):
        use = block["toolUse"]
        named = {name: use[name] for name in ("toolUseId", "name")}
        yield "contentBlockStart", {"contentBlockIndex": place, "start": {"toolUse": named}}
        yield "contentBlockDelta", {"contentBlockIndex": place, "delta": {"toolUse": {"input": json.dumps(use["input"])}}}
        yield "contentBlockStop", {"contentBlockIndex": place}


def _blocked(messaging: str | None, began: float) -> Generator[Event]:
    yield "contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": messaging or "Blocked by guardrail."}}
    yield "contentBlockStop", {"contentBlockIndex": 0}
    yield from _end("guardrail_intervened", Usage(0, 0), began)


def _end(reason: str, usage: Usage, began: float) -> Generator[Event]:
    yield "messageStop", {"stopReason": reason}
    yield "metadata", {"usage": usage.in_converse(), "metrics": {"latencyMs": max(1, round((time.monotonic() - began) * 1000))}}


async def _answer(caller: Caller, produced: Generator[Event]) -> Any:
    """SENT once everything has left; an error answer when the model failed before its first piece."""
    bedrock = emulator.part("services.bedrock_runtime")
    begun = False
    try:
        async for name, content in pumped(caller, produced):
            if not begun:
                await caller.begin(200, HEADERS)
            begun = True
            await caller.write(bedrock._es_event(name, content))
    except ChatFailed as failure:
        print(f"chat: {failure}", flush=True)
        if not begun:
            code, status = failure.error
            answer, headers, body = bedrock._error(code, str(failure), status)
            return answer, {**headers, "x-amzn-ErrorType": code}, body
        await caller.write(_exception(bedrock, str(failure)))
    return await caller.finish()


def _exception(bedrock: Any, message: str) -> bytes:
    headers = {":message-type": "exception", ":exception-type": FAILED_WITHIN, ":content-type": "application/json"}
    encoded: bytes = bedrock._es_encode_message(headers, json.dumps({"message": message}).encode())
    return encoded
