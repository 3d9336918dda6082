"""POST /v1/documents, GET /v1/documents, GET and DELETE /v1/documents/{document_id}."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field, field_validator

from causeway.documents.content import Tally
from causeway.documents.ingestion.identity import document_id
from causeway.documents.ingestion.reasons import Reason
from causeway.documents.ingestion.record import Record, State
from causeway.documents.ingestion.registry import REGISTRY, Registry
from causeway.documents.ingestion.store import STORAGE, Store
from causeway.documents.ingestion.uploads import clean_name, object_key, presigned
from causeway.runtime.clients import client
from causeway.runtime.logs import logger
from causeway.runtime.problems import FieldFault, Problem, invalid_request, not_found
from causeway.runtime.settings import Settings
from functions.api import body, json_response, rest_api, tenant

PAGE = 100
_ID = re.compile(r"[0-9a-f]{32}")

app = rest_api()


class DocumentsSettings(Settings):
    incoming_bucket: str
    registry_table: str
    max_document_bytes: int


class UploadRequest(BaseModel):
    """name: the path the document is kept under; the same name replaces the document. bytes: the file's size, if known."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=1024)
    content_type: str | None = Field(None, min_length=3, max_length=255, pattern=r"^[\w.+-]+/[\w.+-]+(; ?[\w-]+=[\w.-]+)*$")
    bytes: int | None = Field(None, ge=0)

    @field_validator("name")
    @classmethod
    def _clean(cls, name: str) -> str:
        return clean_name(name)


class UploadForm(BaseModel):
    url: str
    fields: dict[str, str]


class UploadResponse(BaseModel):
    document_id: str
    name: str
    upload: UploadForm
    expires_at: str


class DocumentResponse(BaseModel):
    """What is known of a document.

    state, object_version, content_hash, bytes: of the latest upload; an uploader knows its own upload by the middle two.
    version: the one that answers use, null while there is none. title, language, passages, report and lost_share describe it.
    reason: why the state is quarantined, failed or partial. A partial document can be asked about; too much of it was not read.
    report: what of it was read and what was not, and why. lost_share: of its visible text, 0 to 1, estimated.
    """

    document_id: str
    name: str
    state: State
    version: str | None
    title: str | None
    language: str | None
    passages: int | None
    report: Sequence[Tally] | None
    lost_share: float | None = Field(ge=0, le=1)
    bytes: int | None
    object_version: str | None
    content_hash: str | None
    reason: Reason | None
    created_at: str | None
    updated_at: str | None

    @classmethod
    def of(cls, record: Record) -> "DocumentResponse":
        derived = {"version", "report", "lost_share", "reason"}
        read = record.report
        return cls(
            **record.model_dump(include=cls.model_fields.keys() - derived),
            version=record.current_version,
            report=read.tallies if read else None,
            lost_share=round(read.lost_share, 3) if read else None,
            reason=record.why_not_ready,
        )


class DocumentList(BaseModel):
    """next: pass it as ?after= for the next page; null on the last."""

    documents: list[DocumentResponse]
    next: str | None


settings = cache(DocumentsSettings.from_environment)


@cache
def registry() -> Registry:
    return Registry(client("dynamodb", **REGISTRY.patience), settings().registry_table)


@app.post("/v1/documents")
def request_upload() -> Response[str]:
    """Promises nothing yet: the document exists from the event of its upload on, seconds after the form is sent."""
    caller, wanted = tenant(app), body(app, UploadRequest)
    maximum = settings().max_document_bytes
    if wanted.bytes is not None and wanted.bytes > maximum:
        raise Problem("too-large", "The file is too large", 413, f"bytes: at most {maximum:,} are taken; split the document.")
    upload = presigned(client("s3"), settings().incoming_bucket, caller, wanted.name, maximum, wanted.content_type)
    form = UploadForm(url=upload.url, fields=upload.fields)
    made = UploadResponse(document_id=document_id(caller, wanted.name), name=wanted.name, upload=form, expires_at=upload.expires_at)
    return json_response(made, 201)


@app.get("/v1/documents")
def list_documents() -> Response[str]:
    after = app.current_event.get_query_string_value("after")
    if after is not None and not _ID.fullmatch(after):
        raise invalid_request([FieldFault("after", "send the `next` of the page before")])
    records, following = registry().page(tenant(app), PAGE, after)
    return json_response(DocumentList(documents=[DocumentResponse.of(record) for record in records], next=following))


@app.get("/v1/documents/<document>")
def show_document(document: str) -> Response[str]:
    record = registry().get(tenant(app), _known_form(document))
    if record is None or record.state == "deleted":
        raise not_found("such document")
    return json_response(DocumentResponse.of(record))


@app.delete("/v1/documents/<document>")
def delete_document(document: str) -> Response[str]:
    """Answers drop the document at once; its passages and files go soon after."""
    caller = tenant(app)
    record = registry().mark_deleting(caller, _known_form(document))
    if record is None:
        raise not_found("such document")
    Store(client("s3", **STORAGE.patience), settings().incoming_bucket).delete(object_key(caller, record.name))
    return json_response(DocumentResponse.of(record), 202)


def _known_form(document: str) -> str:
    if not _ID.fullmatch(document):
        raise not_found("such document")
    return document


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId")
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
