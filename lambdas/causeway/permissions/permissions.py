"""Permissions as they are now: read at every question, strongly consistent, never kept. See docs/decisions/183."""

from typing import TYPE_CHECKING, Any

from causeway.permissions.access import Access
from causeway.permissions.rows import FOLDERS, Row, folders_key, groups_of, member_key, readers_of, version_of
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyUnavailable, Throttled

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Permissions:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "permissions"."""

    def __init__(self, client: "DynamoDBClient", table: str, dependency: Dependency) -> None:
        """client: one that has the patience of `dependency`."""
        self._client, self._table, self._dependency = client, table, dependency

    def of(self, tenant: str, user: str, deadline: Deadline | None = None) -> Access:
        """What the user may read. user: the name in the user pool; one without a name, "", is in no group.

        A folder is closed unless one of the user's groups may read it. A folder without an entry is open to the whole tenant.
        """
        keys = [folders_key(tenant), member_key(tenant, user)]
        rows = self._dependency.call(lambda: self._read(keys), deadline)
        by_item = {row["item"]["S"]: row for row in rows}
        folders = by_item.pop(FOLDERS, {})
        groups = groups_of(next(iter(by_item.values()), {}))
        closed = tuple(folder for folder, readers in readers_of(folders).items() if groups.isdisjoint(readers))
        return Access(closed, groups, version_of(folders))

    def _read(self, keys: list[Any]) -> list[Row]:
        answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}})
        if answer.get("UnprocessedKeys"):
            raise Throttled(self._dependency.name, "unprocessed keys")
        if self._table not in answer.get("Responses", {}):
            raise DependencyUnavailable(self._dependency.name, "answered without the table")
        return list(answer["Responses"][self._table])
