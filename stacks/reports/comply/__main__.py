"""`python -m stacks.reports.comply ENV`: the rule packs over one environment, as a security reviewer wants to see them.

Exits with 1 when a finding is open, when a pack is not registered, when the packs were shown another number of resources than the
templates hold, when an acknowledgment answers no finding or says what is not so in the environment, or when packets can go where
`network.egress` does not declare it.
"""

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr

from stacks.environment import InvalidEnvironment
from stacks.reports.comply.report import report
from stacks.reports.comply.review import review


def main(arguments: Sequence[str]) -> int:
    """Print the review of the environment named by the one argument; 0 when nothing is open, else 1."""
    if len(arguments) != 1:
        print("usage: python -m stacks.reports.comply ENV", file=sys.stderr)
        return 2
    try:
        with without_warnings():
            reviewed = review(arguments[0])
    except InvalidEnvironment as error:
        print(error, file=sys.stderr)
        return 1
    print(report(reviewed))
    return 1 if reviewed.open or reviewed.faults or reviewed.egress.faults else 0


@contextmanager
def without_warnings() -> Iterator[None]:
    """Keep what synthesis writes to standard error, and show it only if synthesis fails.

    One of the two syntheses leaves every acknowledgment aside, so the CDK warns of what the report counts as acknowledged.
    """
    written = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    try:
        with redirect_stderr(written):
            yield
    except Exception:
        written.seek(0)
        sys.stderr.write(written.read())
        raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
