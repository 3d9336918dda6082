"""API Gateway's streaming integrations: what the function sends leaves as it comes, and a caller who goes away ends the call."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from local.cloud import emulator
from local.cloud.gateway import no_answer
from local.cloud.streamed import DELIMITER, SINKS, Sink

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
SENT: tuple[int, dict[str, str], bytes] = (200, {}, b"")  # for ministack, whose answer is dropped


class Caller:
    """The connection of the request at hand. answered: everything was sent here, so what ministack sends is dropped."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self.receive, self._send = receive, send
        self.answered = False

    async def send(self, message: Any) -> None:
        if not self.answered:
            await self._send(message)


STREAMING = "/response-streaming-invocations"
CALLER: ContextVar[Caller] = ContextVar("caller")


def install() -> None:
    rest = emulator.part("services.apigateway_v1")
    rest._invoke_lambda_proxy_v1 = _streaming(rest, rest._invoke_lambda_proxy_v1)


def _streaming(rest: Any, invoke: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def run(integration: Any, *arguments: Any, **options: Any) -> Any:
        if not integration.get("uri", "").endswith(STREAMING):
            return await invoke(integration, *arguments, **options)
        account, region = options.pop("owner_account_id", None), options.pop("owner_region", None)
        event = rest._build_lambda_event_v1(*arguments, **options)
        function = rest._extract_lambda_ref_from_integration_uri(integration["uri"].removesuffix(STREAMING))
        call = rest._call_lambda_raw(function, event, account_id=account, region=region)
        running = asyncio.create_task(call)
        answer = await _passed_on(CALLER.get(), event["requestContext"]["requestId"], running)
        return answer or no_answer(rest._gw_error, refused=_refused(running))

    return run


def _refused(running: asyncio.Task[Any]) -> bool:
    """Whether Lambda refused to call the function, as at its reserved concurrency."""
    result = running.result()[0] if running.done() else None
    return bool(result and result.get("throttle"))


async def _passed_on(caller: Caller, request_id: str, running: asyncio.Task[Any]) -> Any:
    """SENT once the whole answer has left; None when the function failed before it began."""
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[bytes | None] = asyncio.Queue()
    sink = SINKS[request_id] = Sink(_into(pieces, loop))
    running.add_done_callback(lambda _: pieces.put_nowait(None))
    watching = asyncio.create_task(_until_gone(caller, sink, pieces))
    try:
        begun = await _metadata(pieces)
        if begun is None:
            return None
        await _send_all(caller, *begun, pieces)
        return SENT
    finally:
        sink.gone.set()
        watching.cancel()
        del SINKS[request_id]


def _into(pieces: asyncio.Queue[bytes | None], loop: asyncio.AbstractEventLoop) -> Callable[[bytes], None]:
    """Hands pieces from a worker's thread to the loop."""

    def put(piece: bytes) -> None:
        loop.call_soon_threadsafe(pieces.put_nowait, piece)

    return put


async def _metadata(pieces: asyncio.Queue[bytes | None]) -> tuple[dict[str, Any], bytes] | None:
    """Status and headers, and what came of the body with them."""
    seen = b""
    while DELIMITER not in seen:
        piece = await pieces.get()
        if piece is None:
            return None
        seen += piece
    metadata, _, body = seen.partition(DELIMITER)
    return json.loads(metadata), body


async def _send_all(caller: Caller, metadata: dict[str, Any], body: bytes, pieces: asyncio.Queue[bytes | None]) -> None:
    headers = [(name.lower().encode(), str(value).encode()) for name, value in metadata.get("headers", {}).items()]
    await caller.send({"type": "http.response.start", "status": metadata["statusCode"], "headers": headers})
    piece: bytes | None = body
    while piece is not None:
        if piece:
            await caller.send({"type": "http.response.body", "body": piece, "more_body": True})
        piece = await pieces.get()
    await caller.send({"type": "http.response.body", "body": b""})
    caller.answered = True


async def _until_gone(caller: Caller, sink: Sink, pieces: asyncio.Queue[bytes | None]) -> None:
    while (await caller.receive())["type"] != "http.disconnect":
        pass
    sink.gone.set()
    pieces.put_nowait(None)
