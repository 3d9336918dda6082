"""The routes of `causeway.documents.contract`."""

import re
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import Any, get_args

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from causeway.documents.chunkings import FIRST
from causeway.documents.contract import (
    CHANGED,
    CHANGES,
    DELETE,
    ID,
    LIST,
    PASSAGES,
    PICTURES,
    PLACE,
    SHOW,
    UPLOAD,
    UPLOADS,
    ChangeList,
    DocumentList,
    DocumentResponse,
    Listed,
    PassageBody,
    PassageList,
    PictureList,
    PictureOfDocument,
    Refusal,
    UploadAddress,
    UploadForm,
    UploadOfMany,
    UploadRequest,
    UploadResponse,
    UploadsRequest,
    UploadsResponse,
)
from causeway.documents.ingestion import identity
from causeway.documents.ingestion.album import pictures_in
from causeway.documents.ingestion.lines import passages_in
from causeway.documents.ingestion.record import Record, State
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.runs import album_beside, passages_file
from causeway.documents.ingestion.store import MissingObject, Store
from causeway.documents.ingestion.uploads import address, expiry, object_key, presigned
from causeway.permissions.access import Access
from causeway.permissions.permissions import Permissions
from causeway.retrieval.embeddings import EmbeddingSettings
from causeway.retrieval.generations import Generations
from causeway.retrieval.links import PictureLinks
from causeway.runtime.appconfig import Document, document
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import logger, metrics, record_breaker
from causeway.runtime.problems import FieldFault, Problem, invalid_request, not_found
from causeway.runtime.switches import Switches, switched_off
from functions.api import body, json_response, page_after, rest_api, tenant, user, user_name

PAGE = 100
LOOKED_AT = 1000  # rows of which only those of one state are wanted
PASSAGE_BYTES = 256 * 1024  # of a page of passages
# Someone waits for the answer: permissions, the registry twice, and storage together end before the function's 10 seconds do.
PERMISSIONS = Dependency("permissions", attempt_seconds=1.0, budget_seconds=2.0, connect_seconds=0.5)
REGISTRY = Dependency("registry", attempt_seconds=1.0, budget_seconds=2.2, connect_seconds=0.5)
STORAGE = Dependency("storage", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)

app = rest_api()


class DocumentsSettings(EmbeddingSettings):
    incoming_bucket: str
    documents_bucket: str
    registry_table: str
    permissions_table: str
    max_document_bytes: int
    switches: str
    switch_seconds: float


settings = cache(DocumentsSettings.from_environment)


@cache
def registry() -> Registry:
    return Registry(client("dynamodb", **REGISTRY.patience), settings().registry_table, REGISTRY.guarded(record_breaker))


@cache
def generations() -> Generations:
    table = client("dynamodb", **REGISTRY.patience), settings().registry_table
    return Generations(*table, REGISTRY.guarded(record_breaker), settings().first_generation)


@cache
def permissions() -> Permissions:
    return Permissions(client("dynamodb", **PERMISSIONS.patience), settings().permissions_table, PERMISSIONS.guarded(record_breaker))


@cache
def uploads() -> Store:
    return Store(client("s3", **STORAGE.patience), settings().incoming_bucket, STORAGE.guarded(record_breaker))


@cache
def documents() -> Store:
    return Store(client("s3", **STORAGE.patience), settings().documents_bucket, STORAGE.guarded(record_breaker))


@cache
def switches() -> Document[Switches]:
    return document(settings().switches, Switches, settings().switch_seconds)


@app.serves(UPLOAD)
def request_upload() -> Response[str]:
    """A document cannot be put, or replaced, where its uploader could not read it.

    The form promises nothing yet: the document exists from the event of its upload on, seconds after the form is sent.
    """
    caller, wanted = tenant(app), body(app, UploadRequest)
    if not _access().may_read(wanted.name):
        raise Problem("forbidden", "Not allowed", 403, "name: it is in a folder that you may not read.")
    if not switches().current().of(caller).uploads:
        raise switched_off("Uploads")
    maximum = settings().max_document_bytes
    if wanted.bytes is not None and wanted.bytes > maximum:
        raise Problem("too-large", "The file is too large", 413, f"bytes: at most {maximum:,} are taken; split the document.")
    upload = presigned(client("s3"), settings().incoming_bucket, caller, wanted.name, maximum, wanted.content_type)
    form = UploadForm(url=upload.url, fields=upload.fields)
    made = UploadResponse(
        document_id=identity.document_id(caller, wanted.name), name=wanted.name, upload=form, expires_at=upload.expires_at
    )
    return json_response(UPLOAD, made)


@app.serves(UPLOADS)
def request_uploads() -> Response[str]:
    """Many at once, each judged by itself: one that is refused keeps no other from its place."""
    caller, wanted, access = tenant(app), body(app, UploadsRequest), _access()
    if not switches().current().of(caller).uploads:
        raise switched_off("Uploads")
    places = [_address(caller, one, access) for one in wanted.documents]
    return json_response(UPLOADS, UploadsResponse(uploads=places, expires_at=expiry()))


def _address(caller: str, one: UploadOfMany, access: Access) -> UploadAddress:
    place = {"document_id": identity.document_id(caller, one.name), "name": one.name}
    maximum = settings().max_document_bytes
    if not access.may_read(one.name):
        return UploadAddress(**place, url=None, refused=Refusal(code="forbidden", message="It is in a folder that you may not read."))
    if one.bytes > maximum:
        too_large = Refusal(code="too-large", message=f"At most {maximum:,} bytes are taken; split the document.")
        return UploadAddress(**place, url=None, refused=too_large)
    return UploadAddress(**place, url=address(client("s3"), settings().incoming_bucket, caller, one.name, one.bytes), refused=None)


