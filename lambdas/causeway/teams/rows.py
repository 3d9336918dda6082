"""Items of teams' runs in the table of runs: the run itself, and each piece of work. The only place where they are made.

They are in the partition of a run as agents have it (`agents.rows`), under names of their own.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, TypedDict

from causeway.agents.rows import OWNER, partition
from causeway.agents.run import Spent
from causeway.conversations.items import Item, is_live, number, text
from causeway.conversations.keys import Owner
from causeway.teams.run import Piece, TeamRun

META, PIECE = "~team", "piece#"
FACTS = ("id", "team", "task", "created_at", "digest", "session_id", "execution", "context", "needs_approval")


class TeamItem(TypedDict, total=False):
    """An item of a team's run. run_key: tenant, user and run. item: `~team`, or `piece#` with the piece's key.

    owner: of the run's own item alone, for the index by owner. state: of the run or the piece. ending: why it ended, and the outcome.
    Data class: restricted; item, state, expires_at: internal.
    """

    run_key: str
    item: str
    owner: str
    content: str
    state: str
    ending: str
    expires_at: int


def key(owner: Owner, run_id: str, item: str) -> dict[str, Any]:
    return {"run_key": text(partition(owner, run_id)), "item": text(item)}


def meta_item(run: TeamRun) -> dict[str, Any]:
    facts = {name: getattr(run, name) for name in FACTS} | {"owner": vars(run.owner)}
    return {
        **key(run.owner, run.id, META),
        "content": text(_written(facts)),
        OWNER: text(run.owner.key),
        "state": text(run.state),
        "expires_at": number(run.expires_at),
    }


def ended(state: str, stopped: str, outcome: Mapping[str, Any] | None) -> dict[str, Any]:
    """What changes of the run's own item at its end, by the names of an update's values."""
    return {":state": text(state), ":ending": text(_written({"stopped": stopped, "outcome": outcome}))}


def piece_item(run: TeamRun, piece: Piece) -> dict[str, Any]:
    """state: an attribute of its own, on which writes are conditional."""
    content = {"content": text(_written(asdict(piece))), "state": text(piece.state)}
    return {**key(run.owner, run.id, f"{PIECE}{piece.key}"), **content, "expires_at": number(run.expires_at)}


def run_of(items: Iterable[Item]) -> TeamRun | None:
    """None without an item of a team's run that is live."""
    live = {item["item"]["S"]: item for item in items if is_live(item)}
    meta = live.get(META)
    if meta is None:
        return None
    pieces = [_piece(item) for name, item in live.items() if name.startswith(PIECE)]
    facts, ending = json.loads(meta["content"]["S"]), json.loads(meta.get("ending", text("{}"))["S"])
    return TeamRun(
        **{**facts, "owner": Owner(**facts["owner"]), **ending},
        state=meta["state"]["S"],
        pieces=sorted(pieces, key=lambda piece: (piece.started_at, piece.key)),
    )


def _piece(item: Item) -> Piece:
    facts = json.loads(item["content"]["S"])
    return Piece(**{**facts, "spent": Spent(**facts["spent"])})


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
