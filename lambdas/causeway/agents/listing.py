"""The list of a user's own runs, those of agents and of teams alike: an item for each, in a partition of its own beside the runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from causeway.agents.rows import partition
from causeway.conversations.items import Item, is_live, number, text
from causeway.conversations.keys import Owner
from causeway.runtime.dependencies import Dependency

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Kind = Literal["agent", "team"]
PARTITION = "runs"  # no run has this id: those are hexadecimal
PLACE = r"[0-9]{12}-[0-9a-f]{32}"  # of a run in the list


class ListedItem(TypedDict):
    """A run in the list of its user. run_key: tenant and user. item: when it began, and the run. kind: of an agent or of a team.

    Data class: restricted; item, kind, expires_at: internal.
    """

    run_key: str
    item: str
    kind: Kind
    expires_at: int


@dataclass(frozen=True)
class Listed:
    """created_at: seconds since 1970."""

    kind: Kind
    id: str
    created_at: int

    @property
    def place(self) -> str:
        return f"{self.created_at:012d}-{self.id}"


def item_of(owner: Owner, listed: Listed, expires_at: int) -> dict[str, Any]:
    return {**_key(owner, listed.place), "kind": text(listed.kind), "expires_at": number(expires_at)}


class RunList:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "runs"."""

    def __init__(self, clients: Callable[[str], "DynamoDBClient"], table: str, dependency: Dependency) -> None:
        """clients: the client that reaches the rows of a tenant; it has the patience of `dependency`."""
        self._clients, self._table, self._dependency = clients, table, dependency

    def add(self, owner: Owner, listed: Listed, expires_at: int) -> None:
        """The same run once more changes nothing."""
        item = item_of(owner, listed, expires_at)
        self._dependency.call(lambda: self._clients(owner.tenant).put_item(TableName=self._table, Item=item))

    def page(self, owner: Owner, limit: int, after: str | None = None) -> tuple[Sequence[Listed], str | None]:
        """Newest first, and the place to go on after, None at the end."""
        start: Mapping[str, Any] = {"ExclusiveStartKey": _key(owner, after)} if after else {}
        answer = self._dependency.call(lambda: self._query(owner, limit, start))
        last = answer.get("LastEvaluatedKey")
        return [_listed(item) for item in answer["Items"] if is_live(item)], last["item"]["S"] if last else None

    def _query(self, owner: Owner, limit: int, start: Mapping[str, Any]) -> Any:
        return self._clients(owner.tenant).query(
            TableName=self._table,
            KeyConditionExpression="run_key = :runs",
            ExpressionAttributeValues={":runs": text(partition(owner, PARTITION))},
            ScanIndexForward=False,
            Limit=limit,
            **start,
        )


def _key(owner: Owner, place: str) -> dict[str, Any]:
    return {"run_key": text(partition(owner, PARTITION)), "item": text(place)}


def _listed(item: Item) -> Listed:
    created_at, _, id = item["item"]["S"].partition("-")
    return Listed("team" if item["kind"]["S"] == "team" else "agent", id, int(created_at))
