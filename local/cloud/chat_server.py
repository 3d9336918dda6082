"""A client of any server that speaks OpenAI's chat completions; its failures are told as Bedrock would tell them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any

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


@dataclass(frozen=True)
class Piece:
    """A part of a streamed answer. usage: the numbers of (input, output) tokens, in one of the last pieces."""

    text: str = ""
    finish_reason: str | None = None
    usage: tuple[int, int] | None = None


class ChatServer:
    """url: of the server, without the path of the API. key: may be empty."""

    def __init__(self, url: str, key: str = "") -> None:
        self._url, self._key = f"{url.rstrip('/')}/v1/chat/completions", key

    def complete(self, request: dict[str, Any]) -> tuple[Message, tuple[int, int]]:
        """The assistant's message with its `finish_reason`, and the numbers of (input, output) tokens. Raises ChatFailed."""
        with self._asked({**request, "stream": False}) as answer:
            body = json.load(answer)
            choice = body["choices"][0]
            return {**choice["message"], "finish_reason": choice.get("finish_reason")}, _usage(body["usage"])

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
    usage = event.get("usage")
    return Piece((choice.get("delta") or {}).get("content") or "", choice.get("finish_reason"), _usage(usage) if usage else None)


def _usage(usage: dict[str, int]) -> tuple[int, int]:
    return usage["prompt_tokens"], usage["completion_tokens"]
