"""`python -m stacks.reports.preflight ENV`: what a real account still needs before `cdk deploy -c env=ENV --all`.

With credentials every step is checked against the account; without, the list is printed as it is. Exits with 1 when a checked step
is missing.

    python -m stacks.reports.preflight --docs     writes docs/preflight.md: the steps of prod, and how each is looked up
"""

import sys
from collections.abc import Sequence

from stacks.environment import InvalidEnvironment
from stacks.reports.assembly import synthesized
from stacks.reports.ending import end
from stacks.reports.pages import TOP
from stacks.reports.preflight.page import page
from stacks.reports.preflight.report import account_here, report

FILE = TOP / "docs" / "preflight.md"
COMMITTED = "prod"


def main(arguments: Sequence[str]) -> int:
    """Print the list for the environment named by the one argument; 1 when a checked step is missing, else 0."""
    if len(arguments) != 1:
        print("usage: python -m stacks.reports.preflight ENV | --docs", file=sys.stderr)
        return 2
    if arguments[0] == "--docs":
        with synthesized(COMMITTED) as assembly:
            FILE.write_text(page(assembly))
        return 0
    try:
        with synthesized(arguments[0]) as assembly:
            clients, about = account_here(assembly.environment)
            text, missing = report(assembly, clients)
    except InvalidEnvironment as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{arguments[0]}: before the first deploy. {about}\n\n{text}")
    return 1 if missing else 0


if __name__ == "__main__":
    end(lambda: main(sys.argv[1:]))
