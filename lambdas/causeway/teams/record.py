"""The record of teams' runs in DynamoDB, in the table of agents' runs: nothing else keeps what a team has done."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from causeway.agents.rows import every_row
from causeway.conversations.items import number, text
from causeway.conversations.keys import Owner
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import Throttled
from causeway.runtime.tables import Overtaken, transact
from causeway.teams import rows
from causeway.teams.run import Piece, State, TeamRun

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NEW = "attribute_not_exists(run_key) OR expires_at <= :now"
UNDONE = "attribute_not_exists(run_key) OR #state = :working"
OPEN = "#state = :working OR #state = :waiting"
STATES = {":working": text("working"), ":waiting": text("waiting")}


class TeamRecord:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "runs"."""

    def __init__(self, clients: Callable[[str], "DynamoDBClient"], table: str, dependency: Dependency) -> None:
        """clients: the client that reaches the rows of a tenant; it has the patience of `dependency`."""
        self._clients, self._table, self._dependency = clients, table, dependency

    def begin(self, run: TeamRun) -> TeamRun:
        """Returns the run that the owner has under this id already, if any: whether it is the same request is the caller's to see."""
        if self._put(run.owner, rows.meta_item(run), NEW, {":now": number(run.created_at)}):
            return run
        found = self.read(run.owner, run.id)
        if found is None:  # it has expired at this very moment
            raise Throttled(self._dependency.name, "the run before has just expired")
        return found

    def read(self, owner: Owner, run_id: str) -> TeamRun | None:
        """None when the owner has no such run of a team, or it has expired."""
        return rows.run_of(every_row(self._clients, self._table, self._dependency, owner, run_id))

    def take_up(self, run: TeamRun, piece: Piece) -> None:
        """Write that work on it has begun; one that is there stays as it is."""
        self._put(run.owner, rows.piece_item(run, piece), NEW, {":now": number(run.created_at)})

    def finish(self, run: TeamRun, piece: Piece) -> None:
        """Write what came of a piece; the first to write it wins."""
        self._written(run.owner, {"Put": self._finished(run, piece)})

    def end(self, run: TeamRun, state: State, stopped: str, outcome: Mapping[str, Any] | None, piece: Piece) -> bool:
        """Write the run's end, and with it the piece that ends it, so that nobody sees the one without the other.

        False when it has ended before, which stays as it is.
        """
        update = self._updated(run, "SET #state = :state, ending = :ending", rows.ended(state, stopped, outcome))
        return self._written(run.owner, {"Update": update, "Put": self._finished(run, piece)})

    def move(self, run: TeamRun, state: State) -> bool:
        """From working to waiting, or back. False when the run has ended."""
        return self._written(run.owner, {"Update": self._updated(run, "SET #state = :state", {":state": text(state)})})

    def _put(self, owner: Owner, item: Any, condition: str, values: Any) -> bool:
        return self._written(owner, {"Put": {"Item": item, "ConditionExpression": condition, "ExpressionAttributeValues": values}})

    @staticmethod
    def _finished(run: TeamRun, piece: Piece) -> Mapping[str, Any]:
        return {
            "Item": rows.piece_item(run, piece),
            "ConditionExpression": UNDONE,
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {":working": text("working")},
        }

    @staticmethod
    def _updated(run: TeamRun, change: str, values: Any) -> Mapping[str, Any]:
        return {
            "Key": rows.key(run.owner, run.id, rows.META),
            "UpdateExpression": change,
            "ConditionExpression": OPEN,
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {**values, **STATES},
        }

    def _written(self, owner: Owner, write: Mapping[str, Any]) -> bool:
        """False when the row was not as the write demands."""
        items = [{kind: {"TableName": self._table, **content}} for kind, content in write.items()]
        try:
            self._dependency.call(lambda: transact(self._clients(owner.tenant), self._dependency.name, items))
        except Overtaken:
            return False
        return True
