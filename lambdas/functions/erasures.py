"""The routes of `causeway.erasure.contract`, for the privacy officers of a tenant."""

import re
import secrets
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.conversations.keys import Owner
from causeway.conversations.repeats import digest_of, other_request
from causeway.documents.contract import ID
from causeway.documents.ingestion.registry import Registry
from causeway.erasure.contract import (
    DOCUMENTS,
    ERASE,
    ERASURE_ID,
    OFFICERS,
    SHOW,
    ErasedDocument,
    ErasedDocuments,
    ErasureBody,
    ErasureRequest,
)
from causeway.erasure.erasure import Erasure, moment
from causeway.erasure.queue import written
from causeway.erasure.store import Erasures
from causeway.erasure.trace import IN_DOCUMENTS
from causeway.permissions.access import Access
from causeway.permissions.permissions import Permissions
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import hashed, logger, metrics, record_breaker
from causeway.runtime.problems import forbidden, not_found
from causeway.runtime.settings import Settings
from functions.api import body, json_response, owner, page_after, rest_api

PAGE = 50
# Someone waits for the answer: permissions, the table and the queue together end before the function's 10 seconds do.
PERMISSIONS = Dependency("permissions", attempt_seconds=1.0, budget_seconds=2.0, connect_seconds=0.5)
ERASURES = Dependency("erasures", attempt_seconds=1.0, budget_seconds=2.5, connect_seconds=0.5)
QUEUE = Dependency("queue", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)
REGISTRY = Dependency("registry", attempt_seconds=1.0, budget_seconds=2.5, connect_seconds=0.5)

app = rest_api()


class ErasuresSettings(Settings):
    """erasure_queue: URL."""

    erasures_table: str
    erasure_queue: str
    permissions_table: str
    registry_table: str


settings = cache(ErasuresSettings.from_environment)


@cache
def erasures() -> Erasures:
    return Erasures(client("dynamodb", **ERASURES.patience), settings().erasures_table, ERASURES.guarded(record_breaker))


@cache
def permissions() -> Permissions:
    return Permissions(client("dynamodb", **PERMISSIONS.patience), settings().permissions_table, PERMISSIONS.guarded(record_breaker))


@cache
def registry() -> Registry:
    return Registry(client("dynamodb", **REGISTRY.patience), settings().registry_table, REGISTRY.guarded(record_breaker))


@app.serves(ERASE)
def erase() -> Response[str]:
    """Written down first, then sent: whoever hears nothing sends the request again with its client token."""
    (officer, _), request = _officer(), body(app, ErasureRequest)
    asked = _asked(officer, request)
    erasure = erasures().create(asked)
    if erasure.digest != asked.digest:
        raise other_request()
    if erasure.state != "done":
        _send(erasure)
    logger.info("erasure", extra={"erasure": erasure.id, "officer": hashed(officer.key), "dry_run": erasure.dry_run})
    metrics.add_metric(name="Erasures", unit=MetricUnit.Count, value=1)
    return json_response(ERASE, ErasureBody.of(erasure))


@app.serves(SHOW)
def show(erasure_id: str) -> Response[str]:
    officer, _ = _officer()
    return json_response(SHOW, ErasureBody.of(_found(officer, erasure_id)))


@app.serves(DOCUMENTS)
def list_documents(erasure_id: str) -> Response[str]:
    officer, access = _officer()
    units, following = erasures().units(_found(officer, erasure_id), IN_DOCUMENTS, PAGE, page_after(app, ID))
    records = registry().registered([(officer.tenant, unit) for unit, _ in units])
    names = {unit: record.name for unit, record in records.items() if record.state != "deleted" and access.may_read(record.name)}
    found = [ErasedDocument(document_id=unit, name=names.get(unit), outcome=outcome) for unit, outcome in units]
    return json_response(DOCUMENTS, ErasedDocuments(documents=found, next=following))


def _asked(officer: Owner, request: ErasureRequest) -> Erasure:
    token = request.client_token or secrets.token_hex(16)
    return Erasure(
        id=officer.id_of("erasure", token),
        tenant=officer.tenant,
        by=officer.user,
        user=request.user,
        name=request.name,
        about=tuple(request.about),
        documents=request.documents,
        dry_run=request.dry_run,
        digest=digest_of({**request.model_dump(mode="json"), "client_token": token}),
        key=secrets.token_hex(32),
        created_at=moment(),
    )


def _send(erasure: Erasure) -> None:
    """Twice does no harm: the second message finds the work done, or under way."""
    sqs = client("sqs", **QUEUE.patience)
    QUEUE.call(lambda: sqs.send_message(QueueUrl=settings().erasure_queue, MessageBody=written(erasure)))


def _found(officer: Owner, erasure_id: str) -> Erasure:
    erasure = erasures().get(officer.tenant, erasure_id) if re.fullmatch(ERASURE_ID, erasure_id) else None
    if erasure is None:
        raise not_found("such erasure")
    return erasure


def _officer() -> tuple[Owner, Access]:
    """The caller and their rights, if a privacy officer of their tenant. Raises a 403 Problem for anyone else."""
    person = owner(app)
    access = permissions().of(person.tenant, person.name)
    if OFFICERS not in access.groups:
        raise forbidden(f"Only members of the group {OFFICERS} may erase people.")
    return person, access


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId")
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    metrics.add_metric(name="Requests", unit=MetricUnit.Count, value=1)
    return app.resolve(event, context)
