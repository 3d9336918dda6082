"""How far a re-index is, in the registry's row of the generations."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError
from pydantic import AwareDatetime, BaseModel, ConfigDict

from causeway.retrieval.generations import ROW, Generation, Live
from causeway.runtime.dependencies import Dependency

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Step = Literal["making", "filling", "comparing", "shifting", "kept", "returning", "leaving", "remaking", "refilling", "done"]
Outcome = Literal["", "served", "returned", "rebuilt"]
FAILURES_NAMED = 20


class Taken(Exception):
    """Somebody else has changed the row meanwhile, again and again."""


class Filled(BaseModel):
    """What one pass over the registry has done. documents: that have a current version. written: of them, that were not whole in the new
    index. waiting: that are to be cut by its chunking first. kept: that stay as they were cut, their file being gone. removed: passages of
    deleted documents and of duplicates. failures: that the engine or the model rejects; failed: some of them.
    """

    model_config = ConfigDict(frozen=True)

    documents: int = 0
    written: int = 0
    passages: int = 0
    waiting: int = 0
    kept: int = 0
    removed: int = 0
    failures: int = 0
    failed: tuple[str, ...] = ()

    def __add__(self, other: "Filled") -> "Filled":
        numbers = {name: getattr(self, name) + getattr(other, name) for name in Filled.model_fields if name != "failed"}
        return Filled(**numbers, failed=(*self.failed, *other.failed)[:FAILURES_NAMED])

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left to do."""
        return not (self.written or self.waiting or self.removed or self.failures)


class Check(BaseModel):
    """Golden questions put to both generations. found: with every document that answers among the first passages.

    failed: in the new one.
    """

    model_config = ConfigDict(frozen=True)

    at: AwareDatetime
    asked: int
    found: int
    found_before: int
    failed: int = 0


class Work(BaseModel):
    """One re-index, or the rebuilding of an index that was lost.

    former, to: the generations; one and the same for a rebuilding. since: of the step. written_since: both are written.
    pass_began, passes: of the back-fill.
    filled_in_at: the end of the last pass that has written.
    filled: of the last whole pass; passages: that all passes have written. checks: the first, and the last.
    until: how long the former generation is kept. reason: why the old one answers again, or what a rebuilding leaves out.
    """

    model_config = ConfigDict(frozen=True)

    step: Step = "making"
    former: Generation
    to: Generation
    began: AwareDatetime
    since: AwareDatetime
    written_since: AwareDatetime | None = None
    pass_began: AwareDatetime | None = None
    passes: int = 0
    filled_in_at: AwareDatetime | None = None
    passages: int = 0
    filled: Filled = Filled()
    checks: tuple[Check, ...] = ()
    until: AwareDatetime | None = None
    outcome: Outcome = ""
    reason: str = ""

    def at(self, step: Step, now: datetime, **changes: Any) -> "Work":
        return self.model_copy(update={"step": step, "since": now, **changes})


class Row(BaseModel):
    """changes: how often it was written."""

    model_config = ConfigDict(frozen=True)

    live: Live
    work: Work | None = None
    changes: int = 0


class Rollouts:
    """Reads and writes the row. Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "registry"."""

    def __init__(self, client: "DynamoDBClient", table: str, dependency: Dependency, first: Generation) -> None:
        """first: the generation that is alone as long as there is no row."""
        self._client, self._table, self._dependency, self._first = client, table, dependency, first

    def read(self) -> Row:
        answer = self._dependency.call(lambda: self._client.get_item(TableName=self._table, Key=ROW, ConsistentRead=True))
        item = answer.get("Item")
        if not item:
            return Row(live=Live(serving=self._first))
        work = Work.model_validate_json(item["work"]["S"]) if "work" in item else None
        return Row(live=Live.model_validate_json(item["live"]["S"]), work=work, changes=int(item["changes"]["N"]))

    def change(self, changed: Callable[[Row], Row]) -> Row:
        """The row as it was changed. changed: is asked again when somebody else was faster. Raises Taken when it happens ten times."""
        for _ in range(10):
            before = self.read()
            after = changed(before)
            if after == before or self._dependency.call(lambda after=after: self._write(after)):  # type: ignore[misc]
                return after
        raise Taken

    def note(self) -> None:
        """Writes the first generation down, where there is no row."""
        row = self.read()
        if not row.changes:
            self._dependency.call(lambda: self._write(row))

    def _write(self, row: Row) -> bool:
        """False when the row is not as it was read. A repetition of what was written already counts as such, and is read again."""
        work = {":work": {"S": row.work.model_dump_json()}} if row.work else {}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=ROW,
                UpdateExpression="SET #live = :live, #changes = :changes" + (", #work = :work" if row.work else ""),
                ConditionExpression="#changes = :before" if row.changes else "attribute_not_exists(#changes)",
                ExpressionAttributeNames={f"#{name}": name for name in ("live", "changes", *(["work"] if row.work else []))},
                ExpressionAttributeValues={
                    ":live": {"S": row.live.model_dump_json()},
                    ":changes": {"N": str(row.changes + 1)},
                    **({":before": {"N": str(row.changes)}} if row.changes else {}),
                    **work,
                },
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True
