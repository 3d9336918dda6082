"""A deleted object takes its document along: passages, files, and last its entry."""

from datetime import UTC, datetime

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.runs import remove_every_file
from causeway.retrieval.index import PassageIndex


def remove(change: Change, registry: Registry, index: PassageIndex, bucket: str) -> str:
    """ "removed", "superseded" by a newer event, or "kept" when only a former version of the object was erased."""
    if change.permanent and not _latest(change, registry):
        return "kept"
    if not registry.begin_removal(change):
        return "superseded"
    index.remove_document(change.tenant, change.document_id, datetime.now(UTC).isoformat(timespec="milliseconds"))
    remove_every_file(change, bucket)
    return "removed" if registry.finish_removal(change) else "superseded"


def _latest(change: Change, registry: Registry) -> bool:
    record = registry.get(change.tenant, change.document_id)
    return record is None or not change.object_version or record.object_version == change.object_version
