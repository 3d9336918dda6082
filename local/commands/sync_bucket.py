"""Make documents of a tenant the same as the objects below a prefix of a bucket, by the state machine that does it in AWS.

    python -m local.commands.sync_bucket BUCKET [PREFIX]

PREFIX ends with a slash; without it, it is the whole bucket. TENANT names the tenant, by default that of the user whom AS names.
DRY=1 lists what would be done. FORCE=1 deletes also when the source is empty, or when most of it is gone.
Exit status 1 when too much would have been deleted.
"""

import os
import sys
from datetime import datetime

from local import places
from local.app import holdings
from local.app.bucket_syncs import Run, Wanted, changes, reasons, summary
from local.app.domain import asking, current
from local.console import Console, Trouble, command
from local.switches import is_on

SHOWN = 20


def main() -> int:
    bucket, prefix = (*sys.argv[1:], "", "")[:2]
    wanted = Wanted(bucket, prefix, tenant(), is_on("DRY"), is_on("FORCE"))
    if os.environ.get("FOLDER"):
        raise Trouble("Give FOLDER or BUCKET, not both.")
    if prefix and not prefix.endswith("/"):
        raise Trouble(f"PREFIX={prefix}: end it with a slash, or what begins the same beside it is mirrored, too.")
    console, run = Console(), Run(wanted)
    with console.step(f"Mirroring {bucket}/{prefix} as documents of {wanted.tenant}") as note:
        result = run.follow(note)
    console.say(f"  {summary(result)}")
    rows = list(changes(result))
    for row in [*rows[:SHOWN], *reasons(result["skipped"])]:
        console.say(f"  {row}")
    if len(rows) > SHOWN:
        file = places.LOGS / f"sync-{datetime.now():%Y%m%d-%H%M%S}.txt"
        holdings.write(file, iter(rows))
        console.say(f"  and {len(rows) - SHOWN:,} more; all of them: {file}")
    return ended(console, result)


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
    console.say("  what was copied is being read: make documents shows how far it is")
    return 0


if __name__ == "__main__":
    command(main)
