"""What the tools of a domain need of AWS beside the functions that run agents, for the templates."""

from collections.abc import Iterable, Iterator
from typing import Any

from causeway.agents.functions import ByFunction
from causeway.agents.outside import Outside, Pages, RemoteTool
from causeway.agents.tool import Tool


def needs_of(tools: Iterable[Tool[Any]]) -> dict[str, Any]:
    """outside: tools that go outside. hosts: whom they ask. secrets: name of each key that they send → the host that gets it.

    mcp: whether one of them is of an MCP server. functions: Lambda functions that are tools.
    """
    runs = {tool.name: tool.run for tool in tools}
    return {
        "outside": sorted(name for name, run in runs.items() if isinstance(run, Outside)),
        "hosts": sorted({host for run in runs.values() if isinstance(run, Outside) for host in _hosts(run)}),
        "secrets": {run.secret.name: next(_hosts(run)) for run in runs.values() if isinstance(run, Outside) and run.secret},
        "mcp": any(isinstance(run, Outside) and isinstance(run.errand, RemoteTool) for run in runs.values()),
        "functions": sorted({run.function for run in runs.values() if isinstance(run, ByFunction)}),
    }


def _hosts(run: Outside) -> Iterator[str]:
    if isinstance(run.errand, Pages):
        yield from (place.host for place in run.errand.allowed.places)
    else:
        yield run.errand.server.host
