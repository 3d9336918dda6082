"""One document's row in the registry."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.handed import Cut
from causeway.documents.ingestion.identity import ordered
from causeway.documents.ingestion.reasons import Reason
from causeway.documents.ingestion.report import Report
from causeway.documents.ingestion.uploads import object_key

State = Literal["processing", "read", "ready", "partial", "duplicate", "quarantined", "failed", "deleting", "deleted"]


class Record(BaseModel):
    """What the registry knows of a document.

    state: of the latest event's run: processing is being read, read waits for its vectors; partial is ready, but too much of the visible
    text was lost; duplicate stands behind another document and has no passages of its own.
    first_sequencer: of the first event, while the row is there.
    attempts: at an event whose work failed before.
    object_version, content_hash, bytes: of the latest event. reason: why that event's file was refused.
    current_version: the one that answers use, None while there is none. pending_version: the one being read.
    read_from: the version of the object that the current version was read from, or of the same bytes uploaded later.
    passages_key: of its passages in the documents bucket, as JSON lines; None for one that was indexed before this was kept.
    title, language, passages, report, shortfall, text_hash: of the current version. shortfall: why it is partial.
    cuts: of the current version, by chunking, as far as they are noted; passages and passages_key are those that it was read by.
    duplicate_of: the id of the document that a duplicate stands behind. followed: 1 once others stood behind this one.
    name: of the file, with its folders. sequencer: of the latest event, ordered.
    Data class: confidential; tenant, document_id, state, sequencer, first_sequencer, attempts, current_version, pending_version,
    object_version, content_hash, bytes, language, passages, passages_key, cuts, read_from, text_hash, duplicate_of, followed, created_at,
    updated_at: internal.
    """

    model_config = ConfigDict(frozen=True)

    tenant: str
    document_id: str
    name: str = ""
    state: State = "processing"
    sequencer: str = ""
    first_sequencer: str = ""
    attempts: int = 0
    current_version: str | None = None
    pending_version: str | None = None
    object_version: str | None = None
    content_hash: str | None = None
    bytes: int | None = None
    title: str | None = None
    language: str | None = None
    passages: int | None = None
    passages_key: str | None = None
    cuts: Mapping[str, Cut] = {}
    read_from: str | None = None
    report: Report | None = None
    shortfall: Reason | None = None
    text_hash: str | None = None
    duplicate_of: str | None = None
    followed: int = 0
    reason: Reason | None = None
    created_at: str | None = None
    updated_at: str | None = None

    @classmethod
    def of_item(cls, item: Mapping[str, Any]) -> Self:
        """item: as DynamoDB gives it."""
        return cls.model_validate({name: _plain(value) for name, value in item.items()})

    def event(self, bucket: str) -> Change:
        """The event that the row is of. bucket: of uploads."""
        return Change(
            action="ingest",
            bucket=bucket,
            key=object_key(self.tenant, self.name),
            object_version=self.object_version,
            sequencer=self.sequencer,
            size=self.bytes or 0,
            tenant=self.tenant,
            name=self.name,
            document_id=self.document_id,
        )

    def is_of(self, change: Change) -> bool:
        """Whether this event has the document, rather than a newer one."""
        return self.sequencer == ordered(change.sequencer)

    def cut(self, chunking: str) -> Self:
        """With the passages that a generation of this chunking has."""
        cut = self.cuts.get(chunking)
        return self.model_copy(update={"passages": cut.passages, "passages_key": cut.key}) if cut else self

    @property
    def is_first(self) -> bool:
        """Whether the document has had no event before its latest one."""
        return self.first_sequencer == self.sequencer

    @property
    def why_not_ready(self) -> Reason | None:
        return self.shortfall if self.state == "partial" else self.reason


def marshalled(value: Any) -> dict[str, Any]:
    """A text, an integer, or a mapping or sequence of them as DynamoDB takes it; a mapping's empty values are left out."""
    if isinstance(value, Mapping):
        return {"M": {name: marshalled(inner) for name, inner in value.items() if inner is not None}}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return {"L": [marshalled(inner) for inner in value]}
    return {"N": str(value)} if isinstance(value, int) else {"S": str(value)}


def _plain(value: Mapping[str, Any]) -> Any:
    kind, inner = next(iter(value.items()))
    if kind == "M":
        return {name: _plain(item) for name, item in inner.items()}
    if kind == "L":
        return [_plain(item) for item in inner]
    return int(inner) if kind == "N" else inner
