"""API Gateway's streaming integrations: what the function sends leaves as it comes, and a caller who goes away ends the call."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from local.cloud import emulator
from local.cloud.caller import CALLER, SENT, Caller, Pieces
from local.cloud.gateway import no_answer
from local.cloud.runtime_api import DELIMITER, Sink
from local.cloud.streamed import SINKS

STREAMING = "/response-streaming-invocations"
RUNNING: set[asyncio.Task[Any]] = set()  # calls whose answer has left go on until their log is kept


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
        RUNNING.add(running)
        running.add_done_callback(RUNNING.discard)
        answer = await _passed_on(CALLER.get(), event["requestContext"]["requestId"], running)
        return answer or no_answer(rest._gw_error, refused=_refused(running))

    return run


def _refused(running: asyncio.Task[Any]) -> bool:
    """Whether Lambda refused to call the function, as at its reserved concurrency."""
    result = running.result()[0] if running.done() else None
    return bool(result and result.get("throttle"))


async def _passed_on(caller: Caller, request_id: str, running: asyncio.Task[Any]) -> Any:
    """SENT once the whole answer has left; None when the function failed before it began."""
    pieces = Pieces()
    sink = SINKS[request_id] = Sink(pieces.give, lambda: pieces.give(Pieces.ENDED))
    running.add_done_callback(lambda _: pieces.put_nowait(Pieces.ENDED))
    watching = asyncio.create_task(caller.until_gone(sink.gone, pieces))
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


async def _metadata(pieces: Pieces) -> tuple[dict[str, Any], bytes] | None:
    """Status and headers, and what came of the body with them."""
    seen = b""
    while DELIMITER not in seen:
        piece = await pieces.get()
        if piece is Pieces.ENDED:
            return None
        seen += piece
    metadata, _, body = seen.partition(DELIMITER)
    return json.loads(metadata), body


async def _send_all(caller: Caller, metadata: dict[str, Any], piece: Any, pieces: Pieces) -> None:
    headers = [(name.lower().encode(), str(value).encode()) for name, value in metadata.get("headers", {}).items()]
    await caller.begin(metadata["statusCode"], headers)
    while piece is not Pieces.ENDED:
        if piece:
            await caller.write(piece)
        piece = await pieces.get()
    await caller.finish()
