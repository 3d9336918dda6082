"""Deleted objects take their documents along: the passages, the files, and last the registry's entry."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Literal

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.runs import Run, remove_every_file
from causeway.documents.ingestion.store import Store
from causeway.retrieval.index import PassageIndex

Indexes = Callable[[str], Sequence[PassageIndex]]
# kept: only a former version of the object was erased. superseded: a newer event has the document, or it is indexed again.
Outcome = Literal["removed", "withdrawn", "kept", "superseded"]


def remove_documents(changes: Sequence[Change], registry: Registry, indexes: Indexes, documents: Store) -> list[Outcome]:
    """What became of each. May be repeated after any error. indexes: of a tenant in each generation, one that is about to be removed
    included; asked for once the documents are taken, since one that came before is written to, and one that comes later is filled from
    the registry.
    """
    outcomes: list[Outcome | None] = []
    until: dict[str, dict[str, str]] = defaultdict(dict)
    for change in changes:
        outcomes.append(_begun(change, registry, indexes, documents))
        if outcomes[-1] is None:
            until[change.tenant][change.document_id] = _now()
    for tenant, of_documents in until.items():
        for index in indexes(tenant):
            index.remove_documents(tenant, of_documents)
    for change, outcome in zip(changes, outcomes, strict=True):
        if outcome is None:
            remove_every_file(change, documents)
    return [outcome or _finished(change, registry) for change, outcome in zip(changes, outcomes, strict=True)]


def _begun(change: Change, registry: Registry, indexes: Indexes, documents: Store) -> Outcome | None:
    """None for a document that is to be removed, and is marked so."""
    if change.action == "withdraw":
        return _withdraw(change, registry, indexes, documents)
    if change.permanent and not _latest(change, registry):
        return "kept"
    return None if registry.begin_removal(change) else "superseded"


def _finished(change: Change, registry: Registry) -> Outcome:
    return "removed" if registry.finish_removal(change) else "superseded"


def _withdraw(change: Change, registry: Registry, indexes: Indexes, documents: Store) -> Outcome:
    """A duplicate keeps its row alone. A run that has begun meanwhile writes later than `now`, and finds that its files are gone."""
    now = _now()
    record = registry.get(change.tenant, change.document_id)
    if record is None or not record.is_of(change) or record.state != "duplicate":
        return "superseded"
    for index in indexes(change.tenant):
        index.remove_documents(change.tenant, {change.document_id: now})
    Run(change).remove_earlier_files(documents)
    Run(change).remove_files(documents)
    return "withdrawn" if registry.withdrawn(change) else "superseded"


def _latest(change: Change, registry: Registry) -> bool:
    record = registry.get(change.tenant, change.document_id)
    return record is None or not change.object_version or record.object_version == change.object_version


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
