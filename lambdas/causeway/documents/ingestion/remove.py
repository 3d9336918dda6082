"""A deleted object takes its document along: the passages, the files, and last the registry's entry."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Literal

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.runs import Run, remove_every_file
from causeway.documents.ingestion.store import Store
from causeway.retrieval.index import PassageIndex

# kept: only a former version of the object was erased. superseded: a newer event has the document, or it is indexed again.
Outcome = Literal["removed", "withdrawn", "kept", "superseded"]


def remove_document(change: Change, registry: Registry, indexes: Callable[[], Sequence[PassageIndex]], documents: Store) -> Outcome:
    """May be repeated after any error. indexes: the tenant's in each generation, one that is about to be removed included; asked for once
    the document is taken, since one that came before is written to, and one that comes later is filled from the registry.
    """
    if change.action == "withdraw":
        return _withdraw(change, registry, indexes, documents)
    if change.permanent and not _latest(change, registry):
        return "kept"
    if not registry.begin_removal(change):
        return "superseded"
    until = datetime.now(UTC).isoformat(timespec="milliseconds")
    for index in indexes():
        index.remove_document(change.tenant, change.document_id, until)
    remove_every_file(change, documents)
    return "removed" if registry.finish_removal(change) else "superseded"


def _withdraw(change: Change, registry: Registry, indexes: Callable[[], Sequence[PassageIndex]], documents: Store) -> Outcome:
    """A duplicate keeps its row alone. A run that has begun meanwhile writes later than `now`, and finds that its files are gone."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    record = registry.get(change.tenant, change.document_id)
    if record is None or not record.is_of(change) or record.state != "duplicate":
        return "superseded"
    for index in indexes():
        index.remove_document(change.tenant, change.document_id, now)
    Run(change).remove_earlier_files(documents)
    Run(change).remove_files(documents)
    return "withdrawn" if registry.withdrawn(change) else "superseded"


def _latest(change: Change, registry: Registry) -> bool:
    record = registry.get(change.tenant, change.document_id)
    return record is None or not change.object_version or record.object_version == change.object_version