@app.serves(CHANGES)
def list_changes() -> Response[str]:
    since = app.current_event.get_query_string_value("since") or ""
    if not re.fullmatch(CHANGED, since):
        raise invalid_request([FieldFault("since", "a time such as 2026-11-27T09:30:00+00:00, or the `next` of the page before")])
    records, following, more = registry().changed(tenant(app), since, PAGE)
    access = _access()
    readable = [DocumentResponse.of(record) for record in _as_searched(records) if access.may_read(record.name)]
    return json_response(CHANGES, ChangeList(documents=readable, next=following, more=more))


@app.serves(LIST)
def list_documents() -> Response[str]:
    wanted = _wanted_state()
    records, following = registry().page(tenant(app), LOOKED_AT if wanted else PAGE, page_after(app, ID), wanted)
    access = _access()
    readable = [DocumentResponse.of(record) for record in _as_searched(records) if access.may_read(record.name)]
    return json_response(LIST, DocumentList(documents=readable, next=following))


def _wanted_state() -> State | None:
    """Raises a 400 Problem that lists the states for another word."""
    said = app.current_event.get_query_string_value("state")
    found: State | None = next((state for state in get_args(Listed) if state == said), None)
    if said is not None and found is None:
        raise invalid_request([FieldFault("state", f"one of {', '.join(get_args(Listed))}")])
    return found


@app.serves(SHOW)
def show_document(document_id: str) -> Response[str]:
    return json_response(SHOW, DocumentResponse.of(_searched(document_id)))


@app.serves(PASSAGES)
def list_passages(document_id: str) -> Response[str]:
    """Of the version that answers use at this moment; what is uploaded meanwhile ends the list with a conflict."""
    after = page_after(app, PLACE)
    record = _searched(document_id)
    found, following = _passages(record, after)
    listed = PassageList(
        document_id=record.document_id,
        version=record.current_version,
        read_from=record.read_from if record.current_version else None,
        file=record.passages_key if record.current_version else None,
        total=record.passages or 0 if record.current_version else 0,
        passages=found,
        next=f"{_list_of(record)}.{following}" if following else None,
    )
    return json_response(PASSAGES, listed)


def _passages(record: Record, after: str | None) -> tuple[list[PassageBody], int | None]:
    """A page of passages and the byte where the next one begins. Raises a 409 Problem when the version asked for is no longer used."""
    of, _, start = (after or f"{_list_of(record)}.0").partition(".")
    if not record.current_version or not record.passages_key:
        return [], None
    if of != _list_of(record):
        raise _replaced()
    try:
        lines, following = documents().lines(record.passages_key, int(start), PASSAGE_BYTES)
        return [PassageBody.of(passage) for passage in passages_in(lines)], following
    except MissingObject:
        raise _replaced() from None
    except (IndexError, ValidationError):
        raise invalid_request([FieldFault("after", "send the `next` of the page before")]) from None


def _list_of(record: Record) -> str:
    """What a place in a list of passages is a place in: a version by one chunking, in 16 hexadecimal digits."""
    version, file = record.current_version or "", (record.passages_key or "").rpartition("/")[2]
    return version if file in {"", passages_file(FIRST)} else sha256(f"{version}/{file}".encode()).hexdigest()[:16]


def _replaced() -> Problem:
    return Problem("replaced", "Another version is used by now", 409, "The document has changed meanwhile; begin with the first page.")


@app.serves(PICTURES)
def list_pictures(document_id: str) -> Response[str]:
    """Of the version that answers use at this moment."""
    record = _readable(document_id)
    links = PictureLinks(client("s3"), settings().documents_bucket)
    found = [PictureOfDocument.of(picture, links) for picture in pictures_in(_album(record))]
    return json_response(PICTURES, PictureList(document_id=record.document_id, version=record.current_version, pictures=found))


def _album(record: Record) -> bytes:
    """The list of a document's pictures; nothing of a document that has none, or was indexed before they were kept."""
    if not record.current_version or not record.passages_key:
        return b""
    try:
        return documents().read(album_beside(record.passages_key))
    except MissingObject:
        return b""


@app.serves(DELETE)
def delete_document(document_id: str) -> Response[str]:
    """Answers drop the document at once; its passages and files go soon after."""
    caller, found = tenant(app), _readable(document_id)
    record = registry().mark_deleting(caller, found.document_id)
    if record is None:
        raise not_found("such document")
    uploads().delete(object_key(caller, record.name))
    return json_response(DELETE, DocumentResponse.of(record))


def _readable(identifier: str) -> Record:
    """Raises a 404 Problem, the same for a document in a closed folder as for one that does not exist."""
    record = registry().get(tenant(app), identifier) if re.fullmatch(ID, identifier) else None
    if record is None or record.state == "deleted" or not _access().may_read(record.name):
        raise not_found("such document")
    return record


def _searched(identifier: str) -> Record:
    """As `_readable`, as this user searches it."""
    (record,) = _as_searched([_readable(identifier)])
    return record


def _as_searched(records: Sequence[Record]) -> list[Record]:
    """With the passages of the generation of the index that this user's answers are from."""
    live = generations().live(Deadline.after(REGISTRY.budget_seconds))
    known = {each.embedding.vectors for each in settings().by_model}
    chunking = live.without(lambda each: each.vectors not in known).searched(tenant(app), user(app)).chunking
    return [record.cut(chunking) for record in records]


def _access() -> Access:
    return permissions().of(tenant(app), user_name(app))


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId")
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    metrics.add_metric(name="Requests", unit=MetricUnit.Count, value=1)
    return app.resolve(event, context)
