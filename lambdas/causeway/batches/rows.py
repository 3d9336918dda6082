"""Items of the table of batches, and their keys: the only place where these are made.

A batch has a partition of its own, whose key begins with its owner, with these items: the batch, blocks of questions as they were sent,
how far each question is, and each answer.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from causeway.batches.batch import Batch, Progress
from causeway.conversations.items import Item, is_live, number, text
from causeway.conversations.keys import Owner

META, BLOCK, PROGRESS, ANSWER = "~batch", "block#", "progress#", "answer#"
BLOCK_SIZE = 25
BY_OWNER, OWNER = "by-owner", "owner"  # the index of META items, which alone have its key
FACTS = ("id", "priority", "total", "created_at", "deadline_at", "digest")


class BatchItem(TypedDict, total=False):
    """batch_key: tenant, user and batch. item: `~batch`, or a block, the progress or the answer of a number.

    owner: of the batch itself alone, for the index by owner. is_queued: every question has been put into the queue.
    is_cancelled: no further question is begun. claim: names the attempt.
    Data class: restricted; item, expires_at, is_queued, is_cancelled, version, claim: internal.
    """

    batch_key: str
    item: str
    owner: str
    content: str
    expires_at: int
    is_queued: bool
    is_cancelled: bool
    version: int
    claim: str


def partition(owner: Owner, batch_id: str) -> str:
    """No other owner's batch can be named from here, whatever the id says: an owner's key has one `#`, and an id none."""
    return f"{owner.key}#{batch_id}"


def key(batch: Batch, item: str) -> dict[str, Any]:
    return {"batch_key": text(partition(batch.owner, batch.id)), "item": text(item)}


def numbered(kind: str, count: int) -> str:
    return f"{kind}{count:05d}"


def number_of(item: Item) -> int:
    return int(item["item"]["S"].rpartition("#")[2])


def block_of(question: int) -> int:
    return (question - 1) // BLOCK_SIZE


def items_of(batch: Batch, blocks: Sequence[str]) -> list[dict[str, Any]]:
    """The batch itself first, then its blocks."""
    facts = {name: getattr(batch, name) for name in FACTS} | vars(batch.owner)
    meta = {
        **_kept(batch, META),
        OWNER: text(batch.owner.key),
        "content": text(json.dumps(facts)),
        "is_queued": {"BOOL": False},
        "is_cancelled": {"BOOL": False},
    }
    return [meta, *({**_kept(batch, numbered(BLOCK, n)), "content": text(block)} for n, block in enumerate(blocks))]


def batch_of(item: Item | None) -> Batch | None:
    """None without an item that is live."""
    if not item or not is_live(item):
        return None
    facts = json.loads(item["content"]["S"])
    owner = Owner(facts.pop("tenant"), facts.pop("user"), facts.pop("name", ""))
    return Batch(**facts, owner=owner, is_queued=item["is_queued"]["BOOL"], is_cancelled=item["is_cancelled"]["BOOL"])


def progress_item(batch: Batch, progress: Progress) -> dict[str, Any]:
    content = {name: value for name, value in vars(progress).items() if name not in ("version", "claim")}
    named = {"version": number(progress.version), "claim": text(progress.claim)}
    return {**_kept(batch, numbered(PROGRESS, progress.number)), **named, "content": text(json.dumps(content))}


def progress_of(item: Mapping[str, Any]) -> Progress:
    return Progress(**json.loads(item["content"]["S"]), version=int(item["version"]["N"]), claim=item["claim"]["S"])


def answer_item(batch: Batch, question: int, answer: str) -> dict[str, Any]:
    return {**_kept(batch, numbered(ANSWER, question)), "content": text(answer)}


def _kept(batch: Batch, item: str) -> dict[str, Any]:
    return {**key(batch, item), "expires_at": number(batch.expires_at)}
