"""A deleted object takes its document along: the passages, the files, and last the registry's entry."""

from datetime import UTC, datetime

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.execution import Outcome, Settled
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.runs import remove_every_file
from causeway.documents.ingestion.store import Store
from causeway.retrieval.index import PassageIndex


def remove_document(change: Change, registry: Registry, index: PassageIndex, documents: Store) -> Settled:
    return Settled.of(change, _outcome(change, registry, index, documents))


def _outcome(change: Change, registry: Registry, index: PassageIndex, documents: Store) -> Outcome:
    if change.permanent and not _latest(change, registry):
        return "kept"
    if not registry.begin_removal(change):
        return "superseded"
    index.remove_document(change.tenant, change.document_id, datetime.now(UTC).isoformat(timespec="milliseconds"))
    remove_every_file(change, documents)
    return "removed" if registry.finish_removal(change) else "superseded"


def _latest(change: Change, registry: Registry) -> bool:
    record = registry.get(change.tenant, change.document_id)
    return record is None or not change.object_version or record.object_version == change.object_version
