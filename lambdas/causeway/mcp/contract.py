"""The route of the Model Context Protocol, `POST /v1/mcp`. The shapes of its messages are the protocol's own."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from causeway.runtime.routes import Reply, Route

PATH = "/v1/mcp"


class McpMessage(BaseModel):
    """A message of JSON-RPC 2.0 with a method of the protocol: `server/discover`, `initialize`, `ping`, `tools/list` or `tools/call`."""

    model_config = ConfigDict(extra="allow")

    jsonrpc: Literal["2.0"]
    id: int | str | None = Field(default=None, description="left out of a notification, which is answered by 202 and no body")
    method: str
    params: dict[str, Any] = {}


class McpBody(RootModel[McpMessage | list[McpMessage]]):
    """A message; or several, for a client of revision 2025-03-26."""


class McpAnswer(BaseModel):
    """The answer of JSON-RPC 2.0: `result` or `error`."""

    jsonrpc: Literal["2.0"] = "2.0"
    id: int | str | None
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


MCP = Route(
    "POST",
    PATH,
    "Use the tools by the Model Context Protocol",
    Reply(
        200,
        "The answer of JSON-RPC; what is refused or fails is an `error` of JSON-RPC, with the status that the protocol or a problem has. "
        "A batch has a list of answers",
        McpAnswer,
        nothing="Notifications are taken, and not answered",
    ),
    body=McpBody,
    problems=(404,),
)
NO_STREAM = Route("GET", PATH, "Refused: this server sends no messages of its own", Reply(405, "There is no such stream", None))
NO_SESSION = Route("DELETE", PATH, "Refused: this server keeps no sessions", Reply(405, "There is no session to end", None))
ROUTES = (MCP, NO_STREAM, NO_SESSION)
