"""Runs in DynamoDB, each step of them."""

from typing import TYPE_CHECKING

from causeway.runtime.dependencies import Dependency

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Journal:
    """Table keys: run_key (HASH), item (RANGE); expires_at (TTL).

    Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "runs".
    """

    def __init__(self, client: "DynamoDBClient", table: str, dependency: Dependency) -> None:
        """client: one that has the patience of `dependency`."""
        self._client, self._table, self._dependency = client, table, dependency
