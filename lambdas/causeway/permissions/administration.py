"""Changes of permissions. Each is one conditional update, so two administrators never undo each other's work."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from causeway.permissions.rows import MEMBER, folders_key, groups_of, listed, member_key, readers_of, user_of, version_of
from causeway.runtime.dependencies import Dependency

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_FOLDERS = 100  # each is a clause of every search, of which the search engine takes 1024
ONE_MORE = "version = version + :one"


class TooManyFolders(Exception):
    """The tenant restricts as many folders as it may."""


class Administration:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "permissions"."""

    def __init__(self, client: "DynamoDBClient", table: str, dependency: Dependency) -> None:
        """client: one that has the patience of `dependency`."""
        self._client, self._table, self._dependency = client, table, dependency

    def folders(self, tenant: str) -> tuple[int, Mapping[str, Sequence[str]]]:
        """The version of the tenant's folders, and the groups that may read each restricted one."""
        key = folders_key(tenant)
        row = self._dependency.call(lambda: self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)).get("Item", {})
        return version_of(row), readers_of(row)

    def restrict(self, tenant: str, folder: str, readers: Sequence[str]) -> int:
        """Only members of these groups may read the folder from now on; without any, nobody. Returns the new version.

        Raises TooManyFolders.
        """
        self._begin(tenant)
        condition = "attribute_exists(folders.#folder) OR size(folders) < :most"
        values = {":readers": listed(readers), ":most": {"N": str(MAX_FOLDERS)}}
        changed = self._change_folder(tenant, folder, f"SET folders.#folder = :readers, {ONE_MORE}", condition, values)
        if changed is None:
            raise TooManyFolders
        return changed

    def open(self, tenant: str, folder: str) -> int | None:
        """The whole tenant may read the folder from now on. Returns the new version, None for a folder that was not restricted."""
        return self._change_folder(tenant, folder, f"REMOVE folders.#folder SET {ONE_MORE}", "attribute_exists(folders.#folder)", {})

    def members(self, tenant: str, limit: int, after: str | None = None) -> tuple[Mapping[str, Sequence[str]], str | None]:
        """Groups of each user who has any, by name, and the name to go on after, None at the end."""
        start: dict[str, Any] = {"ExclusiveStartKey": member_key(tenant, after)} if after else {}
        answer = self._dependency.call(
            lambda: self._client.query(
                TableName=self._table,
                KeyConditionExpression="tenant = :tenant AND begins_with(#item, :member)",
                ExpressionAttributeNames={"#item": "item"},
                ExpressionAttributeValues={":tenant": {"S": tenant}, ":member": {"S": MEMBER}},
                ConsistentRead=True,
                Limit=limit,
                **start,
            )
        )
        last = answer.get("LastEvaluatedKey")
        return {user_of(row): sorted(groups_of(row)) for row in answer["Items"]}, user_of(last) if last else None

    def is_member(self, tenant: str, user: str) -> bool:
        """Whether the user is in any group."""
        key = member_key(tenant, user)
        return "Item" in self._dependency.call(lambda: self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True))

    def enrol(self, tenant: str, user: str, groups: Sequence[str]) -> None:
        """The user is in these groups and no others from now on."""
        key = member_key(tenant, user)
        if groups:
            item = {**key, "groups": listed(groups)}
            self._dependency.call(lambda: self._client.put_item(TableName=self._table, Item=item))
        else:
            self._dependency.call(lambda: self._client.delete_item(TableName=self._table, Key=key))

    def _begin(self, tenant: str) -> None:
        """A row to put folders into; one that is there stays as it is."""
        update = {
            "TableName": self._table,
            "Key": folders_key(tenant),
            "UpdateExpression": "SET folders = if_not_exists(folders, :none), version = if_not_exists(version, :zero)",
            "ExpressionAttributeValues": {":none": {"M": {}}, ":zero": {"N": "0"}},
        }
        self._dependency.call(lambda: self._client.update_item(**update))  # type: ignore[arg-type]

    def _change_folder(self, tenant: str, folder: str, change: str, condition: str, values: Mapping[str, Any]) -> int | None:
        """The new version, or None when the condition does not hold. Made twice, a change is the same change, counted twice."""
        update = {
            "TableName": self._table,
            "Key": folders_key(tenant),
            "UpdateExpression": change,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {"#folder": folder},
            "ExpressionAttributeValues": {":one": {"N": "1"}, **values},
            "ReturnValues": "ALL_NEW",
        }
        return self._dependency.call(lambda: self._changed(update))

    def _changed(self, update: Mapping[str, Any]) -> int | None:
        try:
            return version_of(self._client.update_item(**update)["Attributes"])
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return None
            raise
