"""The rule packs over one environment, as a security reviewer wants to see them.

    python -m stacks.reports.comply ENV             (make comply ENV=...)
    python -m stacks.reports.comply --hash FILE     the hash of a template, as the page has it of each stack

Writes build/compliance/ENV.html, ENV.json and ENV.md. Exits with 1 when a finding is open, when a pack is not registered, when the packs
were shown another number of resources than the templates hold, when an acknowledgment answers no finding, says what is not so in the
environment or has a reason that nobody has looked at in time, when neither a rule nor a test looks at a type of resource, when packets
can go where `network.egress` does not declare it, and when a template names a region that `residency` does not allow.
"""

import io
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from pathlib import Path

from stacks.environment import InvalidEnvironment
from stacks.reports.comply.dossier import dossier, fingerprint
from stacks.reports.comply.page import as_json, markdown, page
from stacks.reports.comply.report import report
from stacks.reports.comply.review import Review, review
from stacks.reports.ending import end
from stacks.reports.pages import write
from stacks.reports.templates import UNREADABLE


def main(arguments: Sequence[str]) -> int:
    """Report on the environment named by the one argument; 0 when nothing is open, else 1."""
    match arguments:
        case ["--hash", file]:
            print(fingerprint(json.loads(Path(file).read_text())))
            return 0
        case [environment]:
            return _report(environment)
    print("usage: python -m stacks.reports.comply ENV | --hash FILE", file=sys.stderr)
    return 2


def _report(environment: str) -> int:
    try:
        with without_warnings():
            reviewed = review(environment)
    except InvalidEnvironment as error:
        print(error, file=sys.stderr)
        return 1
    return told(reviewed)


def told(reviewed: Review) -> int:
    """Print a review and write its page; 0 when nothing is open, else 1, as when the templates cannot be read."""
    try:
        made = dossier(reviewed)
        texts = {"html": page(made), "json": as_json(made), "md": markdown(made)}
    except UNREADABLE as error:
        print(f"This review proves nothing: it cannot read the templates: {type(error).__name__} {error}", file=sys.stderr)
        return 1
    files = write("compliance", reviewed.environment, texts)
    print(report(made))
    print(f"\n{files[0]} has every acknowledgment, control, role and key; {' and '.join(files[1:])} say the same")
    return 1 if made.review.open or made.faults or made.review.egress.faults else 0


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
    end(lambda: main(sys.argv[1:]))
