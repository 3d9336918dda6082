"""The transactions that bring turns back from the archive."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from causeway.conversations.archive import Archived
from causeway.conversations.conversation import RECENT, Conversation, Message, Summary
from causeway.conversations.items import expiry, item_key, number, packed, session_key, text
from causeway.conversations.keys import META, SUMMARY, Owner, turn_key
from causeway.conversations.transaction import OPEN, Lifetimes, Tables, now, row_lives, update


def completed(known: Conversation, archived: Archived | None) -> Conversation:
    """The conversation with what the archive has of its last turns. Without all of them the archive is not asked again for a while."""
    back = {number: archived.turns[number] for number in known.missing if archived and number in archived.turns}
    turns = {**known.turns, **back}
    summary = archived.summary if archived and not known.summary.lines else known.summary
    whole = len(back) == len(known.missing)
    return replace(
        known, version=known.version + 1, turns=turns, summary=summary, archived=known.archived if whole else 0, rebuilt=len(back)
    )


def revived(archived: Archived) -> Conversation:
    """A conversation of which the tables have nothing any more."""
    last = {number: message for number, message in archived.turns.items() if number > archived.count - RECENT}
    return Conversation(archived.session_id, 0, archived.count, last, archived.summary, archived.count, rebuilt=len(last))


def bring_back(tables: Tables, owner: Owner, known: Conversation, whole: Conversation, lifetimes: Lifetimes) -> list[Any]:
    """Write what `completed` has added to a conversation, unless it has changed since it was read."""
    meta = {"version": number(whole.version), "archived": number(whole.archived)}
    added = {number: message for number, message in whole.turns.items() if number not in known.turns}
    return [
        update(tables.memory, item_key(owner, whole.session_id, META), meta, known.version),
        *_contents(tables, owner, whole.session_id, added, whole.summary, lifetimes),
    ]


def revive(tables: Tables, owner: Owner, whole: Conversation, created_at: str, lifetimes: Lifetimes) -> list[Any]:
    """Write a conversation again that has expired, unless it is there or its owner has erased it."""
    session = whole.session_id
    meta = {
        **item_key(owner, session, META),
        **{"version": number(whole.version), "turns": number(whole.count), "archived": number(whole.archived)},
        **{"created_at": text(created_at), "updated_at": text(now()), "expires_at": expiry(lifetimes.session)},
    }
    new = {"ConditionExpression": "attribute_not_exists(conversation) OR expires_at <= :now"}
    return [
        {"Put": {"TableName": tables.memory, "Item": meta, **new, "ExpressionAttributeValues": {":now": number(int(time.time()))}}},
        update(tables.sessions, session_key(owner, session), {"state": text(OPEN), **row_lives(lifetimes)}, condition="#state = :state"),
        *_contents(tables, owner, session, whole.turns, whole.summary, lifetimes),
    ]


def _contents(
    tables: Tables, owner: Owner, session_id: str, turns: Mapping[int, Message], summary: Summary, lifetimes: Lifetimes
) -> list[Any]:
    items = [
        {**item_key(owner, session_id, turn_key(at)), "content": packed(message), "expires_at": expiry(lifetimes.of(message))}
        for at, message in turns.items()
    ]
    items.append({**item_key(owner, session_id, SUMMARY), "content": packed(summary), "expires_at": expiry(lifetimes.summary)})
    return [{"Put": {"TableName": tables.memory, "Item": item}} for item in items]
