"""The connection of the request at hand, for answers that leave piece by piece while ministack knows only whole ones."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextvars import ContextVar
from typing import Any, TypeVar

Item = TypeVar("Item")
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
SENT: tuple[int, dict[str, str], bytes] = (200, {}, b"")  # for ministack, whose own answer is then dropped


class Caller:
    """Who sent the request. Once `finish` has ended the answer, nothing more is sent."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._finished = False

    async def send(self, message: Any) -> None:
        if not self._finished:
            await self._send(message)

    async def begin(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        await self.send({"type": "http.response.start", "status": status, "headers": headers})

    async def write(self, piece: bytes) -> None:
        await self.send({"type": "http.response.body", "body": piece, "more_body": True})

    async def finish(self) -> tuple[int, dict[str, str], bytes]:
        await self.send({"type": "http.response.body", "body": b""})
        self._finished = True
        return SENT

    async def until_gone(self, gone: threading.Event, pieces: Pieces) -> None:
        """Once the connection has ended, say so by `gone` and end the pieces. The request's body has been read before."""
        while (await self._receive())["type"] != "http.disconnect":
            pass
        gone.set()
        pieces.put_nowait(Pieces.ENDED)


CALLER: ContextVar[Caller] = ContextVar("caller")


class Pieces(asyncio.Queue[Any]):
    """Hands pieces from other threads to the loop in which it was made; ENDED is the last."""

    ENDED = object()

    def __init__(self) -> None:
        super().__init__()
        self._home = asyncio.get_running_loop()

    def give(self, piece: Any) -> None:
        self._home.call_soon_threadsafe(self.put_nowait, piece)


async def pumped(caller: Caller, produced: Generator[Item]) -> AsyncIterator[Item]:
    """What a generator that blocks produces, on a thread of its own. It is closed when the caller goes away, after its next item."""
    pieces, gone = Pieces(), threading.Event()
    threading.Thread(target=_produce, args=(produced, pieces, gone), daemon=True).start()
    watching = asyncio.create_task(caller.until_gone(gone, pieces))
    try:
        while (piece := await pieces.get()) is not Pieces.ENDED:
            if isinstance(piece, Exception):
                raise piece
            yield piece
    finally:
        gone.set()
        watching.cancel()


def _produce(produced: Generator[Any], pieces: Pieces, gone: threading.Event) -> None:
    try:
        for item in produced:
            if gone.is_set():
                break
            pieces.give(item)
    except Exception as error:
        pieces.give(error)
    finally:
        produced.close()
        pieces.give(Pieces.ENDED)
