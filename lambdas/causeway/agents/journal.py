"""Runs in DynamoDB, each step of them. See docs/decisions/201-the-loop-is-ours.md."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from causeway.agents import rows
from causeway.agents.listing import Listed, item_of
from causeway.agents.recorded import Recorded
from causeway.conversations.items import number, text
from causeway.conversations.keys import Owner
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import Throttled
from causeway.runtime.tables import Overtaken, transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

OURS = "attribute_not_exists(run_key) OR expires_at <= :now OR claim = :mine"  # the same write once more is no error
UNCHANGED = "claim = :before AND steps = :known OR claim = :mine AND steps = :steps"


class Journal:
    """Table keys: run_key (HASH), item (RANGE), both text; expires_at is its time to live.

    Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "runs".
    """

    def __init__(self, clients: Callable[[str], "DynamoDBClient"], table: str, dependency: Dependency) -> None:
        """clients: the client that reaches the rows of a tenant; it has the patience of `dependency`."""
        self._clients, self._table, self._dependency = clients, table, dependency

    def create(self, run: Recorded, listed: bool = False) -> Recorded:
        """Write a run with its first steps. Returns the one that the owner has under this id already, if any.

        listed: it is in the owner's list of runs.
        """
        meta = {"Item": rows.meta_item(run), "ConditionExpression": OURS, "ExpressionAttributeValues": self._ours(run)}
        try:
            self._write(run.owner, [self._put(meta), *self._steps(run, 0), *(self._listed(run) if listed else ())])
        except Overtaken:
            found = self.read(run.owner, run.id)
            if found is None:  # it has expired at this very moment
                raise Throttled(self._dependency.name, "the run before has just expired") from None
            return found
        return run

    def read(self, owner: Owner, run_id: str) -> Recorded | None:
        """None when the owner has no such run, or it has expired."""
        return rows.run_of(rows.every_row(self._clients, self._table, self._dependency, owner, run_id))

    def save(self, before: Recorded, after: Recorded) -> None:
        """Write what is new in `after`: its steps, its claim, its lease; all or nothing.

        Raises Overtaken when somebody else has written since `before` was read. The same write once more is no error.
        """
        self._write(after.owner, [self._update(before, after), *self._steps(after, len(before.steps))])

    def _update(self, before: Recorded, after: Recorded) -> Any:
        lease = {f":{name}": value for name, value in rows.lease(after).items() if name != "claim"}
        known = {":mine": text(after.claim), ":before": text(before.claim), ":known": number(len(before.steps))}
        return {
            "Update": {
                "TableName": self._table,
                "Key": rows.key(after, rows.META),
                "UpdateExpression": "SET claim = :mine, leased_until = :leased_until, idle = :idle, steps = :steps",
                "ConditionExpression": UNCHANGED,
                "ExpressionAttributeValues": {**lease, **known},
            }
        }

    def _steps(self, run: Recorded, known: int) -> list[Any]:
        under = {"ConditionExpression": OURS, "ExpressionAttributeValues": self._ours(run)}
        return [self._put({"Item": item, **under}) for item in rows.step_items(run, known)]

    def _listed(self, run: Recorded) -> list[Any]:
        return [self._put({"Item": item_of(run.owner, Listed("agent", run.id, run.created_at), run.expires_at)})]

    def _ours(self, run: Recorded) -> dict[str, Any]:
        return {":mine": text(run.claim), ":now": number(run.created_at)}

    def _put(self, write: Any) -> Any:
        return {"Put": {"TableName": self._table, **write}}

    def _write(self, owner: Owner, items: list[Any]) -> None:
        self._dependency.call(lambda: transact(self._clients(owner.tenant), self._dependency.name, items))
