"""Make the documents of a user's tenant the same as a local folder: new, changed, renamed and deleted files.

    python -m local.commands.sync FOLDER

Only documents that an earlier sync of this folder has added, or has found in both, are ever deleted.
AS names the sample user. DRY=1 lists what would be done. AGAIN=1 uploads also what is unchanged, or was refused as it is.
FORCE=1 deletes also when the folder is empty or missing, or when most of its files are gone.
Exit status as of `make add`.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from local import places
from local.app import holdings, results
from local.app.adding import Adding
from local.app.crew import Crew
from local.app.domain import asking
from local.app.journal import Journal
from local.app.mirror import Plan, planned, refuse_many_deletions
from local.app.people import Person, sign_in
from local.app.selection import Selection, selected
from local.app.synced import Synced
from local.app.uploads import Library, Outcome, Record
from local.commands.add import cut_off, exit_status, report
from local.console import Console, Trouble, command, counted
from local.switches import is_on

SHOWN = 20  # changes that are listed on the terminal
AT_ONCE = 4


def main() -> int:
    if len(sys.argv) < 2 or not sys.argv[1]:
        raise Trouble("Give a folder: make sync FOLDER=path")
    folder = Path(sys.argv[1]).expanduser().absolute()
    person, console = sign_in(asking()), Console()
    synced = Synced(person, folder)
    with synced.alone():
        selection = files_of(folder, person, len(synced.known), force=is_on("FORCE"))
        with console.step(f"Comparing {results.plain(folder.name)} with the documents of {person.tenant}"):
            plan = planned(folder, selection.uploads, Library(person).records().values(), synced, is_on("AGAIN"))
        show(console, plan)
        if not is_on("FORCE"):
            refuse_many_deletions(plan, len(synced.known))
        if is_on("DRY"):
            console.say("  DRY=1: nothing was changed")
            return 0
        return carry_out(console, person, folder, plan, selection, synced)


def files_of(folder: Path, person: Person, known: int, force: bool) -> Selection:
    """The folder's files. Raises Trouble for a folder that is missing or has no file to upload, which may be a disk that is away."""
    if folder.exists() and not folder.is_dir():
        raise Trouble(f"{folder} is a file; make sync takes a folder, make add a file.")
    there = Selection()
    with suppress(Trouble):  # of a folder without files
        there = selected(folder, person)
    if not there.uploads and not force:
        what = "has no file that is read" if folder.exists() else "does not exist"
        rest = f"FORCE=1 deletes the {counted(known, 'document')} that earlier syncs of it have added." if known else "Nothing was changed."
        raise Trouble(f"{folder} {what}. {rest}")
    return there


def carry_out(console: Console, person: Person, folder: Path, plan: Plan, selection: Selection, synced: Synced) -> int:
    """Uploads come first: a renamed document can be found all the time, under one name or the other."""
    synced.intend(plan.contents)
    adding = Adding(plan.uploads, again=is_on("AGAIN"), journal=Journal(person, folder))
    outcomes: list[Outcome] = []
    try:
        if plan.uploads:
            with console.step(f"Adding {counted(len(plan.uploads), 'document')} for {person.name} of {person.tenant}") as note:
                adding.hear = lambda progress: note(str(progress))
                outcomes = adding.run()
    except (KeyboardInterrupt, Trouble):
        console.say(f"  {cut_off(adding.progress)}")
        raise
    if outcomes or selection.skipped:
        report(console, outcomes, selection)
    synced.settle(
        {each.upload.kept_as for each in outcomes if each.is_searchable or each.is_duplicate} | {each.kept_as for each in plan.unchanged}
    )
    if plan.deletions:
        delete(console, person, deletable(plan, outcomes), synced)
    synced.forget(plan.over)
    return exit_status(outcomes, selection, is_on("STRICT"))


def deletable(plan: Plan, outcomes: Sequence[Outcome]) -> list[str]:
    """Names of documents whose files are gone; of renamed ones only where the document can be found under its new name, or will be once
    the former one is gone, as a duplicate of it.
    """
    found = {each.upload for each in outcomes if each.is_searchable or each.is_duplicate}
    return [*plan.gone, *(former for former, upload in plan.renamed if upload in found)]


def delete(console: Console, person: Person, names: Sequence[str], synced: Synced) -> None:
    """Deletes what is still as a sync has left it."""
    library, crew = Library(person), Crew[str](AT_ONCE)
    there = {record["name"]: record for record in library.records().values()}
    ours = [there[name] for name in names if name in there and synced.holds(name, there[name]["content_hash"])]
    gone: list[str] = []
    with console.step(f"Deleting {counted(len(ours), 'document')}") as note:
        for record in ours:
            crew.give(lambda record=record: _removed(library, record))  # type: ignore[misc]
        for name in crew.rest(len(ours)):
            gone.append(name)
            note(f"{len(gone):,} of {len(ours):,}")
    synced.forget(gone)


def _removed(library: Library, record: Record) -> str:
    library.remove(record["document_id"])
    return str(record["name"])


def show(console: Console, plan: Plan) -> None:
    console.say(f"  {summary(plan)}")
    rows = list(changes(plan))
    for row in rows[:SHOWN]:
        console.say(f"  {row}")
    if len(rows) > SHOWN:
        file = places.LOGS / f"sync-{datetime.now():%Y%m%d-%H%M%S}.txt"
        holdings.write(file, iter(rows))
        console.say(f"  and {len(rows) - SHOWN:,} more; all of them: {file}")


def summary(plan: Plan) -> str:
    counts = {
        "new": len(plan.new),
        "changed": len(plan.changed),
        "renamed": len(plan.renamed),
        "deleted": len(plan.gone),
        "unchanged": len(plan.unchanged),
    }
    parts = [f"{count:,} {what}" for what, count in counts.items()]
    if plan.refused:
        parts.append(f"{len(plan.refused):,} refused before as they are (AGAIN=1 adds them again)")
    if plan.strangers:
        parts.append(f"{counted(plan.strangers, 'other document')} left alone")
    return ", ".join(parts)


def changes(plan: Plan) -> Iterator[str]:
    yield from (f"+ {results.plain(each.name)}" for each in plan.new)
    yield from (f"~ {results.plain(each.name)}" for each in plan.changed)
    yield from (f"> {results.plain(former)} is now {results.plain(upload.name)}" for former, upload in plan.renamed)
    yield from (f"- {results.plain(name)}" for name in plan.gone)
    yield from (f"! {results.plain(name)} stays: {why}" for name, why in plan.kept)


if __name__ == "__main__":
    command(main)
