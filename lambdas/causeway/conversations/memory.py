"""Conversations in DynamoDB: one query reads one, one transaction writes a turn. See docs/decisions/161.

Two tables. `memory` holds the items of each conversation: META with its version, the summary, and the turns. `sessions` has a row for
each conversation of an owner, to list them. What owners have said of themselves is in `memory` too, under their own key.
"""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from causeway.conversations.conversation import RECENT, Conversation, Message
from causeway.conversations.deleting import delete_items
from causeway.conversations.facts import Facts, News
from causeway.conversations.items import Item, conversation_of, is_live, item_key, message_of, session_key, text
from causeway.conversations.keys import META, SUMMARY, TURN, Owner, new_session_id
from causeway.conversations.transaction import Lifetimes, Tables, beginning, turn, write
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import Throttled
from causeway.runtime.problems import not_found
from causeway.runtime.tables import Overtaken, every_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ATTEMPTS = 30  # of one writer, before each of which another writer was faster
PAUSE_SECONDS = 0.02


@dataclass(frozen=True)
class Erased:
    """there: whether there was anything of the conversation. facts: how many that it had said went with it."""

    there: bool
    facts: int


class Memory:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "memory"."""

    def __init__(self, client: "DynamoDBClient", tables: Tables, dependency: Dependency, lifetimes: Lifetimes | None = None) -> None:
        """client: one that has the patience of `dependency`."""
        self._client, self._tables = client, tables
        self._dependency, self._lifetimes = dependency, lifetimes or Lifetimes()
        self.facts = Facts(client, tables.memory, dependency)

    @property
    def fact_kinds(self) -> frozenset[str]:
        """Kinds of facts about users that are kept here."""
        return frozenset(self._lifetimes.of_facts)

    def create_session(self, owner: Owner, deadline: Deadline | None = None) -> Conversation:
        """A new conversation without turns."""
        session_id = new_session_id()
        items = beginning(self._tables, owner, session_id, self._lifetimes)
        self._dependency.call(lambda: write(self._client, items), deadline)
        return Conversation(session_id)

    def get_conversation_history(self, owner: Owner, session_id: str, deadline: Deadline | None = None) -> Conversation:
        """The last turns and the summary. Raises a 404 Problem when the owner has no such conversation, or it has expired."""
        found = self._found(owner, session_id, deadline)
        if found is None:
            raise no_session()
        return found

    def save_message(
        self, owner: Owner, known: Conversation, message: Message, deadline: Deadline | None = None, news: News | None = None
    ) -> int:
        """Write a turn behind the newest one, and return its number, from 1.

        known: the conversation as it was last read; when another writer was faster it is read again, so that no turn is lost or doubled.
        news: facts about the owner that are written with it, each of a kind that is kept here.
        A message that repeats an interrupted one takes its place. The same request once more writes nothing.
        """
        for attempt in range(ATTEMPTS):
            written = known.number_of(message.request_id)
            if written is not None:
                return written
            at = known.count if known.repeats(message) else known.count + 1
            items = turn(self._tables, owner, known, at, message, self._lifetimes, news)
            try:
                self._dependency.call(lambda items=items: write(self._client, items), deadline)  # type: ignore[misc]
            except Overtaken:
                time.sleep(random.uniform(0, PAUSE_SECONDS * min(attempt, 5)))  # noqa: S311
                known = self.get_conversation_history(owner, known.session_id, deadline)
            else:
                return at
        raise Throttled(self._dependency.name, "other writers of this conversation were always faster")

    def sessions(self, owner: Owner, limit: int, after: str | None = None) -> tuple[list[Item], str | None]:
        """Rows of the owner's conversations, newest first, and the session id to go on after, None at the end."""
        start: dict[str, Any] = {"ExclusiveStartKey": session_key(owner, after)} if after else {}
        answer = self._dependency.call(
            lambda: self._client.query(
                TableName=self._tables.sessions,
                KeyConditionExpression="#owner = :owner",
                ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues={":owner": text(owner.key)},
                ScanIndexForward=False,
                Limit=limit,
                **start,
            )
        )
        last = answer.get("LastEvaluatedKey", {}).get("session_id", {}).get("S")
        return [item for item in answer["Items"] if is_live(item)], last

    def messages(self, owner: Owner, session_id: str) -> list[tuple[int, Message]]:
        """Every turn that has not expired, by number."""
        items = [item for item in self._items(owner, session_id) if is_live(item) and item["item"]["S"].startswith(TURN)]
        return [(int(item["item"]["S"].removeprefix(TURN)), message_of(item)) for item in items]

    def delete(self, owner: Owner, session_id: str) -> int:
        """Everything of one conversation; returns how many facts went with it. Raises a 404 Problem when the owner has none of that id."""
        erased = self.erase(owner, session_id)
        if not erased.there:
            raise no_session()
        return erased.facts

    def erase(self, owner: Owner, session_id: str) -> Erased:
        """Delete everything of one conversation, and what its turns have said of its owner.

        META is deleted first: no writer adds a turn without it. The row in the list is deleted last: an interrupted call can be repeated.
        """
        erased = self._erase_items(owner, session_id)
        return Erased(self._erase_row(owner, session_id) or erased.there, erased.facts)

    def _erase_items(self, owner: Owner, session_id: str) -> Erased:
        delete_items(self._client, self._dependency, self._tables.memory, [item_key(owner, session_id, META)])
        keys = [item_key(owner, session_id, item["item"]["S"]) for item in self._items(owner, session_id)]
        delete_items(self._client, self._dependency, self._tables.memory, keys)
        return Erased(bool(keys), self.facts.erase_from(owner, session_id))

    def _erase_row(self, owner: Owner, session_id: str) -> bool:
        row = session_key(owner, session_id)
        listed = self._dependency.call(lambda: self._client.delete_item(TableName=self._tables.sessions, Key=row, ReturnValues="ALL_OLD"))
        return "Attributes" in listed

    def _found(self, owner: Owner, session_id: str, deadline: Deadline | None) -> Conversation | None:
        items = self._page(owner, session_id, deadline, ScanIndexForward=False, Limit=RECENT + len((META, SUMMARY)))["Items"]
        return conversation_of(session_id, items)

    def _items(self, owner: Owner, session_id: str) -> Iterator[Item]:
        return every_item(lambda start: self._page(owner, session_id, None, **start))

    def _page(self, owner: Owner, session_id: str, deadline: Deadline | None, **options: Any) -> Any:
        return self._dependency.call(
            lambda: self._client.query(
                TableName=self._tables.memory,
                KeyConditionExpression="conversation = :conversation",
                ExpressionAttributeValues={":conversation": text(owner.conversation(session_id))},
                ConsistentRead=True,
                **options,
            ),
            deadline,
        )


def no_session() -> Exception:
    return not_found("such session; it may have expired")
