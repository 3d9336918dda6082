"""Write down the tools of an MCP server as they are now, for a domain to choose from.

    python -m operating.pin_tools URL FILE [HEADER [SCHEME]]

HEADER, SCHEME: in which the server wants its key, such as Authorization Bearer, or X-Api-Key. The key is asked for and not shown.
Read the file before you commit it: what a tool's description says reaches the model as it stands there. A tool that its server describes
otherwise from then on is not called, until somebody has pinned and read it anew.
"""

import sys
from dataclasses import dataclass
from getpass import getpass
from pathlib import Path

from pydantic_core import to_json

from causeway.agents.places import Forbidden, place_of
from causeway.agents.secret import Secret
from causeway.agents.tool import Refused
from causeway.outside.addresses import Resolver
from causeway.outside.credentials import Credentials
from causeway.outside.exchange import Exchange, Sends, Unanswered
from causeway.outside.remote import tools_of_server
from causeway.runtime.deadlines import Deadline

SECONDS = 30.0


@dataclass(frozen=True)
class Typed:
    """The key that somebody typed."""

    key: str

    def value(self, name: str, deadline: Deadline) -> str:
        return self.key

    renewed = value


def pin(url: str, file: Path, exchange: Sends) -> str:
    """What was written, in a line. Raises Forbidden, Refused and Unanswered."""
    server = place_of(url)
    tools = tools_of_server(exchange, server, Deadline.after(SECONDS))
    file.write_bytes(to_json({"server": str(server), "tools": tools}, indent=2) + b"\n")
    return f"{file}: {len(tools)} tools of {server.host}: {', '.join(each['name'] for each in tools)}"


def main(arguments: list[str]) -> int:
    if len(arguments) not in (2, 3, 4):
        print("python -m operating.pin_tools URL FILE [HEADER [SCHEME]], such as")
        print("python -m operating.pin_tools https://mcp.example.com/mcp domains/mine/tools/stock.mcp.json Authorization Bearer")
        return 2
    url, file, *sent = arguments
    try:
        print(pin(url, Path(file), _exchange(*sent)))
    except (Forbidden, Refused, Unanswered, ValueError) as error:
        print(f"nothing was written: {error}", file=sys.stderr)
        return 1
    return 0


def _exchange(header: str = "", scheme: str = "") -> Sends:
    """Raises ValueError for a header in which no key can be sent."""
    if not header:
        return Exchange(Resolver())
    secret = Secret("typed", header, scheme)
    return Credentials(Exchange(Resolver()), secret, Typed(getpass("The server's key, which is not shown: ")), lambda name, why: None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
