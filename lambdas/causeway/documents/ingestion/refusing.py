"""A document that could not be ingested: its reason in the registry, and a bad one's file in quarantine."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from causeway.documents.ingestion import store
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.identity import file_name
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.runs import Run, quarantine_folder

FAILED = {"code": "failed", "message": "The document could not be processed for a fault on our side. It can be uploaded again later."}


def refuse(change: Change, values: Mapping[str, Any], registry: Registry, bucket: str) -> dict[str, Any]:
    """{state, reason}. values: the execution's object with `state` ("quarantined" or "failed") and `error` {Error, Cause}."""
    state = values["state"]
    reason = reason_of(values["error"]) if state == "quarantined" else FAILED
    if state == "quarantined":
        _keep(change, values, reason, bucket)
    ours = registry.refuse(change, state, reason["code"], reason["message"])
    if not ours:
        store.remove_all(bucket, [quarantine_folder(change)])
    if values.get("version") and (state == "quarantined" or not ours):
        Run(change, values["version"]).remove_files(bucket)
    return {"state": state, "reason": reason}


def reason_of(error: Mapping[str, str]) -> dict[str, str]:
    """Code and message of a BadDocument as Lambda reports it: Cause is JSON whose errorMessage is "code: message"."""
    message = json.loads(error["Cause"])["errorMessage"]
    code, _, sentence = message.partition(": ")
    return {"code": code, "message": sentence}


def _keep(change: Change, values: Mapping[str, Any], reason: Mapping[str, str], bucket: str) -> None:
    """The file, where it was fetched, and why it lies there. A file too large to fetch stays where it was uploaded."""
    folder = quarantine_folder(change)
    if values.get("raw_key"):
        with suppress(store.MissingObject):  # an attempt before has moved it
            store.copy(bucket, values["raw_key"], folder + file_name(change.name))
    origin = {"bucket": change.bucket, "key": change.key, "object_version": change.object_version, "size": change.size}
    store.write(bucket, f"{folder}reason.json", json.dumps({**reason, "origin": origin}, indent=2).encode(), "application/json")
