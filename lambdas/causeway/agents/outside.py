"""Tools that go outside: what the loop sends to the one function with a way to the internet, and what that function does for it.

The function gets the tool's name, the arguments and the key of the call; nothing of the tenant and none of its rows. It finds the tool in
the domain by itself, so no request can make it go where the domain does not. See docs/decisions/210-tools-that-go-outside.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from causeway.agents.places import Allowed, Place
from causeway.agents.secret import Secret
from causeway.agents.tool import OUTSIDE, Calling, Refused, Tool
from causeway.runtime.errors import DependencyUnavailable

SECONDS_FOR_THE_WAY = 0.5  # kept back from the call's time for the function's own answer


@dataclass(frozen=True)
class Pages:
    """Read one of these pages, named by the argument `url`."""

    allowed: Allowed


@dataclass(frozen=True)
class Operation:
    """Ask an HTTP API. path: with {names}. places: where each argument goes, by name: path, query, header or body.

    whole_body: whether the argument "body" is the body itself; else its fields are arguments. secret: sent with each request.
    """

    method: str
    server: Place
    path: str
    places: Mapping[str, str]
    whole_body: bool = False
    secret: Secret | None = None


@dataclass(frozen=True)
class RemoteTool:
    """Call a tool of an MCP server as it was pinned. fingerprint: of its description and schema. secret: sent with each request."""

    server: Place
    name: str
    fingerprint: str
    secret: Secret | None = None


class Errand(BaseModel):
    """What the loop sends. seconds: by which an answer is worth something."""

    tool: str
    arguments: dict[str, Any]
    key: str
    seconds: float


class Found(BaseModel):
    """What comes back. refused: why nothing was found or done. unknown: why nobody knows whether it was done."""

    result: Any = None
    refused: str = ""
    unknown: str = ""


@dataclass(frozen=True)
class Outside:
    """The `run` of a tool that goes outside."""

    tool: str
    errand: Pages | Operation | RemoteTool

    @property
    def secret(self) -> Secret | None:
        """Pages are read without any: a redirect leads from one host of their list to another."""
        return None if isinstance(self.errand, Pages) else self.errand.secret

    def __call__(self, arguments: BaseModel, calling: Calling) -> Any:
        values, seconds = arguments.model_dump(mode="json"), max(0.0, calling.deadline.left() - SECONDS_FOR_THE_WAY)
        sent = Errand(tool=self.tool, arguments=values, key=calling.key, seconds=seconds)
        found = Found.model_validate(calling.functions.call(OUTSIDE, sent.model_dump(), calling.deadline))
        if found.unknown:
            raise DependencyUnavailable("outside", found.unknown)
        if found.refused:
            raise Refused(found.refused)
        return found.result


def outside_tools(tools: Iterable[Tool[Any]]) -> dict[str, Tool[Any]]:
    """Those that go outside, by name."""
    return {tool.name: tool for tool in tools if isinstance(tool.run, Outside)}
