"""What puts conversations into the archive before their turns expire. See docs/decisions/176-conversations-are-archived-early.md."""

import heapq
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from causeway.conversations.archive import Archive, Archived
from causeway.conversations.items import Item, message_of, number, text
from causeway.conversations.keys import META, SHARDS, TO_ARCHIVE, TURN, Owner
from causeway.conversations.transaction import OPEN, Tables
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError
from causeway.runtime.logs import record_failure
from causeway.runtime.tables import Overtaken, every_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SECONDS_EACH = 10.0  # no conversation is begun with less time left
ATTEMPTS = 5  # while other writers add turns


@dataclass
class Done:
    """archived: how many conversations. failed: how many could not be, and are tried again. late_seconds: how long the most belated
    of those that are left has been due.
    """

    archived: int = 0
    failed: int = 0
    late_seconds: int = 0

    def leave(self, due: int) -> None:
        self.late_seconds = max(self.late_seconds, int(time.time()) - due)


class Archiver:
    """Finds conversations by the index that only META items enter, and only while they have turns that are not archived."""

    def __init__(self, client: "DynamoDBClient", tables: Tables, dependency: Dependency, archive: Archive) -> None:
        self._client, self._tables, self._dependency, self._archive = client, tables, dependency, archive

    def run(self, deadline: Deadline) -> Done:
        """Archive what is due, as much as the time allows; one that fails holds up no other."""
        done = Done()
        for item in heapq.merge(*map(self._due_in, range(SHARDS)), key=_due):
            if deadline.left() < SECONDS_EACH:
                done.leave(_due(item))
                break
            try:
                done.archived += self._archived(item)
            except DependencyError as failure:
                record_failure(failure)
                done.failed += 1
                done.leave(_due(item))
        return done

    def _due_in(self, shard: int) -> Iterator[Item]:
        """Of one shard of the index, the most belated first."""
        return every_item(lambda start: self._dependency.call(lambda: self._page(str(shard), start)))

    def _page(self, shard: str, start: Mapping[str, Any]) -> Any:
        return self._client.query(
            TableName=self._tables.memory,
            IndexName=TO_ARCHIVE,
            KeyConditionExpression="archive_shard = :shard AND archive_due <= :now",
            ExpressionAttributeValues={":shard": text(shard), ":now": number(int(time.time()))},
            **start,
        )

    def _archived(self, item: Item) -> bool:
        """False when the conversation was erased meanwhile, or when its writers were always faster: then it stays due."""
        owner, session_id = Owner.of_conversation(item["conversation"]["S"])
        for _ in range(ATTEMPTS):
            items = self._items(item["conversation"])
            meta = next((each for each in items if each["item"]["S"] == META), None)
            if meta is None:
                break
            self._archive.take_in(owner, _archived(session_id, meta, items))
            if self._noted(meta):
                return True
        if self._is_erased(owner, session_id):
            self._archive.erase(owner, session_id)
        return False

    def _noted(self, meta: Item) -> bool:
        """Take the conversation out of the index, unless it has changed since it was read."""
        try:
            self._dependency.call(lambda: self._note(meta))
        except Overtaken:
            return False
        return True

    def _note(self, meta: Item) -> None:
        try:
            self._client.update_item(
                TableName=self._tables.memory,
                Key={"conversation": meta["conversation"], "item": meta["item"]},
                UpdateExpression="SET archived = :count REMOVE archive_shard, archive_due",
                ConditionExpression="version = :version",
                ExpressionAttributeValues={":count": meta["turns"], ":version": meta["version"]},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            raise Overtaken from error

    def _is_erased(self, owner: Owner, session_id: str) -> bool:
        """By the row in the owner's list, which outlives a conversation that has expired, but not one that was erased."""
        key: Any = {"owner": text(owner.key), "session_id": text(session_id)}
        found = self._dependency.call(lambda: self._client.get_item(TableName=self._tables.sessions, Key=key, ConsistentRead=True))
        return found.get("Item", {}).get("state", {}).get("S") != OPEN

    def _items(self, conversation: Any) -> list[Item]:
        """All that are there: those that have expired and are not deleted yet are archived, too."""
        return list(every_item(lambda start: self._dependency.call(lambda: self._all(conversation, start))))

    def _all(self, conversation: Any, start: Mapping[str, Any]) -> Any:
        return self._client.query(
            TableName=self._tables.memory,
            KeyConditionExpression="conversation = :conversation",
            ExpressionAttributeValues={":conversation": conversation},
            ConsistentRead=True,
            **start,
        )


def _due(item: Item) -> int:
    return int(item["archive_due"]["N"])


def _archived(session_id: str, meta: Item, items: list[Item]) -> Archived:
    turns = {int(each["item"]["S"].removeprefix(TURN)): message_of(each) for each in items if each["item"]["S"].startswith(TURN)}
    return Archived(session_id, meta["created_at"]["S"], int(meta["turns"]["N"]), turns)
