"""Tools of a remote MCP server as tools here, as they were when the domain pinned them.

`python -m operating.pin_tools URL FILE` writes the file. A server can describe a tool otherwise tomorrow, and what a model reads of a tool
instructs it: a tool that is no longer as it was pinned is not called. See docs/decisions/211-tools-of-mcp-servers-are-pinned.md.
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import from_json, to_json

from causeway.agents.chosen import Chosen
from causeway.agents.outside import RemoteTool
from causeway.agents.places import place_of
from causeway.agents.secret import Secret
from causeway.agents.tool import Tool


def remote_tools(pinned: Path, *chosen: Chosen, secret: Secret | None = None) -> tuple[Tool[BaseModel], ...]:
    """One tool for each chosen one of the file, in their order. secret: sent with each request.

    A tool changes something unless it is chosen with `changes=False`: what its server says of that is not relied on.
    Raises ValueError that says what cannot be used.
    """
    content = from_json(pinned.read_bytes())
    server, tools = place_of(content["server"]), {each["name"]: each for each in content["tools"]}
    if unknown := [each.called for each in chosen if each.called not in tools]:
        raise ValueError(f"{pinned.name} has no tool {', '.join(unknown)}; it has {', '.join(sorted(tools))}")
    return tuple(
        each.tool(
            tools[each.called]["inputSchema"],
            RemoteTool(server, each.called, fingerprint(tools[each.called]), secret),
            changes=True,
            described=str(tools[each.called].get("description") or ""),
        )
        for each in chosen
    )


def fingerprint(tool: Mapping[str, Any]) -> str:
    """Of what a model reads of a tool, and what the tool takes: the same for the same, in whatever order fields stand."""
    read = {name: tool.get(name) for name in ("name", "description", "inputSchema")}
    return sha256(to_json(_sorted(read))).hexdigest()


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(each) for each in value] if isinstance(value, list) else value
