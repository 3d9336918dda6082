"""Add a file, or every file of a folder, to the local deployment and wait until it can be asked about.

    python -m local.commands.add PATH

AS names the sample user who adds it. AGAIN=1 adds also what is there already, unchanged.
Exit status 1 when a document failed on our side; with STRICT=1 also when one was refused, skipped as not read, or read in part.
"""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from local import places
from local.app import results
from local.app.adding import Adding
from local.app.domain import asking
from local.app.journal import Journal
from local.app.people import sign_in
from local.app.progress import Progress
from local.app.selection import NOT_READ, Selection, read_endings, selected
from local.app.uploads import Outcome
from local.console import Console, Trouble, command
from local.switches import is_on


def main() -> int:
    if len(sys.argv) < 2 or not sys.argv[1]:
        raise Trouble("Give a file or a folder: make add FILE=path")
    path = Path(sys.argv[1]).expanduser()
    strict, again = is_on("STRICT"), is_on("AGAIN")
    person, console = sign_in(asking()), Console()
    selection = selected(path, person)
    adding = Adding(selection.uploads, again=again, journal=Journal(person, path))
    try:
        with console.step(f"Adding {results.plain(path.resolve().name)} for {person.name} of {person.tenant}") as note:
            adding.hear = lambda progress: note(str(progress))
            outcomes = adding.run()
    except (KeyboardInterrupt, Trouble):
        console.say(f"  {cut_off(adding.progress)}")
        raise
    report(console, outcomes, selection)
    return exit_status(outcomes, selection, strict)


def cut_off(progress: Progress) -> str:
    """What is done so far, and how to continue."""
    rest = progress.total - progress.uploaded
    done = f"{progress.uploaded} of {progress.total} were uploaded, {progress.searchable} of them can be asked about by now"
    going_on = f"{len(progress.waiting)} more are still being read; that goes on without this command" if progress.waiting else ""
    again = f"the same command adds the other {rest}, and skips what is there already" if rest else ""
    return "; ".join(part for part in (done, going_on, again) if part) + "."


def report(console: Console, outcomes: Sequence[Outcome], selection: Selection) -> None:
    """The lines for the terminal, and where the full list is."""
    for line in results.lines(outcomes, selection.skipped):
        console.say(f"  {line}")
    if any(each.why == NOT_READ for each in selection.skipped):
        console.say(f"  formats that are read: {', '.join(read_endings())}")
    file = places.LOGS / f"add-{datetime.now():%Y%m%d-%H%M%S}.txt"
    if results.write_in_full(file, outcomes, selection.skipped):
        console.say(f"  each of them with its reason: {file}")


def exit_status(outcomes: Sequence[Outcome], selection: Selection, strict: bool) -> int:
    """1 for a fault on our side; when strict, also for anything that cannot be asked about completely."""
    incomplete = any(each.is_refused or each.state == "partial" for each in outcomes)
    unread = any(each.why == NOT_READ for each in selection.skipped)
    return 1 if results.failed(outcomes) or (strict and (incomplete or unread)) else 0


if __name__ == "__main__":
    command(main)
