"""Calls tools of MCP servers by the official client, whose requests go through our exchange: checked addresses, bounded answers."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

import anyio
import httpx2
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, RequestParamsMeta, TextContent

from causeway.agents.outside import RemoteTool
from causeway.agents.places import Forbidden, Place, place_of
from causeway.agents.remote_tools import fingerprint
from causeway.agents.tool import Refused
from causeway.outside.exchange import Request, Sends, Unanswered
from causeway.runtime.deadlines import Deadline

KEY = "idempotencyKey"  # in the `_meta` of a call; a server may look at it
MOST_PAGES = 20  # of a server's list of tools


class CheckedTransport(httpx2.AsyncBaseTransport):
    """Sends by an `Exchange`, and to one host alone. It opens no stream of what a server says unasked."""

    def __init__(self, exchange: Sends, server: Place, deadline: Deadline) -> None:
        self._exchange, self._server, self._deadline = exchange, server, deadline
        self.failure: Refused | Unanswered | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            return httpx2.Response(405, request=request)
        headers = {name: value for name, value in request.headers.items() if name not in ("host", "content-length", "accept-encoding")}
        sent = Request(request.method, self._place(request), headers, await request.aread())
        try:
            reply = await anyio.to_thread.run_sync(self._exchange.send, sent, self._deadline, abandon_on_cancel=True)
        except (Refused, Unanswered) as failure:
            self.failure = failure
            raise httpx2.ConnectError(str(failure), request=request) from failure
        kept = {name: value for name, value in reply.headers.items() if name not in ("transfer-encoding", "content-length", "connection")}
        return httpx2.Response(reply.status, headers=kept, content=reply.body, request=request)

    def _place(self, request: httpx2.Request) -> Place:
        try:
            found = place_of(str(request.url))
        except Forbidden as error:
            raise httpx2.UnsupportedProtocol(str(error), request=request) from None
        if found.host != self._server.host:
            raise httpx2.UnsupportedProtocol(f"{found.host} is not the server", request=request)
        return found


def call_tool(exchange: Sends, tool: RemoteTool, arguments: Mapping[str, Any], key: str, deadline: Deadline) -> str:
    """What the tool returns, as text. Raises Refused for what it will not do, Unanswered where it may have done it."""
    return asyncio.run(_Call(exchange, tool, deadline).made(arguments, key))


def tools_of_server(exchange: Sends, server: Place, deadline: Deadline) -> list[dict[str, Any]]:
    """Every tool with what a model reads of it. Raises Refused and Unanswered."""

    transport = CheckedTransport(exchange, server, deadline)

    async def listed() -> list[dict[str, Any]]:
        async with _connected(transport, server) as client:
            return await _tools(client)

    try:
        return asyncio.run(listed())
    except Exception as error:
        said = _within(error, Refused) or transport.failure
        raise said or Refused(f"{server.host} lists no tools ({_within(error, MCPError) or type(error).__name__}).") from error


class _Call:
    """acting: whether the tool has been called, so that a failure leaves open whether it acted."""

    def __init__(self, exchange: Sends, tool: RemoteTool, deadline: Deadline) -> None:
        self._tool, self._deadline = tool, deadline
        self._transport = CheckedTransport(exchange, tool.server, deadline)
        self._acting = False

    async def made(self, arguments: Mapping[str, Any], key: str) -> str:
        try:
            with anyio.fail_after(self._deadline.left()):
                async with _connected(self._transport, self._tool.server) as client:
                    await self._check(client)
                    self._acting = True
                    return _text(
                        self._tool, await client.call_tool(self._tool.name, dict(arguments), meta=cast(RequestParamsMeta, {KEY: key}))
                    )
        except Exception as error:
            raise self._told(error) from error

    async def _check(self, client: Client) -> None:
        found = next((each for each in await _tools(client) if each["name"] == self._tool.name), None)
        if found is None:
            raise Refused(f"{self._tool.server.host} no longer has the tool {self._tool.name}.")
        if fingerprint(found) != self._tool.fingerprint:
            raise Refused(
                f"{self._tool.server.host} describes the tool {self._tool.name} otherwise than when it was approved. It is not called."
            )

    def _told(self, error: Exception) -> Exception:
        """The failure in our words: the client's own errors come in groups, and around what the exchange said."""
        host = self._tool.server.host
        if (own := _within(error, Refused) or self._transport.failure) and not (self._acting and isinstance(own, Unanswered)):
            return own if isinstance(own, Refused) else Refused(f"{own} Nothing was done.")
        if said := _within(error, MCPError):
            return Refused(f"{host} refused: {said}")
        if self._acting:
            return Unanswered(f"{host} did not say what came of it ({type(error).__name__}).")
        return Refused(f"{host} does not answer as an MCP server ({type(error).__name__}). Nothing was done.")


@asynccontextmanager
async def _connected(transport: CheckedTransport, server: Place) -> AsyncIterator[Client]:
    async with (
        httpx2.AsyncClient(transport=transport) as http,
        Client(streamable_http_client(str(server), http_client=http), cache=None) as client,
    ):
        yield client


async def _tools(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = await client.list_tools(cursor=cursor)
        found += [_plain(each) for each in page.tools]
        cursor = page.next_cursor
        if not cursor:
            return found
    raise Refused(f"The server's list of tools has more than {MOST_PAGES} pages.")


def _plain(tool: Any) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.description, "inputSchema": tool.input_schema}


def _text(tool: RemoteTool, result: CallToolResult) -> str:
    """What is no text is told of, not shown."""
    texts = [each.text if isinstance(each, TextContent) else f"[{each.type}: not shown]" for each in result.content]
    if result.is_error:
        raise Refused(f"{tool.name} refused: {' '.join(texts) or 'no reason given'}")
    return "\n\n".join(texts)


def _within(error: BaseException | None, kind: type[Any]) -> Any:
    """The first of a kind among an error, those of its group and what it came from."""
    if error is None or isinstance(error, kind):
        return error
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return next((found for each in (*inner, error.__cause__) if (found := _within(each, kind))), None)
