"""A document that could not be ingested: its reason goes to the registry, and a bad document's file to quarantine."""

import json

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.identity import file_name
from causeway.documents.ingestion.reasons import FAILED, Reason
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.runs import Run, quarantine_folder
from causeway.documents.ingestion.store import Store


def quarantine(change: Change, reason: Reason, content: bytes | None, registry: Registry, documents: Store) -> None:
    """content: None for a file too large to fetch, which stays where it was uploaded."""
    folder = quarantine_folder(change)
    if content is not None:
        documents.save(folder + file_name(change.name), content, "application/octet-stream")
    origin = change.model_dump(include={"bucket", "key", "object_version", "size"})
    told = json.dumps({**reason.model_dump(), "origin": origin}, indent=2)
    documents.save(f"{folder}reason.json", told.encode(), "application/json")
    if not registry.refuse(change, "quarantined", reason):
        documents.remove_all([folder])
    Run(change).remove_files(documents)


def fail(change: Change, registry: Registry, documents: Store) -> bool:
    """Writes down that a fault on our side keeps a document from being ingested; its files stay for a look at them.

    False when a newer event or a deletion has the document.
    """
    ours = registry.refuse(change, "failed", FAILED)
    if not ours:
        Run(change).remove_files(documents)
    return ours
