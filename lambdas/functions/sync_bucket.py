"""The steps of a sync of a bucket, as its state machine asks for them: {"step": ..., "sync": {...}, ...}.

begin: the sync, checked, and whether its source is empty. copy: items of the listing. find: what is gone; asked again while `after` is
given. delete: asked again until it is done. finish: the counts, and where the result is.
"""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.documents.ingestion.store import Store
from causeway.documents.sources.copying import Copying, Listed
from causeway.documents.sources.leaving import Leaving
from causeway.documents.sources.notes import Notes, summed
from causeway.documents.sources.objects import STORAGE, Objects
from causeway.documents.sources.sync import Found, Sync
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.logs import logger
from causeway.runtime.settings import Settings


class SyncSettings(Settings):
    """max_document_bytes: a larger file is not copied."""

    incoming_bucket: str
    documents_bucket: str
    max_document_bytes: int


settings = cache(SyncSettings.from_environment)


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Raises ValidationError for a sync that cannot be; Throttled or DependencyUnavailable, after which the step may be repeated."""
    sync = Sync.model_validate(event["sync"])
    done = _STEPS[event["step"]](sync, event, Deadline.before_end(context, 0))
    logger.info("sync", extra={"step": event["step"], "run": sync.run, **{name: each for name, each in done.items() if name != "sync"}})
    return done


def _begin(sync: Sync, event: dict[str, Any], deadline: Deadline) -> dict[str, Any]:
    there = _objects().keys(sync.bucket, sync.prefix, "")
    return {"sync": sync.model_dump(), "empty": next(there, None) is None}


def _copy(sync: Sync, event: dict[str, Any], deadline: Deadline) -> dict[str, Any]:
    items = [Listed.model_validate(item) for item in event["items"]]
    note = Copying(_objects(), settings().incoming_bucket, _notes(sync), sync, settings().max_document_bytes).copy(items)
    return {"looked": note.looked}


def _find(sync: Sync, event: dict[str, Any], deadline: Deadline) -> dict[str, Any]:
    before = Found.model_validate(event["found"])
    found = before.plus(_leaving(sync, deadline).find(before.after or ""))
    return {**found.model_dump(), "refused": found.is_too_much(sync)}


def _delete(sync: Sync, event: dict[str, Any], deadline: Deadline) -> dict[str, Any]:
    return {"done": _leaving(sync, deadline).delete()}


def _finish(sync: Sync, event: dict[str, Any], deadline: Deadline) -> dict[str, Any]:
    notes = _notes(sync)
    compared, gone, deleted = ([note for _, note in notes.read(step)] for step in ("compared", "gone", "deleted"))
    result = summed(sync, compared, gone, deleted, event["refused"])
    counts = {name: len(each) for name, each in result if isinstance(each, list)}
    return {"key": notes.finish(result), "looked": result.looked, "unchanged": result.unchanged, **counts}


_STEPS = {"begin": _begin, "copy": _copy, "find": _find, "delete": _delete, "finish": _finish}


def _leaving(sync: Sync, deadline: Deadline) -> Leaving:
    return Leaving(_objects(), settings().incoming_bucket, _notes(sync), sync, deadline)


def _objects() -> Objects:
    return Objects(client("s3", **STORAGE.patience))


def _notes(sync: Sync) -> Notes:
    return Notes(Store(client("s3", **STORAGE.patience), settings().documents_bucket), sync)
