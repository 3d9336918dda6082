"""Add a file, or every file of a folder, to the local deployment and wait until it can be asked about.

    python -m local.commands.add PATH

AS names the sample user who adds it; each document that cannot be asked about is named with its reason.
"""

import sys
from collections import Counter
from pathlib import Path

from local.app.people import sign_in
from local.app.uploads import Outcome, add, uploads_of
from local.commands.ask import default_user
from local.console import Console, Trouble, command

BAR = 24


def main() -> int:
    if len(sys.argv) < 2 or not sys.argv[1]:
        raise Trouble("Give a file or a folder: make add FILE=path")
    path = Path(sys.argv[1]).expanduser()
    if not path.exists():
        raise Trouble(f"{path} does not exist.")
    person, console = sign_in(default_user()), Console()
    with console.step(f"Adding {path.name} for {person.name} of {person.tenant}") as note:
        outcomes = add(uploads_of(path, person), lambda done, total: note(bar(done, total)))
    report(console, outcomes)
    return 0 if all(outcome.state == "ready" for outcome in outcomes) else 1


def bar(done: int, total: int) -> str:
    """A progress bar such as "######······ 3/6"."""
    filled = BAR * done // total
    return f"{'█' * filled}{'·' * (BAR - filled)} {done}/{total}"


def report(console: Console, outcomes: list[Outcome]) -> None:
    """How many can be asked about, and why the others cannot."""
    counts = Counter(outcome.state for outcome in outcomes)
    passages = sum(outcome.passages for outcome in outcomes)
    console.say(f"  can be asked about: {counts['ready']} of {len(outcomes)} documents, {passages} passages")
    for outcome in outcomes:
        if outcome.state != "ready":
            console.say(f"  ✗ {outcome.upload.name}: {outcome.reason or outcome.state}")


if __name__ == "__main__":
    command(main)
