"""`python -m stacks.reports.comply ENV`: the rule packs over one environment, as a security reviewer wants to see them.

Exits with 1 when a finding is open, when a pack is not registered, when the packs were shown another number of resources than the
templates hold, or when an acknowledgment answers no finding or says what is not so in the environment.
"""

import sys
from collections.abc import Sequence

from stacks.environment import InvalidEnvironment
from stacks.reports.comply.report import report
from stacks.reports.comply.review import review


def main(arguments: Sequence[str]) -> int:
    """Print the review of the environment named by the one argument; 0 when nothing is open, else 1."""
    if len(arguments) != 1:
        print("usage: python -m stacks.reports.comply ENV", file=sys.stderr)
        return 2
    try:
        reviewed = review(arguments[0])
    except InvalidEnvironment as error:
        print(error, file=sys.stderr)
        return 1
    print(report(reviewed))
    return 1 if reviewed.open or reviewed.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
