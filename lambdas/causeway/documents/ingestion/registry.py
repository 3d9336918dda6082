"""The document registry: which version of a document counts, and who may still change that.

Every write is one conditional update. An event's sequencer decides: an older event never wins over a newer one, and a
run that lost its place writes nothing. See docs/decisions/080-versions.md.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from botocore.exceptions import ClientError

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.handed import Cut, WasRead
from causeway.documents.ingestion.identity import ordered
from causeway.documents.ingestion.reasons import Reason
from causeway.documents.ingestion.record import Record, State, marshalled
from causeway.runtime.dependencies import Dependency

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Values = Mapping[str, str | int | Mapping[str, Any] | None]

REGISTRY = Dependency("registry", attempt_seconds=4.0, budget_seconds=8.0, connect_seconds=1.0)

BY_CHANGE = "by-change"
ROWS_AT_ONCE = 100  # of one BatchGetItem
DELETED_KEPT = timedelta(days=30)  # longer than any event of the document can be on its way

_NOT_NEWER = "attribute_not_exists(sequencer) OR sequencer <= :sequencer"
# An upload never takes back a document that was marked for deletion while it was being read.
_NOT_NEWER_NOR_DELETING = "attribute_not_exists(sequencer) OR sequencer < :sequencer OR (sequencer = :sequencer AND #state <> :deleting)"
_STILL_OURS = "sequencer = :sequencer"
_DELETING = {":deleting": "deleting"}
_STANDS = "(pending_version = :version OR current_version = :version) AND #state <> :deleting"
_PENDING = f"{_STILL_OURS} AND (pending_version = :version OR current_version = :version)"


class Bookkeeping(TypedDict, total=False):
    """Attributes of a row that only conditions of writes look at. attempted: the event, ordered, whose attempts are counted.

    Data class: internal.
    """

    attempted: str
    expires_at: int


class Registry:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "registry"."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        dependency: Dependency = REGISTRY,
        moved: Callable[[Record], None] = lambda record: None,
    ) -> None:
        """client: one that has the patience of `dependency`.

        moved: is told of a document that others stand behind whenever its version may have changed. It may raise; the change stays.
        """
        self._client = client
        self._table = table
        self._dependency = dependency
        self._moved = moved

    def get(self, tenant: str, document_id: str) -> Record | None:
        key = _key(tenant, document_id)
        answer = self._dependency.call(lambda: self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True))
        return Record.of_item(answer["Item"]) if "Item" in answer else None

    def registered(self, documents: Collection[tuple[str, str]]) -> Mapping[str, Record]:
        """Rows by document id. documents: tenant and id of each."""
        found: dict[str, Record] = {}
        keys = [_key(*document) for document in dict.fromkeys(documents)]
        for start in range(0, len(keys), ROWS_AT_ONCE):
            left = keys[start : start + ROWS_AT_ONCE]
            while left:
                answer = self._dependency.call(lambda left=left: self._some(left))  # type: ignore[misc]
                records = [Record.of_item(item) for item in answer["Responses"].get(self._table, ())]
                found |= {record.document_id: record for record in records}
                left = answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", [])
        return found

    def page(self, tenant: str, limit: int, after: str | None, state: State | None = None) -> tuple[list[Record], str | None]:
        """Documents of a tenant by id, deleted ones left out, and the id to go on after, None at the end.

        limit: how many rows are looked at. state: of the only documents that are wanted; a page may hold none of them.
        """
        wanted = ("=", state) if state else ("<>", "deleted")
        start: dict[str, Any] = {"ExclusiveStartKey": _key(tenant, after)} if after else {}
        answer = self._dependency.call(
            lambda: self._client.query(
                TableName=self._table,
                KeyConditionExpression="tenant = :tenant",
                FilterExpression=f"#state {wanted[0]} :state",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues={":tenant": {"S": tenant}, ":state": {"S": wanted[1]}},
                Limit=limit,
                **start,
            )
        )
        last = answer.get("LastEvaluatedKey", {}).get("document_id", {}).get("S")
        return [Record.of_item(item) for item in answer["Items"]], last

    def portion(self, segment: int, of: int, after: dict[str, str] | None) -> tuple[list[Record], dict[str, str] | None]:
        """Documents of every tenant, some 100 at a time, deleted ones too, and what to go on after; None at the end.

        segment: of so many parts of the table, which can be read beside each other.
        """
        start: dict[str, Any] = {"ExclusiveStartKey": {name: {"S": value} for name, value in after.items()}} if after else {}
        answer = self._dependency.call(
            lambda: self._client.scan(
                TableName=self._table, Segment=segment, TotalSegments=of, Limit=ROWS_AT_ONCE, ConsistentRead=True, **start
            )
        )
        last = answer.get("LastEvaluatedKey")
        records = [Record.of_item(item) for item in answer["Items"] if "state" in item]
        return records, {name: value["S"] for name, value in last.items()} if last else None

    def changed(self, tenant: str, since: str, limit: int) -> tuple[list[Record], str, bool]:
        """Documents of a tenant that changed at `since` (ISO 8601) or later, the first changed first; deleted ones too.

        Then what to pass for those that follow, and whether there are any already. since: also what was passed on by an earlier call.
        """
        time, _, document_id = since.partition("~")
        start: dict[str, Any] = {}
        if document_id:
            start = {"ExclusiveStartKey": {"tenant": {"S": tenant}, "updated_at": {"S": time}, "document_id": {"S": document_id}}}
        answer = self._dependency.call(
            lambda: self._client.query(
                TableName=self._table,
                IndexName=BY_CHANGE,
                KeyConditionExpression="tenant = :tenant AND updated_at >= :time",
                ExpressionAttributeValues={":tenant": {"S": tenant}, ":time": {"S": time}},
                Limit=limit,
                **start,
            )
        )
        records = [Record.of_item(item) for item in answer["Items"]]
        following = f"{records[-1].updated_at}~{records[-1].document_id}" if records else since
        return records, following, "LastEvaluatedKey" in answer

    def begin(self, change: Change, version: str, content_hash: str, size: int) -> Record | None:
        """Takes the document for this event's run on a version; None when a newer event or a deletion has it. What is current stays so."""
        values: Values = {
            "name": change.name,
            "state": "processing",
            "pending_version": version,
            "content_hash": content_hash,
            "bytes": size,
            "object_version": change.object_version,
        }
        return self._update(change, values, _NOT_NEWER_NOR_DELETING, _DELETING, ["reason"], claim=True)

    def was_read(self, document: WasRead) -> bool:
        """Notes that its passages wait for their vectors, and that reading it was no worker's death.

        False when the run has lost its place or is over.
        """
        condition = f"{_STILL_OURS} AND pending_version = :version"
        return self._update(document, {"state": "read", "attempts": 0}, condition, {":version": document.version}) is not None

    def keep(self, change: Change, version: str, shortfall: Reason | None) -> bool:
        """Settles on the version that is current already; False when the run has lost its place.

        shortfall: of that version.
        """
        condition = f"{_STILL_OURS} AND current_version = :version"
        return self._settle(change, {"read_from": change.object_version}, shortfall, condition, version)

    def publish(self, document: WasRead) -> bool:
        """Makes its version the current one; True again when it already is, False when the run has lost its place."""
        facts = document.model_dump(include={"title", "language", "passages", "passages_key", "cuts", "report", "shortfall", "text_hash"})
        facts |= {"current_version": document.version, "read_from": document.object_version}
        return self._settle(document, facts, document.shortfall, _PENDING, document.version)

    def note_cut(self, record: Record, chunking: str, cut: Cut) -> None:
        """Notes the current version's passages by one more chunking, which changes nothing of the document. Another version has others."""
        update = {
            "TableName": self._table,
            "Key": _key(record.tenant, record.document_id),
            "UpdateExpression": "SET cuts = :cuts",
            "ConditionExpression": "current_version = :version",
            "ExpressionAttributeValues": {
                ":cuts": marshalled({name: each.model_dump() for name, each in {**record.cuts, chunking: cut}.items()}),
                ":version": {"S": record.current_version or ""},
            },
            "ReturnValues": "ALL_NEW",
        }
        self._dependency.call(lambda: self._updated(update))

    def _settle(self, change: Change, values: Values, shortfall: Reason | None, condition: str, version: str) -> bool:
        state: State = "partial" if shortfall else "ready"
        settled = {**values, "state": state}
        gone = ["reason", "pending_version", "duplicate_of"]
        return self._has_moved(self._update(change, settled, condition, {":version": version}, gone))

    def refuse(self, change: Change, state: Literal["quarantined", "failed"], reason: Reason) -> bool:
        """A version that is current stays so. False when a newer event or a deletion has the document."""
        values: Values = {"name": change.name, "state": state, "reason": reason.model_dump(), "object_version": change.object_version}
        gone = ["pending_version", "duplicate_of"]
        return self._has_moved(self._update(change, values, _NOT_NEWER_NOR_DELETING, _DELETING, gone, claim=True))

    def follow(self, tenant: str, document_id: str, version: str) -> bool:
        """Another document stands behind this one from now on; False when that version is neither current nor on its way."""
        update = {
            "TableName": self._table,
            "Key": _key(tenant, document_id),
            "UpdateExpression": "SET followed = :one",
            "ConditionExpression": _STANDS,
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {":one": {"N": "1"}, ":version": {"S": version}, ":deleting": {"S": "deleting"}},
            "ReturnValues": "ALL_NEW",
        }
        return self._dependency.call(lambda: self._updated(update)) is not None

    def stand_behind(self, document: WasRead, other: str, reason: Reason) -> bool:
        """It has no version that answers use, and reading it was no worker's death; False when the run has lost its place."""
        values: Values = {"state": "duplicate", "duplicate_of": other, "reason": reason.model_dump(), "text_hash": document.text_hash}
        values = {**values, "attempts": 0}
        condition = f"{_STILL_OURS} AND pending_version = :version"
        gone = ["current_version", "pending_version", "shortfall"]
        return self._has_moved(self._update(document, values, condition, {":version": document.version}, gone))

    def replace(self, tenant: str, document_id: str, version: str, other: str, reason: Reason) -> Record | None:
        """The document stands behind another one from now on, unless that version has gone. Its row, also when it stood there before."""
        values: Values = {"state": "duplicate", "duplicate_of": other, "reason": reason.model_dump()}
        known = {":version": version, ":deleting": "deleting", ":duplicate": "duplicate", ":other": other}
        condition = f"({_STANDS}) OR (#state = :duplicate AND duplicate_of = :other)"
        record = self._write(tenant, document_id, values, condition, known, ["current_version", "pending_version", "shortfall"])
        self._has_moved(record)
        return record

    def withdrawn(self, change: Change) -> bool:
        """Nothing of a duplicate is in the index any more."""
        gone = ["title", "language", "passages", "cuts", "report"]
        return self._update(change, {"state": "duplicate"}, f"{_STILL_OURS} AND #state = :state", {":state": "duplicate"}, gone) is not None

    def attempt(self, change: Change) -> int:
        """Counts another attempt at this event and returns how many there were; 0 when a newer event has been attempted."""
        sequencer = ordered(change.sequencer)
        again, first = "attempted = :sequencer", "attribute_not_exists(attempted) OR attempted < :sequencer"
        for condition, attempts in ((again, "attempts + :one"), (first, ":one")):
            counted = self._counted(change, sequencer, condition, attempts)
            if counted is not None:
                return counted
        return 0

    def mark_deleting(self, tenant: str, document_id: str) -> Record | None:
        """Answers drop the document from now on. The row, or None when there is none or it is deleted already."""
        condition, known = "attribute_exists(document_id) AND #state <> :deleted", {":deleted": "deleted"}
        return self._write(tenant, document_id, {"state": "deleting"}, condition, known, ["current_version", "pending_version", "reason"])

    def begin_removal(self, change: Change) -> bool:
        """Takes the document for a deletion; leaves a row even of an unknown one, so that an older upload loses."""
        values: Values = {"name": change.name, "state": "deleting"}
        gone = ["current_version", "pending_version", "reason", "duplicate_of"]
        return self._has_moved(self._update(change, values, _NOT_NEWER, remove=gone, claim=True))

    def finish_removal(self, change: Change) -> bool:
        """The row stays for 30 days, so that an event on its way still loses to the deletion."""
        expires = int((datetime.now(UTC) + DELETED_KEPT).timestamp())
        of_the_version = ["title", "language", "passages", "passages_key", "cuts", "read_from", "report", "shortfall", "text_hash"]
        gone = [*of_the_version, "bytes", "content_hash", "object_version", "followed"]
        return self._update(change, {"state": "deleted", "expires_at": expires}, _STILL_OURS, remove=gone) is not None

    def _has_moved(self, record: Record | None) -> bool:
        if record is not None and record.followed:
            self._moved(record)
        return record is not None

    def _some(self, keys: list[Any]) -> Any:
        return self._client.batch_get_item(RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}})

    def _update(
        self,
        change: Change,
        values: Values,
        condition: str,
        known: Mapping[str, str] | None = None,
        remove: Sequence[str] = (),
        claim: bool = False,
    ) -> Record | None:
        """claim: the row takes this event's sequencer, and no longer expires."""
        sequencer = ordered(change.sequencer)
        changed = {**values, "sequencer": sequencer, "expires_at": None} if claim else values
        return self._write(change.tenant, change.document_id, changed, condition, {":sequencer": sequencer, **(known or {})}, remove)

    def _write(
        self, tenant: str, document_id: str, values: Values, condition: str, known: Mapping[str, str], remove: Sequence[str]
    ) -> Record | None:
        """The row as changed, or None when the condition does not hold. A value of None removes its attribute."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        kept = {name: value for name, value in {**values, "updated_at": now}.items() if value is not None}
        gone = [*remove, *(name for name, value in values.items() if value is None)]
        first = {"created_at": ":new_updated_at"} | ({"first_sequencer": ":sequencer"} if "sequencer" in values else {})
        sets = [f"#{name} = :new_{name}" for name in kept] + [f"#{name} = if_not_exists(#{name}, {value})" for name, value in first.items()]
        removes = f" REMOVE {', '.join(f'#{name}' for name in gone)}" if gone else ""
        given = {**known, **{f":new_{name}": value for name, value in kept.items()}}
        update = {
            "TableName": self._table,
            "Key": _key(tenant, document_id),
            "UpdateExpression": f"SET {', '.join(sets)}{removes}",
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {f"#{name}": name for name in [*kept, *gone, *first]},
            "ExpressionAttributeValues": {name: marshalled(value) for name, value in given.items()},
            "ReturnValues": "ALL_NEW",
        }
        return self._dependency.call(lambda: self._updated(update))

    def _counted(self, change: Change, sequencer: str, condition: str, attempts: str) -> int | None:
        """None when the condition does not hold. A row that is made here says that the document is being read."""
        update = {
            "TableName": self._table,
            "Key": _key(change.tenant, change.document_id),
            "UpdateExpression": f"SET attempts = {attempts}, attempted = :sequencer, "
            "#name = if_not_exists(#name, :name), #state = if_not_exists(#state, :state)",
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {"#name": "name", "#state": "state"},
            "ExpressionAttributeValues": {
                ":sequencer": {"S": sequencer},
                ":one": {"N": "1"},
                ":name": {"S": change.name},
                ":state": {"S": "processing"},
            },
            "ReturnValues": "ALL_NEW",
        }
        record = self._dependency.call(lambda: self._updated(update))
        return None if record is None else record.attempts

    def _updated(self, update: Mapping[str, Any]) -> Record | None:
        try:
            return Record.of_item(self._client.update_item(**update)["Attributes"])
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return None
            raise


def _key(tenant: str, document_id: str) -> dict[str, Any]:
    return {"tenant": {"S": tenant}, "document_id": {"S": document_id}}
