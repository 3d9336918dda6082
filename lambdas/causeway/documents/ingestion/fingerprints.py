"""What is kept of each version of a document to compare others with, and which documents stand behind which.

Items of one table, by partition and sort key:

    {tenant}#of#{document id}     version                      what is kept of a version
    {tenant}#{key}                document id                  a key of `Fingerprint`, of a document that has a place of its own
    {tenant}#behind               {kept one}#{document id}     a duplicate that has to be read again when the kept one's version goes
    {tenant}#shifts               an hour                      how many documents changed, and how many of them much
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import uuid4

from pydantic import BaseModel, ConfigDict

from causeway.documents.duplicates.fingerprint import Fingerprint
from causeway.documents.duplicates.signatures import Signature
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.identity import ordered
from causeway.documents.shifts import Batch, Statistics
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import Throttled

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FINGERPRINTS = Dependency("fingerprints", attempt_seconds=4.0, budget_seconds=8.0, connect_seconds=1.0)
AT_ONCE = 25  # items of one BatchWriteItem
READ_AT_ONCE = 100  # of one BatchGetItem
HOURS_KEPT = timedelta(days=2)


class FingerprintItem(TypedDict, total=False):
    """fingerprint_key, item: as the module lists them. kept: what is kept of a version, as JSON.

    name: of the document, with each key that it is found by. follower: a duplicate, as JSON. mark: of this entry alone.
    changed, shifted: documents of the hour that had an earlier version, and those of them that changed much.
    Data class: confidential; expires_at, changed, shifted, mark: internal.
    """

    fingerprint_key: str
    item: str
    kept: str
    name: str
    follower: str
    mark: str
    changed: int
    shifted: int
    expires_at: int


class Kept(BaseModel):
    """Of one version of a document.

    sequencer: of the event that read it, ordered. since: ISO 8601, when the document was first read with these words. announced: when its
    keys were there for others to find; "" if they are not.
    passages_key: where its passages are. held_for: the event whose file is held back until a person adds it again; "" for none.
    content_hash: of the file. text_hash: of its words. statistics: of its words.
    Data class: internal.
    """

    model_config = ConfigDict(frozen=True)

    version: str
    sequencer: str
    since: str
    passages_key: str
    content_hash: str
    text_hash: str
    statistics: Statistics
    held_for: str = ""
    announced: str = ""

    @property
    def fingerprint(self) -> Fingerprint:
        """Raises OtherScheme for a signature that must be made again."""
        told = self.statistics
        signature = Signature.stored(told.scheme, bytes.fromhex(told.signature)) if told.signature else None
        return Fingerprint(self.content_hash, self.text_hash, signature)


class Follower(BaseModel):
    """A duplicate. other: the id of the kept one. version: of that one. change: the duplicate's event. mark: of this entry alone.

    Data class: confidential; other, version, mark: internal.
    """

    model_config = ConfigDict(frozen=True)

    other: str
    version: str
    change: Change
    mark: str


class Fingerprints:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "fingerprints"."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        """client: one that has the patience of `FINGERPRINTS`."""
        self._client, self._table = client, table

    def of(self, tenant: str, document_id: str) -> Mapping[str, Kept]:
        """What is kept of a document's versions, by version."""
        items = self._items(f"{tenant}#of#{document_id}")
        return {item["item"]["S"]: Kept.model_validate_json(item["kept"]["S"]) for item in items}

    def of_versions(self, versions: Iterable[tuple[Change, str]]) -> Mapping[str, Kept]:
        """What is kept of one version of each document, by the document's id."""
        keys = {change.document_id: _key(f"{change.tenant}#of#{change.document_id}", version) for change, version in versions}
        ids = {key["fingerprint_key"]["S"]: document_id for document_id, key in keys.items()}
        found: dict[str, Kept] = {}
        wanted = list(keys.values())
        for start in range(0, len(wanted), READ_AT_ONCE):
            left = {self._table: {"Keys": wanted[start : start + READ_AT_ONCE], "ConsistentRead": True}}
            items: list[Mapping[str, Any]] = []
            FINGERPRINTS.call(lambda left=left, items=items: self._read(left, items))  # type: ignore[misc]
            found |= {ids[item["fingerprint_key"]["S"]]: Kept.model_validate_json(item["kept"]["S"]) for item in items}
        return found

    def keep(self, change: Change, kept: Kept) -> None:
        FINGERPRINTS.call(lambda: self._client.put_item(TableName=self._table, Item=_item(change, kept)))

    def keep_all(self, documents: Iterable[tuple[Change, Kept]]) -> None:
        """documents: no one twice."""
        self._write([{"PutRequest": {"Item": _item(*document)}} for document in documents])

    def announce(self, documents: Iterable[tuple[Change, Iterable[str]]]) -> None:
        """From now on each document is found by its keys. documents: no one twice."""
        self._write(
            [
                {"PutRequest": {"Item": {**_key(f"{change.tenant}#{key}", change.document_id), "name": {"S": change.name}}}}
                for change, keys in documents
                for key in keys
            ]
        )

    def having(self, tenant: str, key: str) -> Sequence[tuple[str, str]]:
        """Id and name of each document that is found by a key."""
        return [(item["item"]["S"], item["name"]["S"]) for item in self._items(f"{tenant}#{key}")]

    def withdraw(self, change: Change, keys: Iterable[str]) -> None:
        """The document is no longer found by these keys."""
        self._write([{"DeleteRequest": {"Key": _key(f"{change.tenant}#{key}", change.document_id)}} for key in keys])

    def forget(self, change: Change, but: Collection[str] = ()) -> None:
        """Drops what was kept of a document's versions until this event. but: versions that stay."""
        versions = self.of(change.tenant, change.document_id)
        gone = [each for name, each in versions.items() if name not in but and each.sequencer <= ordered(change.sequencer)]
        if gone:
            left = {key for each in versions.values() if each not in gone for key in _every_key(each)}
            self.withdraw(change, sorted({key for each in gone for key in _every_key(each)} - left))
            partition = f"{change.tenant}#of#{change.document_id}"
            self._write([{"DeleteRequest": {"Key": _key(partition, each.version)}} for each in gone])

    def stand_behind(self, change: Change, other: str, version: str) -> Follower:
        """From now on the document is read again when that version of the other one goes."""
        event = Change.model_validate(change.model_dump(include=set(Change.model_fields)))
        follower = Follower(other=other, version=version, change=event, mark=uuid4().hex)
        item = {**_place(follower), "mark": {"S": follower.mark}, "follower": {"S": follower.model_dump_json()}}
        FINGERPRINTS.call(lambda: self._client.put_item(TableName=self._table, Item=item))
        return follower

    def behind(self, tenant: str, document_id: str) -> Sequence[Follower]:
        items = self._items(f"{tenant}#behind", f"{document_id}#")
        return [Follower.model_validate_json(item["follower"]["S"]) for item in items]

    def leave(self, follower: Follower) -> None:
        """It stands behind the other one no longer, unless it did so again meanwhile."""
        deleted = {
            "TableName": self._table,
            "Key": _place(follower),
            "ConditionExpression": "mark = :mark",
            "ExpressionAttributeValues": {":mark": {"S": follower.mark}},
        }
        FINGERPRINTS.call(lambda: self._deleted(deleted))

    def count_change(self, tenant: str, is_shift: bool) -> Batch:
        """Counts one more changed document of this hour; those of the hour so far. One that is read again counts again."""
        now = datetime.now(UTC)
        update = {
            "TableName": self._table,
            "Key": _key(f"{tenant}#shifts", now.strftime("%Y-%m-%dT%H")),
            "UpdateExpression": "ADD changed :one, shifted :shifted SET expires_at = :expires",
            "ExpressionAttributeValues": {
                ":one": {"N": "1"},
                ":shifted": {"N": str(int(is_shift))},
                ":expires": {"N": str(int((now + HOURS_KEPT).timestamp()))},
            },
            "ReturnValues": "ALL_NEW",
        }
        row = FINGERPRINTS.call(lambda: self._client.update_item(**update))["Attributes"]  # type: ignore[arg-type]
        return Batch(int(row["changed"]["N"]), int(row["shifted"]["N"]))

    def _items(self, partition: str, begin: str = "") -> Iterator[Mapping[str, Any]]:
        query: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "fingerprint_key = :partition" + (" AND begins_with(#item, :begin)" if begin else ""),
            "ExpressionAttributeValues": {":partition": {"S": partition}, **({":begin": {"S": begin}} if begin else {})},
            "ConsistentRead": True,
            **({"ExpressionAttributeNames": {"#item": "item"}} if begin else {}),
        }
        while True:
            page = FINGERPRINTS.call(lambda: self._client.query(**query))
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            query["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _write(self, requests: Sequence[Any]) -> None:
        for start in range(0, len(requests), AT_ONCE):
            left = {self._table: list(requests[start : start + AT_ONCE])}
            FINGERPRINTS.call(lambda left=left: self._written(left))  # type: ignore[misc]

    def _written(self, left: dict[str, Any]) -> None:
        """left: keeps what DynamoDB did not write, which the next attempt asks for alone."""
        unwritten = self._client.batch_write_item(RequestItems=dict(left)).get("UnprocessedItems", {})
        _replace(left, unwritten)

    def _read(self, left: dict[str, Any], items: list[Mapping[str, Any]]) -> None:
        """left: keeps what DynamoDB did not read. items: gets what it did."""
        answer = self._client.batch_get_item(RequestItems=dict(left))
        items += answer["Responses"].get(self._table, ())
        _replace(left, answer.get("UnprocessedKeys", {}))

    def _deleted(self, delete: Mapping[str, Any]) -> None:
        try:
            self._client.delete_item(**delete)
        except self._client.exceptions.ConditionalCheckFailedException:
            return


def _every_key(kept: Kept) -> Sequence[str]:
    try:
        return kept.fingerprint.keys
    except ValueError:
        return Fingerprint(kept.content_hash, kept.text_hash, None).keys


def _replace(left: dict[str, Any], unprocessed: Mapping[str, Any]) -> None:
    left.clear()
    left.update(unprocessed)
    if left:
        raise Throttled(FINGERPRINTS.name, "unprocessed items")


def _item(change: Change, kept: Kept) -> dict[str, Any]:
    return {**_key(f"{change.tenant}#of#{change.document_id}", kept.version), "kept": {"S": kept.model_dump_json()}}


def _place(follower: Follower) -> dict[str, Any]:
    return _key(f"{follower.change.tenant}#behind", f"{follower.other}#{follower.change.document_id}")


def _key(partition: str, item: str) -> dict[str, Any]:
    return {"fingerprint_key": {"S": partition}, "item": {"S": item}}
