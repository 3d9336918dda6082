"""What users have said of themselves, kept under their own key for all of their conversations. See docs/decisions/177."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from causeway.conversations.deleting import delete_items
from causeway.conversations.items import Item, expiry, is_live, text
from causeway.conversations.keys import Owner
from causeway.conversations.statements import Kind, Statement
from causeway.language.form import bare
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.tables import every_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST = 100  # of one owner; the oldest gives its place


@dataclass(frozen=True)
class Fact:
    """id: the same for the same words. text: the user's own. turn: the number of the one that said so. said_at: ISO 8601.

    expires_at: seconds since the epoch.
    Data class: restricted; id, kind, session_id, turn, said_at, expires_at: internal.
    """

    id: str
    kind: Kind
    text: str
    session_id: str
    turn: int
    said_at: str
    expires_at: int


@dataclass(frozen=True)
class Page:
    """facts: newest first. following: the id to go on after, None at the end."""

    facts: Sequence[Fact]
    following: str | None


class Facts:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "memory"."""

    def __init__(self, client: "DynamoDBClient", table: str, dependency: Dependency) -> None:
        """table: of conversations' memory. client: one that has the patience of `dependency`."""
        self._client, self._table, self._dependency = client, table, dependency

    def of(self, owner: Owner, deadline: Deadline | None = None) -> list[Fact]:
        """The owner's own that have not expired, newest first; one query, for there are about a hundred at most."""
        return _newest_first(self._page(owner, deadline)["Items"])

    def page(self, owner: Owner, limit: int, after: str | None = None) -> Page:
        """As many as `limit`, which are newest first among themselves."""
        start = {"ExclusiveStartKey": fact_key(owner, after)} if after else {}
        answer = self._page(owner, None, Limit=limit, **start)
        return Page(_newest_first(answer["Items"]), answer.get("LastEvaluatedKey", {}).get("item", {}).get("S"))

    def erase(self, owner: Owner, identifier: str) -> bool:
        """Returns whether there was one."""
        key = fact_key(owner, identifier)
        gone = self._dependency.call(lambda: self._client.delete_item(TableName=self._table, Key=key, ReturnValues="ALL_OLD"))
        return "Attributes" in gone and is_live(gone["Attributes"])

    def erase_all(self, owner: Owner) -> int:
        """Returns how many there were."""
        return self._erase(owner, list(self._items(owner)))

    def erase_from(self, owner: Owner, session_id: str) -> int:
        """Those that a turn of this conversation said last; returns how many there were."""
        return self._erase(owner, [item for item in self._items(owner) if "content" in item and fact_of(item).session_id == session_id])

    def _erase(self, owner: Owner, items: Sequence[Item]) -> int:
        delete_items(self._client, self._dependency, self._table, [fact_key(owner, item["item"]["S"]) for item in items])
        return sum(map(is_live, items))

    def _items(self, owner: Owner) -> Iterator[Item]:
        return every_item(lambda start: self._page(owner, None, **start))

    def _page(self, owner: Owner, deadline: Deadline | None, **options: Any) -> Any:
        return self._dependency.call(
            lambda: self._client.query(
                TableName=self._table,
                KeyConditionExpression="conversation = :facts",
                ExpressionAttributeValues={":facts": text(owner.facts)},
                ConsistentRead=True,
                **options,
            ),
            deadline,
        )


@dataclass(frozen=True)
class News:
    """What a turn adds to the facts of its owner. ended: ids of those that give their places."""

    statements: Sequence[Statement] = ()
    ended: Sequence[str] = ()

    @classmethod
    def beside(cls, known: Sequence[Fact], statements: Sequence[Statement]) -> "News":
        """known: newest first."""
        refreshed = {identifier_of(each.text) for each in statements}
        others = [fact.id for fact in known if fact.id not in refreshed]
        return cls(statements, others[max(0, MOST - len(refreshed)) :])

    def writes(self, table: str, owner: Owner, session_id: str, turn: int, said_at: str, hours: Mapping[str, int]) -> list[Any]:
        """Parts of the turn's transaction. The same words take the place of those said before.

        What ends is written over with an empty item that expires now: a writer of turns has no right to delete, and what expired more than
        five years ago DynamoDB keeps for ever.
        """
        items = {identifier_of(each.text): _item(owner, each, session_id, turn, said_at, hours[each.kind]) for each in self.statements}
        items |= {identifier: {**fact_key(owner, identifier), "expires_at": expiry(0)} for identifier in self.ended}
        return [{"Put": {"TableName": table, "Item": item}} for item in items.values()]


def identifier_of(said: str) -> str:
    """32 hexadecimal digits; words alone count, not their case and marks."""
    return hashlib.sha256(" ".join(re.findall(r"\w+", bare(said))).encode()).hexdigest()[:32]


def fact_key(owner: Owner, identifier: str) -> dict[str, Any]:
    return {"conversation": text(owner.facts), "item": text(identifier)}


def fact_of(item: Item) -> Fact:
    return Fact(id=item["item"]["S"], expires_at=int(item["expires_at"]["N"]), **json.loads(item["content"]["S"]))


def _item(owner: Owner, said: Statement, session_id: str, turn: int, said_at: str, hours: int) -> dict[str, Any]:
    content = {"kind": said.kind, "text": said.text, "session_id": session_id, "turn": turn, "said_at": said_at}
    packed = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return {**fact_key(owner, identifier_of(said.text)), "content": text(packed), "expires_at": expiry(hours)}


def _newest_first(items: Sequence[Item]) -> list[Fact]:
    return sorted((fact_of(item) for item in items if is_live(item)), key=lambda fact: (fact.said_at, fact.turn), reverse=True)
