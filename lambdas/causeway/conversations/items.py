"""Items of the two tables: what keys and conditions need as attributes, the rest as one JSON text."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypedDict

from causeway.conversations.conversation import Conversation, Message, Summary
from causeway.conversations.keys import META, SUMMARY, TURN, Owner

Item = Mapping[str, Any]


class MemoryItem(TypedDict, total=False):
    """An item of the table of conversations; only META items have more than the first four attributes.

    conversation: tenant, user and conversation; or tenant and user with what is kept beside conversations.
    item: which one of the partition, such as `~meta` or `turn#00000001`. turns: how many there have been.
    key: by which audit records hash the conversation's words. archived: number of the last turn in the archive.
    archive_shard, archive_due: keys of the index of what is to be archived; the second in seconds since 1970.
    Data class: restricted; item, expires_at, version, turns, created_at, updated_at, archived, archive_shard, archive_due: internal.
    """

    conversation: str
    item: str
    content: str
    expires_at: int
    version: int
    turns: int
    created_at: str
    updated_at: str
    key: str
    archived: int
    archive_shard: str
    archive_due: int


class SessionItem(TypedDict, total=False):
    """A row of the table of sessions: a conversation in the list of its user, or how often a user has asked in a minute.

    owner: tenant and user; with one part more for the counts. session_id: id of the conversation, or the minute.
    title: the beginning of its first question. state: `open`, or `erasing`. turns: how many there have been.
    open_until: seconds since 1970, until when it can be gone on with. asked: questions of the minute.
    Data class: restricted; session_id, state, turns, created_at, updated_at, open_until, asked, expires_at: internal.
    """

    owner: str
    session_id: str
    title: str
    state: str
    turns: int
    created_at: str
    updated_at: str
    open_until: int
    asked: int
    expires_at: int


def text(value: str) -> dict[str, str]:
    return {"S": value}


def number(value: int) -> dict[str, str]:
    return {"N": str(value)}


def packed(content: Message | Summary) -> dict[str, str]:
    return text(json.dumps(asdict(content), ensure_ascii=False, separators=(",", ":")))


def expiry(hours: float) -> dict[str, str]:
    """In seconds since the epoch, as DynamoDB wants it."""
    return number(int(time.time() + hours * 3600))


def is_live(item: Item) -> bool:
    """DynamoDB deletes what has expired late, by days at times."""
    return int(item["expires_at"]["N"]) > time.time()


def item_key(owner: Owner, session_id: str, item: str) -> dict[str, Any]:
    """In the table of memory."""
    return {"conversation": text(owner.conversation(session_id)), "item": text(item)}


def session_key(owner: Owner, session_id: str) -> dict[str, Any]:
    """In the table of sessions."""
    return {"owner": text(owner.key), "session_id": text(session_id)}


def conversation_of(session_id: str, items: Sequence[Item]) -> Conversation | None:
    """None without a META item that is live."""
    live = {item["item"]["S"]: item for item in items if is_live(item)}
    meta = live.get(META)
    if meta is None:
        return None
    return Conversation(
        session_id=session_id,
        version=int(meta["version"]["N"]),
        count=int(meta["turns"]["N"]),
        turns={int(key.removeprefix(TURN)): message_of(item) for key, item in live.items() if key.startswith(TURN)},
        key=meta.get("key", text(""))["S"],
        archived=int(meta.get("archived", number(0))["N"]),
        summary=Summary(**json.loads(live[SUMMARY]["content"]["S"])) if SUMMARY in live else Summary(),
    )


def message_of(item: Item) -> Message:
    return Message(**json.loads(item["content"]["S"]))
