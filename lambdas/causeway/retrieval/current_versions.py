"""Which version of a document is the current one, from the document registry."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyUnavailable, Throttled

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

AT_ONCE = 100
GONE = frozenset({"deleting", "deleted"})


class CurrentVersions:
    """Reads current versions, strongly consistent: an answer never uses what the registry has already replaced."""

    def __init__(self, client: "DynamoDBClient", table: str, dependency: Dependency) -> None:
        self._client = client
        self._table = table
        self._dependency = dependency

    def of(self, tenant: str, document_ids: Collection[str], deadline: Deadline) -> dict[str, str]:
        """The current version of each document that has one; deleted and unknown documents are left out.

        document_ids: at most 100.
        Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "registry".
        """
        if not document_ids:
            return {}
        keys = [{"tenant": {"S": tenant}, "document_id": {"S": document_id}} for document_id in document_ids]
        items = self._dependency.call(lambda: self._read(keys), deadline)
        return {item["document_id"]["S"]: item["current_version"]["S"] for item in items if _is_current(item)}

    def _read(self, keys: list[Any]) -> Sequence[Mapping[str, Any]]:
        answer = self._client.batch_get_item(
            RequestItems={
                self._table: {
                    "Keys": keys,
                    "ConsistentRead": True,
                    "ProjectionExpression": "document_id, current_version, #state",
                    "ExpressionAttributeNames": {"#state": "state"},
                }
            }
        )
        if answer.get("UnprocessedKeys"):
            raise Throttled(self._dependency.name, "unprocessed keys")
        if self._table not in answer.get("Responses", {}):
            raise DependencyUnavailable(self._dependency.name, "answered without the table")
        return answer["Responses"][self._table]


def _is_current(item: Mapping[str, Any]) -> bool:
    return "S" in item.get("current_version", {}) and item.get("state", {}).get("S") not in GONE
