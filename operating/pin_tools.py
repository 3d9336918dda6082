"""Write down the tools of an MCP server as they are now, for a domain to choose from: python -m operating.pin_tools URL FILE

Read the file before you commit it: what a tool's description says reaches the model as it stands there. A tool that its server describes
otherwise from then on is not called, until somebody has pinned and read it anew.
"""

import sys
from pathlib import Path

from pydantic_core import to_json

from causeway.agents.places import Forbidden, place_of
from causeway.agents.tool import Refused
from causeway.outside.addresses import Resolver
from causeway.outside.exchange import Exchange, Unanswered
from causeway.outside.remote import tools_of_server
from causeway.runtime.deadlines import Deadline

SECONDS = 30.0


def pin(url: str, file: Path, exchange: Exchange) -> str:
    """What was written, in a line. Raises Forbidden, Refused and Unanswered."""
    server = place_of(url)
    tools = tools_of_server(exchange, server, Deadline.after(SECONDS))
    file.write_bytes(to_json({"server": str(server), "tools": tools}, indent=2) + b"\n")
    return f"{file}: {len(tools)} tools of {server.host}: {', '.join(each['name'] for each in tools)}"


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print("python -m operating.pin_tools URL FILE, such as https://mcp.example.com/mcp domains/mine/tools/stock.mcp.json")
        return 2
    try:
        print(pin(arguments[0], Path(arguments[1]), Exchange(Resolver())))
    except (Forbidden, Refused, Unanswered) as error:
        print(f"nothing was written: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
