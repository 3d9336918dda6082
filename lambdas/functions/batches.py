"""The routes of `causeway.batches.contract`."""

import json
import re
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.batches.contract import AFTER, BATCH_ID, CANCEL, MAX_BYTES, SEND, SHOW, BatchRequest
from causeway.batches.intake import Intake, no_batch
from causeway.batches.queues import Queues
from causeway.batches.settings import BatchSettings
from causeway.batches.store import Batches
from causeway.permissions.permissions import Permissions
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import logger, metrics, record_breaker
from causeway.runtime.problems import Problem
from causeway.runtime.settings import Settings
from functions.admission import admit
from functions.api import body, json_response, owner, page_after, rest_api

# Someone waits for the answer: it comes before the function's 28 seconds end, 50 calls of the queue included.
TABLE = Dependency("batches", attempt_seconds=2.0, budget_seconds=4.5, connect_seconds=0.5)
PERMISSIONS = Dependency("permissions", attempt_seconds=1.0, budget_seconds=2.0, connect_seconds=0.5)
QUEUE = Dependency("queue", attempt_seconds=2.0, budget_seconds=4.5, connect_seconds=0.5)

app = rest_api()


class PermissionSettings(Settings):
    permissions_table: str


@cache
def intake() -> Intake:
    settings, table = BatchSettings.from_environment(), PermissionSettings.from_environment().permissions_table
    batches = Batches(client("dynamodb", **TABLE.patience), settings.batches_table, TABLE.guarded(record_breaker))
    queues = Queues(client("sqs", **QUEUE.patience), settings.queues, QUEUE.guarded(record_breaker))
    return Intake(batches, queues, Permissions(client("dynamodb", **PERMISSIONS.patience), table, PERMISSIONS.guarded(record_breaker)))


@app.serves(SEND)
def send() -> Response[str]:
    caller, request, text = owner(app), body(app, BatchRequest), app.current_event.decoded_body or ""
    if len(text.encode()) > MAX_BYTES:
        raise Problem("too-large", "The batch is too large", 413, f"A batch is at most {MAX_BYTES:,} bytes of JSON; send several.")
    admit(app)
    status = intake().accept(caller, request, json.loads(text))
    logger.info("batch", extra={"batch": status.batch_id, "questions": status.total, "priority": status.priority})
    metrics.add_metric(name="BatchQuestions", unit=MetricUnit.Count, value=status.total)
    return json_response(SEND, status)


@app.serves(SHOW)
def show(batch_id: str) -> Response[str]:
    return json_response(SHOW, intake().show(owner(app), _known_form(batch_id), int(page_after(app, AFTER) or 0)))


@app.serves(CANCEL)
def cancel(batch_id: str) -> Response[str]:
    return json_response(CANCEL, intake().cancel(owner(app), _known_form(batch_id)))


def _known_form(identifier: str) -> str:
    if not re.fullmatch(BATCH_ID, identifier):
        raise no_batch()
    return identifier


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId")
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    metrics.add_metric(name="Requests", unit=MetricUnit.Count, value=1)
    return app.resolve(event, context)
