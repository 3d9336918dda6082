"""Make documents of a tenant the same as the objects below a prefix of a bucket, by the state machine that does it in AWS.

    python -m local.commands.sync_bucket BUCKET [PREFIX]

PREFIX ends with a slash; without it, it is the whole bucket. TENANT names the tenant, by default that of the user whom AS names.
DRY=1 lists what would be done. FORCE=1 deletes also when the source is empty, or when most of it is gone.
It waits until what was copied can be searched. After Ctrl-C the machine goes on, and the same command goes on watching.
Exit status 1 when too much would have been deleted, or a document failed on our side.
"""

import os
import sys
from contextlib import suppress
from datetime import datetime

from local import places
from local.app import holdings
from local.app.brought import Brought, brought_by, watching
from local.app.bucket_syncs import Run, Wanted, changes, reasons, summary
from local.app.domain import asking, current
from local.app.selection import Selection
from local.commands.add import exit_status, report
from local.console import Console, Trouble, command, counted
from local.switches import is_on

SHOWN = 20


def main() -> int:
    bucket, prefix = (*sys.argv[1:], "", "")[:2]
    wanted = Wanted(bucket, prefix, tenant(), is_on("DRY"), is_on("FORCE"))
    if os.environ.get("FOLDER"):
        raise Trouble("Give FOLDER or BUCKET, not both.")
    if prefix and not prefix.endswith("/"):
        raise Trouble(f"PREFIX={prefix}: end it with a slash, or what begins the same beside it is mirrored, too.")
    console, brought = Console(), Brought(wanted)
    if not wanted.dry:
        go_on(console, brought)
    run = Run.started(wanted)
    if not wanted.dry:
        brought.begun(run)
    with console.step(f"Mirroring {bucket}/{prefix} as documents of {wanted.tenant}") as note:
        result = run.follow(note)
    if not wanted.dry:
        brought.ended(run, brought_by(result))
    console.say(f"  {summary(result)}")
    rows = list(changes(result))
    for row in [*rows[:SHOWN], *reasons(result["skipped"])]:
        console.say(f"  {row}")
    if len(rows) > SHOWN:
        file = places.LOGS / f"sync-{datetime.now():%Y%m%d-%H%M%S}.txt"
        holdings.write(file, iter(rows))
        console.say(f"  and {len(rows) - SHOWN:,} more; all of them: {file}")
    status = 0 if wanted.dry else watch(console, wanted.tenant, brought)
    return ended(console, result) or status


def go_on(console: Console, brought: Brought) -> None:
    """Follows runs that were begun by the same command before, and not watched to their end."""
    for run in brought.left():
        with console.step("Waiting for the sync that was begun before") as note:
            with suppress(Trouble):  # it failed: what it has copied all the same is watched, and the rest is copied now
                run.follow(note)
            brought.ended(run, run.copied())


def watch(console: Console, tenant: str, brought: Brought) -> int:
    """Waits until all that was brought is settled; 1 if a document failed on our side."""
    if not brought.names:
        brought.close()
        return 0
    adding = watching(tenant, brought.names)
    try:
        with console.step(f"Reading {counted(adding.progress.total, 'document')} that were brought") as note:
            adding.hear = lambda progress: note(str(progress))
            outcomes = adding.run()
    except (KeyboardInterrupt, Trouble):
        left = adding.progress.total - len(adding.progress.outcomes)
        done = f"{adding.progress.searchable:,} of {counted(adding.progress.total, 'document')} can be searched by now"
        console.say(f"  {done}; {left:,} are still being read, which goes on without this command. The same command goes on watching.")
        raise
    brought.close()
    report(console, outcomes, Selection())
    return exit_status(outcomes, Selection(), is_on("STRICT"))


def tenant() -> str:
    """Raises Trouble that lists the domain's tenants for another one."""
    chosen = os.environ.get("TENANT") or asking().tenant
    if chosen not in current().tenants:
        raise Trouble(f"TENANT={chosen} is none of {current().folder.name}: it is one of {', '.join(sorted(current().tenants))}.")
    return chosen


def ended(console: Console, result: dict[str, object]) -> int:
    if result["dry"]:
        console.say("  DRY=1: nothing was changed")
        return 0
    if result["refused"]:
        raise Trouble("All or most of what this source has brought would be deleted, and nothing was. If that is meant, give FORCE=1.")
    return 0


if __name__ == "__main__":
    command(main)
