"""What the tools of a domain need of AWS beside the functions that run agents, for the templates."""

from collections.abc import Iterable
from typing import Any

from causeway.agents.functions import ByFunction
from causeway.agents.outside import Outside, RemoteTool
from causeway.agents.tool import Tool


def needs_of(tools: Iterable[Tool[Any]]) -> dict[str, Any]:
    """outside: tools that go outside. mcp: whether one of them is of an MCP server. functions: Lambda functions that are tools."""
    runs = {tool.name: tool.run for tool in tools}
    return {
        "outside": sorted(name for name, run in runs.items() if isinstance(run, Outside)),
        "mcp": any(isinstance(run, Outside) and isinstance(run.errand, RemoteTool) for run in runs.values()),
        "functions": sorted({run.function for run in runs.values() if isinstance(run, ByFunction)}),
    }
