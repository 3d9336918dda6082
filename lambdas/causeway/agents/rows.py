"""Items of the table of runs, and their keys: the only place where these are made.

A run has a partition of its own, whose key begins with its owner, with these items: the run with its lease, and each of its steps.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from causeway.agents.recorded import Recorded
from causeway.agents.steps import AnyStep, read, written
from causeway.conversations.items import Item, is_live, number, text
from causeway.conversations.keys import Owner
from causeway.runtime.dependencies import Dependency
from causeway.runtime.tables import every_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    Clients = Callable[[str], DynamoDBClient]

META, STEP = "~run", "step#"
BY_OWNER, OWNER = "by-owner", "owner"  # the index of runs' own items, those of teams too; they alone have its key
FACTS = ("id", "agent", "session_id", "digest", "created_at")


class RunItem(TypedDict, total=False):
    """An item of an agent's run. run_key: tenant, user and run. item: `~run`, or `step#` with its number.

    owner: of the run's own item alone, for the index by owner. claim: names whoever works on the run, or did last.
    leased_until: seconds since 1970, until when nobody else may. idle: claims since the last step. steps: how many there are.
    Data class: restricted; item, expires_at, claim, leased_until, idle, steps: internal.
    """

    run_key: str
    item: str
    owner: str
    content: str
    expires_at: int
    claim: str
    leased_until: int
    idle: int
    steps: int


def partition(owner: Owner, run_id: str) -> str:
    """No other owner's run can be named from here, whatever the id says: an owner's key has one `#`, and an id none."""
    return f"{owner.key}#{run_id}"


def every_row(clients: "Clients", table: str, dependency: Dependency, owner: Owner, run_id: str) -> Iterator[Item]:
    """The items of a run's partition, as they are now. clients: the client that reaches the rows of a tenant."""
    asked: Any = {
        "TableName": table,
        "KeyConditionExpression": "run_key = :run",
        "ExpressionAttributeValues": {":run": text(partition(owner, run_id))},
        "ConsistentRead": True,
    }
    return every_item(lambda start: dependency.call(lambda: clients(owner.tenant).query(**asked, **start)))


def key(run: Recorded, item: str) -> dict[str, Any]:
    return {"run_key": text(partition(run.owner, run.id)), "item": text(item)}


def meta_item(run: Recorded) -> dict[str, Any]:
    facts = {name: getattr(run, name) for name in FACTS} | {"owner": vars(run.owner)}
    kept = {OWNER: text(run.owner.key), "expires_at": number(run.expires_at)}
    return {**key(run, META), "content": text(json.dumps(facts)), **lease(run), **kept}


def lease(run: Recorded) -> dict[str, Any]:
    """What changes of the run's own item: who works on it, until when, and how many steps there are."""
    counts = {"leased_until": run.leased_until, "idle": run.idle, "steps": len(run.steps)}
    return {"claim": text(run.claim), **{name: number(value) for name, value in counts.items()}}


def step_items(run: Recorded, known: int) -> list[dict[str, Any]]:
    """Those after the first `known`."""
    return [_step_item(run, at, step) for at, step in enumerate(run.steps[known:], start=known + 1)]


def _step_item(run: Recorded, at: int, step: AnyStep) -> dict[str, Any]:
    content = {"content": text(written(step)), "claim": text(run.claim), "expires_at": number(run.expires_at)}
    return {**key(run, f"{STEP}{at:05d}"), **content}


def run_of(items: Iterable[Item]) -> Recorded | None:
    """None without an item of a run that is live."""
    live = {item["item"]["S"]: item for item in items if is_live(item)}
    meta = live.pop(META, None)
    return _run(meta, [live[name] for name in sorted(live)]) if meta else None


def _run(meta: Item, steps: Sequence[Item]) -> Recorded:
    facts = json.loads(meta["content"]["S"])
    return Recorded(
        **{**facts, "owner": Owner(**facts["owner"])},
        steps=[read(item["content"]["S"]) for item in steps],
        claim=meta["claim"]["S"],
        leased_until=int(meta["leased_until"]["N"]),
        idle=int(meta["idle"]["N"]),
    )
