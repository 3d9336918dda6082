"""The first step: take the document for this event, and put its bytes where the other steps find them."""

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.execution import Registered, Settled
from causeway.documents.ingestion.identity import content_hash, version
from causeway.documents.ingestion.record import Record
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.runs import Run
from causeway.documents.ingestion.store import MissingObject, Store, too_large


def register_document(change: Change, registry: Registry, incoming: Store, documents: Store, max_bytes: int) -> Registered | Settled:
    """max_bytes: a larger file is refused without being fetched.

    Raises BadDocument too_large.
    """
    record = registry.receive(change)
    if record is None:
        return Settled.of(change, "superseded")
    if change.size > max_bytes:
        raise too_large(change.size, max_bytes)
    try:
        content = incoming.read(change.key, change.object_version, max_bytes)
    except MissingObject:
        return Settled.of(change, "superseded")  # deleted or replaced meanwhile: its own event follows
    return _kept_or_new(change, registry, documents, content, record)


def _kept_or_new(change: Change, registry: Registry, documents: Store, content: bytes, record: Record) -> Registered | Settled:
    found = version(content)
    if record.current_version == found:
        return Settled.of(change, "unchanged" if registry.keep(change, found, record.shortfall) else "superseded")
    if not registry.begin(change, found, content_hash(content), len(content)):
        return Settled.of(change, "superseded")
    key = Run(change, found).raw_key
    documents.save(key, content, "application/octet-stream")
    return Registered(**change.model_dump(), version=found, raw_key=key)
