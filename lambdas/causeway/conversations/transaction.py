"""The one transaction that writes a turn, its summary and what is known of the conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from causeway.conversations.conversation import Conversation, Message
from causeway.conversations.facts import News
from causeway.conversations.items import expiry, item_key, number, packed, session_key, text
from causeway.conversations.keys import META, SUMMARY, Owner, shard_of, turn_key
from causeway.runtime.tables import CHANGED, CONFLICT, transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TITLE_CHARACTERS = 80
OPEN, ERASING = "open", "erasing"  # states of a session
ARCHIVED_AFTER_HOURS = 6  # at the latest half of the shortest life of a turn


@dataclass(frozen=True)
class Lifetimes:
    """Hours after which each kind of item is no longer read. A session ends so long after its last turn.

    archive: of the conversation in the archive, and of its row in the list, after the last turn.
    of_intents: hours of a turn whose intent is named here, in place of `turn`.
    of_facts: hours of a fact about the user, by its kind; no fact of another kind is kept.
    """

    turn: int = 24
    summary: int = 72
    session: int = 30 * 24
    archive: int = 365 * 24
    of_intents: Mapping[str, int] = field(default_factory=dict)
    of_facts: Mapping[str, int] = field(default_factory=dict)

    def of(self, message: Message) -> int:
        """Of the turn that holds the message."""
        return self.of_intents.get(message.intent, self.turn)


@dataclass(frozen=True)
class Tables:
    memory: str
    sessions: str


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def beginning(tables: Tables, owner: Owner, session_id: str, lifetimes: Lifetimes) -> list[Any]:
    """A conversation without turns, and its row in the list."""
    facts = {"turns": number(0), "created_at": text(now()), "updated_at": text(now())}
    meta = {**item_key(owner, session_id, META), "version": number(0), **facts, "expires_at": expiry(lifetimes.session)}
    row = {**session_key(owner, session_id), "title": text(""), "state": text(OPEN), **facts, **row_lives(lifetimes)}
    return [{"Put": {"TableName": tables.memory, "Item": meta}}, {"Put": {"TableName": tables.sessions, "Item": row}}]


def turn(
    tables: Tables, owner: Owner, known: Conversation, at: int, message: Message, lifetimes: Lifetimes, news: News | None = None
) -> list[Any]:
    """at: the turn's number. news: facts that it adds.

    All is written or nothing, and nothing when the conversation is no longer as it was read.
    """
    session, summary = known.session_id, known.summary.with_turn(at, message)
    written = {**item_key(owner, session, turn_key(at)), "content": packed(message), "expires_at": expiry(lifetimes.of(message))}
    folded = {**item_key(owner, session, SUMMARY), "content": packed(summary), "expires_at": expiry(lifetimes.summary)}
    facts = {"turns": number(at), "updated_at": text(now())}
    meta = {
        **facts,
        "expires_at": expiry(lifetimes.session),
        "version": number(known.version + 1),
        "archive_shard": text(shard_of(session)),
    }
    title = {"title": text(message.question[:TITLE_CHARACTERS])} if at == 1 else {}
    return [
        update(
            tables.memory,
            item_key(owner, session, META),
            meta,
            known.version,
            {"archive_due": expiry(ARCHIVED_AFTER_HOURS), "key": text(token_hex(32))},
        ),
        {"Put": {"TableName": tables.memory, "Item": written}},
        {"Put": {"TableName": tables.memory, "Item": folded}},
        update(tables.sessions, session_key(owner, session), {**facts, **title, **row_lives(lifetimes)}),
        *(news or News()).writes(tables.memory, owner, session, at, message.asked_at, lifetimes.of_facts),
    ]


def row_lives(lifetimes: Lifetimes) -> dict[str, Any]:
    """The row in the list outlives the conversation: as long as it is in the archive."""
    return {"open_until": expiry(lifetimes.session), "expires_at": expiry(lifetimes.archive)}


def update(
    table: str,
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    version: int | None = None,
    unless_set: Mapping[str, Any] | None = None,
    condition: str = "attribute_exists(expires_at)",
) -> Any:
    """version: the item's until now, in place of another condition. unless_set: values that do not replace others."""
    given = {**values, **(unless_set or {})}
    names = {f"#{name}": name for name in given}
    new = {f":{name}": value for name, value in given.items()}
    before: dict[str, Any] = {} if version is None else {":before": number(version)}
    settings = [f"#{name} = :{name}" for name in values] + [f"#{name} = if_not_exists(#{name}, :{name})" for name in unless_set or ()]
    update = {
        "TableName": table,
        "Key": key,
        "UpdateExpression": "SET " + ", ".join(settings),
        "ConditionExpression": condition if version is None else "#version = :before",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {**new, **before},
    }
    return {"Update": update}


def write(client: "DynamoDBClient", items: list[Any]) -> None:
    """As `transact`, of the dependency "memory"; a writer still at work counts as one that was faster."""
    transact(client, "memory", items, (CHANGED, CONFLICT))
