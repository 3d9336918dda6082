"""Who sends data to whom, as pictures with trust boundaries, drawn from the templates of an environment.

python -m stacks.reports.flow ENV        (make flow ENV=...) writes build/flow/ENV.md
python -m stacks.reports.flow --docs     writes docs/data-flow.md, of prod
"""

import sys
from collections.abc import Sequence

from stacks.environment import InvalidEnvironment
from stacks.reports.assembly import synthesized
from stacks.reports.comply.__main__ import without_warnings
from stacks.reports.ending import end
from stacks.reports.flow.flows import flows
from stacks.reports.flow.page import about, page
from stacks.reports.pages import TOP, write

COMMITTED = "prod"
FILE = TOP / "docs" / "data-flow.md"


def main(arguments: Sequence[str]) -> int:
    """Write the page of the environment named by the one argument; 1 when it cannot be used."""
    if len(arguments) != 1:
        print("usage: python -m stacks.reports.flow ENV | --docs", file=sys.stderr)
        return 2
    committed = arguments[0] == "--docs"
    name = COMMITTED if committed else arguments[0]
    try:
        with without_warnings(), synthesized(name) as assembly:
            whole = flows(assembly.environment, assembly.templates())
    except InvalidEnvironment as error:
        print(error, file=sys.stderr)
        return 1
    if committed:
        FILE.write_text(page(name, whole))
    files = ["docs/data-flow.md"] if committed else write("flow", name, {"md": page(name, whole)})
    print("\n".join([*about(whole), f"{files[0]} has the pictures"]))
    return 0


if __name__ == "__main__":
    end(lambda: main(sys.argv[1:]))
