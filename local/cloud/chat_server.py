"""A client of any server that speaks OpenAI's chat completions; its failures are told as Bedrock would tell them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any, NamedTuple

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
LAST = "[DONE]"
Message = dict[str, Any]


class ChatFailed(Exception):
    """The chat server refused or did not answer; contains the matching error of Bedrock."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.error = FAILURES.get(status, UNAVAILABLE)


class Usage(NamedTuple):
    """Tokens as Converse counts them: sent, without those that the server had read before; written; and those read before."""

    input: int
    output: int
    cached: int = 0

    def in_converse(self) -> dict[str, int]:
        """Nothing is said of tokens written into a cache: a completion's usage knows none."""
        counts = {"inputTokens": self.input, "outputTokens": self.output, "totalTokens": sum(self)}
        return {**counts, "cacheReadInputTokens": self.cached, "cacheWriteInputTokens": 0}


@dataclass(frozen=True)
class Piece:
    """A part of a streamed answer. calls: parts of tool calls, each with its index. usage: in one of the last pieces.

    stop_reason: the stop sequence that ended the text, where the server names it.
    """

    text: str = ""
    finish_reason: str | None = None
    usage: Usage | None = None
    calls: Sequence[dict[str, Any]] = ()
    stop_reason: Any = None


class ChatServer:
    """url: of the server, without the path of the API. key: may be empty."""

    def __init__(self, url: str, key: str = "") -> None:
        self._url, self._key = f"{url.rstrip('/')}/v1/chat/completions", key

    def complete(self, request: dict[str, Any]) -> tuple[Message, Usage]:
        """The assistant's message with its `finish_reason` and `stop_reason`, and its usage. Raises ChatFailed."""
        with self._asked({**request, "stream": False}) as answer:
            body = json.load(answer)
            choice = body["choices"][0]
            ended = {name: choice.get(name) for name in ("finish_reason", "stop_reason")}
            return {**choice["message"], **ended}, _usage(body["usage"])

    def stream(self, request: dict[str, Any]) -> Generator[Piece]:
        """The answer as the server writes it. Raises ChatFailed. Closing the generator ends the connection."""
        with self._asked({**request, "stream": True, "stream_options": {"include_usage": True}}) as answer:
            for line in answer:
                data = line.decode().strip().removeprefix("data:").strip() if line.startswith(b"data:") else ""
                if data == LAST:
                    return
                if data:
                    yield _piece(json.loads(data))
            raise ValueError("the stream ended without its last event")

    @contextmanager
    def _asked(self, request: dict[str, Any]) -> Iterator[HTTPResponse]:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self._key}"} if self._key else {})
        call = urllib.request.Request(self._url, json.dumps(request).encode(), headers)
        try:
            with urllib.request.urlopen(call, timeout=ANSWER_SECONDS) as answer:
                yield answer
        except urllib.error.HTTPError as refused:
            said = refused.read(500).decode(errors="replace")
            raise ChatFailed(refused.code, f"the chat server answered {refused.code}: {said}") from refused
        except TimeoutError as late:
            raise ChatFailed(408, f"the chat server took more than {ANSWER_SECONDS} s") from late
        except (OSError, HTTPException, KeyError, IndexError, ValueError) as broken:
            raise ChatFailed(503, f"the chat server at {self._url} gave no answer: {broken!r}") from broken


def _piece(event: dict[str, Any]) -> Piece:
    if "error" in event:
        raise ValueError(event["error"])
    choice: dict[str, Any] = next(iter(event.get("choices") or []), {})
    delta, usage = choice.get("delta") or {}, event.get("usage")
    return Piece(
        text=delta.get("content") or "",
        finish_reason=choice.get("finish_reason"),
        usage=_usage(usage) if usage else None,
        calls=delta.get("tool_calls") or (),
        stop_reason=choice.get("stop_reason"),
    )


def _usage(usage: dict[str, Any]) -> Usage:
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
    return Usage(usage["prompt_tokens"] - cached, usage["completion_tokens"], cached)
