"""First step of an ingestion: take the document for this event, and put its bytes where the other steps find them."""

from typing import Any

from causeway.documents.ingestion import store
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.identity import content_hash, version
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.runs import Run

SUPERSEDED = {"outcome": "superseded"}


def register(change: Change, registry: Registry, documents_bucket: str, most: int) -> dict[str, Any]:
    """{outcome: "new" | "unchanged" | "superseded"}, and for "new" also version and raw_key.

    most: bytes; a larger file is refused without being fetched.
    Raises BadDocument too_large.
    """
    record = registry.receive(change)
    if record is None:
        return SUPERSEDED
    if change.size > most:
        raise store.too_large(change.size, most)
    try:
        content = store.read(change.bucket, change.key, change.object_version, most)
    except store.MissingObject:
        return SUPERSEDED  # deleted or replaced meanwhile: its own event follows
    return _kept_or_new(change, registry, documents_bucket, content, record.current_version)


def _kept_or_new(change: Change, registry: Registry, bucket: str, content: bytes, current: str | None) -> dict[str, Any]:
    found = version(content)
    if current == found:
        return {"outcome": "unchanged", "version": found} if registry.keep(change, found) else SUPERSEDED
    if not registry.begin(change, found, content_hash(content), len(content)):
        return SUPERSEDED
    key = Run(change, found).raw_key
    store.write(bucket, key, content, "application/octet-stream")
    return {"outcome": "new", "version": found, "raw_key": key}
