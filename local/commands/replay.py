"""A recorded run of an agent, played again: model and tools from the record; prompt, tool schemas, loop and policies as they are now.

    python -m local.commands.replay

RUN is the id of a run of the local deployment, or a file that holds one: what SAVE=file.json wrote, or `aws dynamodb query` printed.
A file needs no local AWS. DOMAIN names the domain; without it, the one of `make up`. MODEL is the URL of a server of chat completions, or
the name of a model of the server at CAUSEWAY_CHAT_URL or of the local one: that model is asked anew in place of the recorded one.
Prints the first difference and ends with 1, or one line and 0. Of a run of the local deployment that has ended, the audit record is
compared too; AUDIT is the file of one, KEY the key of its conversation (64 hexadecimal digits), for a run from a file.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaluation.replay import audited, saved
from evaluation.replay.replay import Replayed, replayed, todays
from local import settings
from local.app import audits
from local.app.aws import client, parameter
from local.app.completions import acting_model
from local.app.domain import current, named
from local.console import Trouble, command, counted
from local.servers.foreign import CHAT, CHAT_KEY, CHAT_MODEL

if TYPE_CHECKING:
    from causeway.agents.domain import AgentDomain
    from causeway.agents.recorded import Recorded
    from causeway.models.acting import ActingModel

RUN_ID = re.compile(r"[0-9a-f]{32}")
TABLE = "data/agent-runs-table"


def main(environ: Mapping[str, str] = os.environ) -> int:
    run = recorded(environ.get("RUN", ""), environ.get("SAVE", ""))
    wanted = environ.get("MODEL", "")
    found = replayed(run, domain(environ.get("DOMAIN", "")), anew(wanted, environ) if wanted else None)
    agrees, lines = audit(run, environ)
    print("\n".join((*report(run, found, wanted), *lines)))
    return 0 if found.difference is None and agrees else 1


def audit(run: "Recorded", environ: Mapping[str, str]) -> tuple[bool, Sequence[str]]:
    """Whether the audit record is of the run, and what to print of it. Raises Trouble for a file that holds none."""
    if file := environ.get("AUDIT", ""):
        try:
            record, key = json.loads(Path(file).read_text(encoding="utf-8")), environ.get("KEY", "") or run.progress.begun.key
            return audited.shown(run, key, record)
        except (OSError, ValueError) as wrong:
            raise Trouble(f"AUDIT={file} is no audit record, or KEY is no key: {wrong}") from wrong
    if not RUN_ID.fullmatch(environ.get("RUN", "")) or not run.progress.ended:
        return True, ()
    kept = audits.stored(run)
    return audited.shown(run, audits.key_of(run), kept) if kept else (True, ["its audit record is not written yet"])


def report(run: "Recorded", found: Replayed, model: str = "") -> Iterator[str]:
    """What to print. model: that was asked anew, "" for none."""
    if found.difference:
        yield f"run {run.id} differs from its record"
        yield from found.difference.lines()
        return
    requests = counted(found.requests, "request") + " to the model"
    if model:
        yield f"run {run.id}: {model} decides as recorded, {requests}"
        return
    unproved = f"; {found.unproved} of them were recorded without what was sent" if found.unproved else ""
    yield f"run {run.id} is identical: {counted(found.steps, 'step')}, {requests}{unproved}"


def recorded(run: str, save: str = "") -> "Recorded":
    """run: an id, or the name of a file. save: the file to write the record to, "" for none. Raises Trouble."""
    if not RUN_ID.fullmatch(run):
        return _of_file(run)
    items = _items(run)
    found = saved.run_of(items)
    if found is None:
        raise Trouble(
            f"The local deployment has no run {run}. Runs are kept for 7 days; `/run` in make chat AGENT=... shows the last one's id."
        )
    if save:
        Path(save).write_text(saved.written(items), encoding="utf-8")
        print(f"The record is saved: make replay RUN={save}")
    return found


def _of_file(name: str) -> "Recorded":
    if not name:
        raise Trouble("Say which run: make replay RUN=id, or RUN=file.json")
    try:
        return saved.read(Path(name))
    except FileNotFoundError as missing:
        raise Trouble(f"RUN={name} is neither the id of a run (32 hexadecimal digits) nor a file.") from missing
    except (OSError, ValueError) as wrong:
        raise Trouble(str(wrong)) from wrong


def _items(run_id: str) -> list[Any]:
    """Of whoever the run is: an operator reads the laptop's table as a whole."""
    pages = (
        client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=parameter(TABLE),
            FilterExpression="contains(run_key, :run)",
            ExpressionAttributeValues={":run": {"S": f"#{run_id}"}},
            ConsistentRead=True,
        )
    )
    items = [item for page in pages for item in page["Items"]]
    return sorted((item for item in items if item["run_key"]["S"].endswith(f"#{run_id}")), key=lambda item: str(item["item"]["S"]))


def domain(name: str) -> "AgentDomain":
    """Raises Trouble for a domain that there is not, or whose agents, tools and policies do not fit each other."""
    chosen = named(name) if name else current()
    try:
        return todays(chosen.folder.name)
    except ValueError as wrong:
        raise Trouble(str(wrong)) from wrong


def anew(model: str, environ: Mapping[str, str]) -> "ActingModel":
    """Raises Trouble when there is no server to ask."""
    if model.startswith(("http://", "https://")):
        return acting_model(model, environ.get(CHAT_KEY, ""), environ.get(CHAT_MODEL, "") or "default")
    url = environ.get(CHAT, "") or settings.read().chat_url
    if not url:
        raise Trouble(f"MODEL={model} needs a server: set {CHAT} to one that speaks OpenAI's chat completions, or run make up.")
    return acting_model(url, environ.get(CHAT_KEY, ""), model)


if __name__ == "__main__":
    command(main)
