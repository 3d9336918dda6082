"""Erasures in DynamoDB: an item for each, and one for each of its units that is looked at twice."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from botocore.exceptions import ClientError

from causeway.conversations.items import Item, number, text
from causeway.erasure.erasure import KEPT_SECONDS, Erasure
from causeway.erasure.trace import Outcome
from causeway.runtime.dependencies import Dependency
from causeway.runtime.tables import Overtaken, every_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Unit = tuple[str, Outcome]


class ErasureItem(TypedDict, total=False):
    """item: the erasure's id; of a unit also its trace and name. outcome: what has become of the unit.

    Data class: restricted; tenant, version, expires_at, outcome: internal.
    """

    tenant: str
    item: str
    version: int
    content: str
    expires_at: int
    outcome: Outcome


class Erasures:
    """Table keys: tenant (HASH), item (RANGE), both text; expires_at is its time to live.

    Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "erasures".
    """

    def __init__(self, client: "DynamoDBClient", table: str, dependency: Dependency) -> None:
        """client: one that has the patience of `dependency`."""
        self._client, self._table, self._dependency = client, table, dependency

    def create(self, erasure: Erasure) -> Erasure:
        """Returns the one that there is under this id already, if any."""
        try:
            self._put(erasure, "attribute_not_exists(tenant)", {})
        except Overtaken:
            return self.get(erasure.tenant, erasure.id) or erasure
        return erasure

    def get(self, tenant: str, erasure_id: str) -> Erasure | None:
        key = _key(tenant, erasure_id)
        found = self._dependency.call(lambda: self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True))
        return Erasure.model_validate_json(found["Item"]["content"]["S"]) if "Item" in found else None

    def save(self, before: Erasure, after: Erasure) -> Erasure:
        """Returns it as written. Raises Overtaken when another writer was faster. The same write once more is no error."""
        wanted = after.written(before.version + 1)
        try:
            self._put(wanted, "version = :before", {":before": number(before.version)})
        except Overtaken:
            if self.get(after.tenant, after.id) != wanted:
                raise
        return wanted

    def note(self, erasure: Erasure, trace: str, unit: str, outcome: Outcome) -> None:
        """Write what has become of a unit, in place of what had before."""
        item = {**_key(erasure.tenant, _of(erasure, trace, unit)), "outcome": text(outcome), "expires_at": _expiry(erasure)}
        self._dependency.call(lambda: self._client.put_item(TableName=self._table, Item=item))

    def is_known(self, erasure: Erasure, trace: str, unit: str) -> bool:
        """Whether anything was noted of a unit."""
        key = _key(erasure.tenant, _of(erasure, trace, unit))
        return "Item" in self._dependency.call(lambda: self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True))

    def units(self, erasure: Erasure, trace: str, limit: int, after: str | None = None) -> tuple[Sequence[Unit], str | None]:
        """By their names, and the name to go on after, None at the end."""
        start: dict[str, Any] = {"ExclusiveStartKey": _key(erasure.tenant, _of(erasure, trace, after))} if after else {}
        page = self._page(erasure, trace, {"Limit": limit, **start})
        last = page.get("LastEvaluatedKey")
        return [_unit(item) for item in page["Items"]], _name(last) if last else None

    def outcomes(self, erasure: Erasure, trace: str) -> Mapping[str, int]:
        """How many units came to which."""
        return Counter(outcome for _, outcome in self._every(erasure, trace))

    def _every(self, erasure: Erasure, trace: str) -> Iterator[Unit]:
        return map(_unit, every_item(lambda start: self._page(erasure, trace, start)))

    def _page(self, erasure: Erasure, trace: str, options: Mapping[str, Any]) -> Any:
        values = {":tenant": text(erasure.tenant), ":begins": text(_of(erasure, trace, ""))}
        return self._dependency.call(
            lambda: self._client.query(
                TableName=self._table,
                KeyConditionExpression="tenant = :tenant AND begins_with(#item, :begins)",
                ExpressionAttributeNames={"#item": "item"},
                ExpressionAttributeValues=values,
                ConsistentRead=True,
                **options,
            )
        )

    def _put(self, erasure: Erasure, condition: str, values: Mapping[str, Any]) -> None:
        item = {
            **_key(erasure.tenant, erasure.id),
            "version": number(erasure.version),
            "content": text(erasure.model_dump_json()),
            "expires_at": _expiry(erasure),
        }
        named: Any = {"ExpressionAttributeValues": values} if values else {}

        def written() -> None:
            try:
                self._client.put_item(TableName=self._table, Item=item, ConditionExpression=condition, **named)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") != "ConditionalCheckFailedException":
                    raise
                raise Overtaken from error

        self._dependency.call(written)


def _of(erasure: Erasure, trace: str, unit: str) -> str:
    return f"{erasure.id}#{trace}#{unit}"


def _name(item: Item) -> str:
    return str(item["item"]["S"]).split("#", 2)[2]


def _unit(item: Item) -> Unit:
    outcome: Any = item["outcome"]["S"]
    return _name(item), outcome


def _key(tenant: str, item: str) -> dict[str, Any]:
    return {"tenant": text(tenant), "item": text(item)}


def _expiry(erasure: Erasure) -> dict[str, str]:
    return number(int(datetime.fromisoformat(erasure.created_at).timestamp()) + KEPT_SECONDS)
