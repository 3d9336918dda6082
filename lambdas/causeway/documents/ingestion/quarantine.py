"""A document that could not be ingested: its reason goes to the registry, and a bad document's file to quarantine."""

import json
from contextlib import suppress

from causeway.documents.ingestion.execution import Caught, Refused
from causeway.documents.ingestion.identity import file_name
from causeway.documents.ingestion.reasons import FAILED, Reason
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.runs import Run, quarantine_folder
from causeway.documents.ingestion.store import MissingObject, Store


def quarantine_document(caught: Caught, registry: Registry, documents: Store) -> Refused:
    """A document that failed for a fault on our side (state "failed") keeps its files for a look at them."""
    bad = caught.state == "quarantined"
    reason = Reason.of_cause(caught.error.Cause) if bad else FAILED
    if bad:
        _keep(caught, reason, documents)
    ours = registry.refuse(caught, caught.state, reason)
    if not ours:
        documents.remove_all([quarantine_folder(caught)])
    if caught.version and (bad or not ours):
        Run(caught, caught.version).remove_files(documents)
    return Refused(**caught.model_dump(), reason=reason)


def _keep(caught: Caught, reason: Reason, documents: Store) -> None:
    """The file, if it was fetched, and why it is there. A file too large to fetch stays where it was uploaded."""
    folder = quarantine_folder(caught)
    if caught.raw_key:
        with suppress(MissingObject):  # an attempt before has moved it
            documents.copy(caught.raw_key, folder + file_name(caught.name))
    origin = caught.model_dump(include={"bucket", "key", "object_version", "size"})
    told = json.dumps({**reason.model_dump(), "origin": origin}, indent=2)
    documents.save(f"{folder}reason.json", told.encode(), "application/json")
