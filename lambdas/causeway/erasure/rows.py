"""Traces that are items of tables: of one partition, or whole partitions of a user."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from causeway.conversations.deleting import delete_items
from causeway.conversations.items import text
from causeway.erasure.trace import Found, Outcome
from causeway.runtime.dependencies import Dependency
from causeway.runtime.tables import every_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

AT_ONCE = 100

Client = Callable[[], "DynamoDBClient"]


class Rows:
    """A table with the names of its keys. client: gives one that reaches the rows, and has the patience of `dependency`."""

    def __init__(self, client: Client, table: str, keys: tuple[str, str], dependency: Dependency) -> None:
        self._client, self._table, self._dependency = client, table, dependency
        self._partition, self._sort = keys

    def page(self, partition: str, after: str | None, limit: int = AT_ONCE) -> tuple[Sequence[str], str | None]:
        """Sort keys of a partition, expired or not, and the one to go on after."""
        start = {"ExclusiveStartKey": self._key(partition, after)} if after else {}
        answer = self._query(partition, {"Limit": limit, **start})
        return [item[self._sort]["S"] for item in answer["Items"]], answer.get("LastEvaluatedKey", {}).get(self._sort, {}).get("S")

    def delete(self, partition: str, *items: str) -> None:
        delete_items(self._client(), self._dependency, self._table, [self._key(partition, item) for item in items])

    def delete_partition(self, partition: str) -> None:
        there = list(every_item(lambda start: self._query(partition, start)))
        self.delete(partition, *(item[self._sort]["S"] for item in there))

    def partitions(self, index: str, owner: str, after: str | None) -> tuple[Sequence[str], str | None]:
        """Partitions of an owner that an index knows, and what to go on after: a partition and a sort key, with a line break between."""
        start: dict[str, Any] = {}
        if after:
            partition, _, item = after.partition("\n")
            start = {"ExclusiveStartKey": {**self._key(partition, item), "owner": text(owner)}}
        query: Any = {
            "TableName": self._table,
            "IndexName": index,
            "KeyConditionExpression": "#owner = :owner",
            "ExpressionAttributeNames": {"#owner": "owner"},
            "ExpressionAttributeValues": {":owner": text(owner)},
            "Limit": AT_ONCE,
            **start,
        }
        answer = self._dependency.call(lambda: self._client().query(**query))
        last: Any = answer.get("LastEvaluatedKey")
        following = f"{last[self._partition]['S']}\n{last[self._sort]['S']}" if last else None
        return list(dict.fromkeys(item[self._partition]["S"] for item in answer["Items"])), following

    def _query(self, partition: str, options: Any) -> Any:
        query: Any = {
            "TableName": self._table,
            "KeyConditionExpression": "#partition = :partition",
            "ProjectionExpression": "#partition, #sort",
            "ExpressionAttributeNames": {"#partition": self._partition, "#sort": self._sort},
            "ExpressionAttributeValues": {":partition": text(partition)},
            "ConsistentRead": True,
            **options,
        }
        return self._dependency.call(lambda: self._client().query(**query))

    def _key(self, partition: str, item: str) -> dict[str, Any]:
        return {self._partition: text(partition), self._sort: text(item)}


class Items:
    """Every item of one partition; each is a unit."""

    is_settled = False

    def __init__(self, name: str, rows: Rows, partition: str) -> None:
        self.name, self._rows, self._partition = name, rows, partition

    def find(self, after: str | None) -> Found:
        units, following = self._rows.page(self._partition, after)
        return Found(units, following)

    def erase(self, unit: str) -> Outcome:
        self._rows.delete(self._partition, unit)
        return "erased"

    def settle(self, unit: str) -> Outcome:
        return self.erase(unit)


class Partitions:
    """Every partition of an owner that the index knows; each is a unit.

    first: the items that are deleted first; without them no writer begins anything. What a writer of before may still have added is
    deleted in the second pass. beside: erases what belongs to a partition and is in another one.
    """

    is_settled = True

    def __init__(
        self, name: str, rows: Rows, index: str, owner: str, first: Sequence[str], beside: Callable[[str], None] = lambda _: None
    ) -> None:
        self.name, self._rows, self._index, self._owner, self._first, self._beside = name, rows, index, owner, first, beside

    def find(self, after: str | None) -> Found:
        units, following = self._rows.partitions(self._index, self._owner, after)
        return Found(units, following)

    def erase(self, unit: str) -> Outcome:
        self._rows.delete(unit, *self._first)
        self._rows.delete_partition(unit)
        self._beside(unit)
        return "waiting"

    def settle(self, unit: str) -> Outcome:
        self.erase(unit)
        return "erased"
