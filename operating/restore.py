"""Bring back rows that a table has lost, or a table that is gone.

    python -m operating.restore

Without TABLE it lists the tables. TABLE names one, AT the moment whose rows are wanted (ISO 8601, in UTC if it names no zone; the latest
one without), BACKUP the ARN of a backup in place of a moment, ENV the environment (local without). A table that is there gets the rows
that it had then and lacks now; no row that is there is changed. One that is gone is made anew under its name from its newest backup, and
set as its template says. In a real account GO=1 does what is only shown without it. docs/operations/recovery.md says when to use it.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime

from local.console import Trouble, command, counted
from local.switches import is_on
from operating.account import Account, account
from operating.restoring import Backups, Copied, copy_missing, set_up
from operating.tables import Table, tables


def main(environ: Mapping[str, str] = os.environ) -> int:
    where = account()
    known, backups = tables(where), Backups(where.client("dynamodb"))
    name, at, backup = (environ.get(each, "").strip() for each in ("TABLE", "AT", "BACKUP"))
    if not name:
        print("\n".join(f"  {each.name:32} {backups.state(each.physical)}" for each in known.values()))
        return 0
    if name not in known:
        raise Trouble(f"TABLE={name} is no table of {where.environment}. There are: {', '.join(known)}.")
    if at and backup:
        raise Trouble("Give AT or BACKUP, not both: either says which rows are wanted.")
    table, moment = known[name], moment_of(at)
    lost = not backups.exists(table.physical)
    if lost and at:
        raise Trouble(f"{name} is gone: it comes back as it was when it was deleted, or as BACKUP=arn has it. Leave AT out.")
    print(f"{where.environment} ({where.where}): {'make ' + name + ' anew' if lost else 'bring rows of ' + name + ' back'}")
    if where.is_real and not is_on("GO"):
        print("Nothing is done yet: repeat the command with GO=1.")
        return 0
    if lost:
        remake(table, backups, backup, where)
    else:
        print(told(bring_back(table, backups, backup, moment)))
    return 0


def moment_of(at: str) -> datetime | None:
    """Raises Trouble for what is no moment, or one to come."""
    if not at:
        return None
    try:
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise Trouble(f"AT={at} is no moment: write it as in 2026-11-27T10:15:00.") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment > datetime.now(UTC):
        raise Trouble(f"AT={at} is yet to come; it is {datetime.now(UTC):%Y-%m-%dT%H:%M} in UTC.")
    return moment


def bring_back(table: Table, backups: Backups, backup: str, moment: datetime | None) -> Copied:
    """By a table beside it, which is deleted again. A command that was broken off goes on, as far as it names the same moment."""
    beside = backups.beside(table.physical, backup, moment)
    print(f"The rows of then are in {beside}; copying what {table.name} lacks.")
    copied = copy_missing(backups.client, beside, table.physical, table.properties.get("TimeToLiveSpecification", {}).get("AttributeName"))
    backups.client.delete_table(TableName=beside)
    return copied


def told(copied: Copied) -> str:
    there = f"{counted(copied.there, 'row')} had not been lost"
    expired = f", {counted(copied.expired, 'row')} expired meanwhile" if copied.expired else ""
    return f"{counted(copied.restored, 'row')} brought back; {there}{expired}. What users deleted since then is among them: erase it again."


def remake(table: Table, backups: Backups, backup: str, where: Account) -> None:
    key = backups.remake(table.physical, backup)
    region = backups.client.meta.region_name
    set_up(backups.client, table, region, key)
    print(f"{table.name} is there again, with {counted(backups.rows(table.physical), 'row')}.")
    for other in table.elsewhere(region):
        print(f"Its copy in {other} is no longer kept up: docs/operations/recovery.md says how it is made again.")
    if "StreamSpecification" in table.properties:
        print("Its stream has another address: whoever read the former one reads nothing (docs/operations/recovery.md).")


if __name__ == "__main__":
    command(main)
