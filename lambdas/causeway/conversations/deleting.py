"""Many items of one table deleted, as many at a time as DynamoDB takes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import Throttled

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

AT_ONCE = 25


def delete_items(client: "DynamoDBClient", dependency: Dependency, table: str, keys: Sequence[Any]) -> None:
    """Those that are not there count as deleted. Raises what `dependency` raises."""
    for start in range(0, len(keys), AT_ONCE):
        _delete(client, dependency, table, keys[start : start + AT_ONCE])


def _delete(client: "DynamoDBClient", dependency: Dependency, table: str, keys: Sequence[Any]) -> None:
    left: dict[str, Any] = {table: [{"DeleteRequest": {"Key": key}} for key in keys]}

    def attempt() -> None:
        nonlocal left
        left = dict(client.batch_write_item(RequestItems=left).get("UnprocessedItems") or {})
        if left:
            raise Throttled(dependency.name, "unprocessed items")

    dependency.call(attempt)
