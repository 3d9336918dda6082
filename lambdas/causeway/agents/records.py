"""Business records in DynamoDB, of one tenant: the rows that a domain's tools read and change."""

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from botocore.exceptions import ClientError

from causeway.agents.tool import Changed, Record
from causeway.conversations.items import Item, number, text
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import Throttled

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEYS = 100  # of the last writes of a record, by which a repeated one is known
TRIES = 10  # before each of which another writer was faster


class RecordItem(TypedDict):
    """record_key: tenant and kind of the record. item: id of the record. content: the record as the tools of the domain write it.

    keys: names of the last writes, by which a repeated one is known.
    Data class: restricted; record_key, keys, version: internal.
    """

    record_key: str
    item: str
    content: str
    keys: Sequence[str]
    version: int


class TenantRecords:
    """Table keys: record_key (HASH), `tenant#kind`, and item (RANGE), the id, both text.

    Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "records".
    """

    def __init__(self, client: Callable[[str], "DynamoDBClient"], table: str, dependency: Dependency, tenant: str) -> None:
        """client: of a tenant; one that reaches no other's rows, and has the patience of `dependency`."""
        self._client, self._table, self._dependency, self._tenant = client, table, dependency, tenant

    def get(self, kind: str, id: str) -> Record | None:
        found = self._item(kind, id)
        return _content(found) if found else None

    def put(self, kind: str, id: str, record: Record, *, key: str, before: Record | None = None) -> None:
        """As `Records.put`. A repeated write is known among the last hundred of its record."""
        for _ in range(TRIES):
            found = self._item(kind, id)
            keys = [each["S"] for each in found["keys"]["L"]] if found else []
            if key in keys:
                return
            if before != (_content(found) if found else None):
                raise Changed(f"{kind} {id}")
            if self._write(kind, id, record, [*keys, key][-KEYS:], _version(found)):
                return
        raise Throttled(self._dependency.name, "other writers of this record were always faster")

    def _write(self, kind: str, id: str, record: Record, keys: list[str], version: int) -> bool:
        """False when another writer was faster."""
        item = {
            **self._key(kind, id),
            "content": text(json.dumps(record, ensure_ascii=False)),
            "keys": {"L": [text(each) for each in keys]},
            "version": number(version + 1),
        }
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(record_key)"}
        if version:
            condition = {"ConditionExpression": "version = :version", "ExpressionAttributeValues": {":version": number(version)}}
        return self._dependency.call(lambda: self._put(item, condition))

    def _put(self, item: Any, condition: Any) -> bool:
        try:
            self._client(self._tenant).put_item(TableName=self._table, Item=item, **condition)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def _item(self, kind: str, id: str) -> Item | None:
        key = self._key(kind, id)
        answer = self._dependency.call(lambda: self._client(self._tenant).get_item(TableName=self._table, Key=key, ConsistentRead=True))
        return answer.get("Item")

    def _key(self, kind: str, id: str) -> dict[str, Any]:
        return {"record_key": text(f"{self._tenant}#{kind}"), "item": text(id)}


def _content(item: Item) -> Record:
    content: Record = json.loads(item["content"]["S"])
    return content


def _version(item: Item | None) -> int:
    return int(item["version"]["N"]) if item else 0
