"""The route of `causeway.documents.reveal_contract`, for the privacy officers of a tenant."""

import re
import secrets
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.conversations.keys import Owner
from causeway.documents.contract import ID
from causeway.documents.ingestion.record import Record
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.runs import sealed_beside
from causeway.documents.ingestion.store import MissingObject, Store
from causeway.documents.reveal_contract import REVEAL, TOKEN, RevealRecord, RevealRequest, RevealResponse
from causeway.permissions.access import OFFICERS
from causeway.permissions.permissions import Permissions
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.locked_records import LockedRecords
from causeway.runtime.logs import hashed, logger, metrics, record_breaker
from causeway.runtime.problems import Problem, forbidden, not_found
from causeway.runtime.settings import Settings
from causeway.safety.personal.tokens import SEALED, NotOfThisToken, Sealed, Tokens
from functions.api import body, json_response, owner, rest_api

# Someone waits for the answer: all together end before the function's 10 seconds do.
PERMISSIONS = Dependency("permissions", attempt_seconds=1.0, budget_seconds=2.0, connect_seconds=0.5)
REGISTRY = Dependency("registry", attempt_seconds=1.0, budget_seconds=2.0, connect_seconds=0.5)
STORAGE = Dependency("storage", attempt_seconds=1.0, budget_seconds=2.0, connect_seconds=0.5)
TOKENS = Dependency("tokens", attempt_seconds=0.8, budget_seconds=1.5, connect_seconds=0.4)
AUDIT = Dependency("audit", attempt_seconds=1.0, budget_seconds=2.0, connect_seconds=0.5)

app = rest_api()


class RevealSettings(Settings):
    """token_key: ARN of an HMAC key."""

    documents_bucket: str
    registry_table: str
    permissions_table: str
    audit_bucket: str
    token_key: str


settings = cache(RevealSettings.from_environment)


@cache
def registry() -> Registry:
    return Registry(client("dynamodb", **REGISTRY.patience), settings().registry_table, REGISTRY.guarded(record_breaker))


@cache
def permissions() -> Permissions:
    return Permissions(client("dynamodb", **PERMISSIONS.patience), settings().permissions_table, PERMISSIONS.guarded(record_breaker))


@cache
def documents() -> Store:
    return Store(client("s3", **STORAGE.patience), settings().documents_bucket, STORAGE.guarded(record_breaker))


@cache
def records() -> LockedRecords:
    return LockedRecords(client("s3", **AUDIT.patience), settings().audit_bucket, AUDIT.guarded(record_breaker))


@app.serves(REVEAL)
def reveal(document_id: str, token: str) -> Response[str]:
    """Written down first: who saw which token of which document, when and why."""
    officer, request = owner(app), body(app, RevealRequest)
    sealed = _sealed(_readable(officer, document_id), token)
    tokens = Tokens.of(officer.tenant, client("kms", **TOKENS.patience), settings().token_key, TOKENS)
    reveal_id, now = secrets.token_hex(16), datetime.now(UTC)

    try:
        value = tokens.opened(token, sealed)
    except NotOfThisToken:
        detail = "The key that the value was sealed with is not the key of today; upload the document again."
        raise Problem("sealed", "The value cannot be opened", 409, detail) from None
    record = RevealRecord(
        reveal=reveal_id,
        at=now.isoformat(timespec="seconds"),
        tenant=officer.tenant,
        user=officer.user,
        document=document_id,
        token=token,
        kind=sealed.kind,
        reason=request.reason,
    )
    records().write_once(f"{officer.tenant}/reveals/{now:%Y/%m/%d}/{reveal_id}.json", record.model_dump_json().encode())
    logger.info("reveal", extra={"reveal": reveal_id, "officer": hashed(officer.key)})
    metrics.add_metric(name="Reveals", unit=MetricUnit.Count, value=1)
    found = RevealResponse(document_id=document_id, token=token, kind=sealed.kind, value=value, reveal_id=reveal_id)
    return json_response(REVEAL, found)


def _readable(officer: Owner, document_id: str) -> Record:
    """Raises a 403 Problem for who is no officer, and a 404 for a document that the officer may not read, as for one that is not there."""
    access = permissions().of(officer.tenant, officer.name)
    if not access.is_officer:
        raise forbidden(f"Only members of the group {OFFICERS} may turn tokens back.")
    record = registry().get(officer.tenant, document_id) if re.fullmatch(ID, document_id) else None
    if record is None or record.state == "deleted" or not access.may_read(record.name):
        raise not_found("such document")
    return record


def _sealed(record: Record, token: str) -> Sealed:
    """Of the version that answers use. Raises a 404 Problem."""
    try:
        sealed = SEALED.validate_json(documents().read(sealed_beside(record.passages_key))) if record.passages_key else {}
    except MissingObject:
        sealed = {}
    found = sealed.get(token) if re.fullmatch(TOKEN, token) else None
    if found is None:
        raise not_found("such token in the version of the document that answers use")
    return found


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId")
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    metrics.add_metric(name="Requests", unit=MetricUnit.Count, value=1)
    return app.resolve(event, context)
