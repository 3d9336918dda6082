"""Uploads and deletions from the queue, each to its own execution of the ingestion state machine."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, ExceptionInfo, FailureResponse, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError

from causeway.documents.ingestion.changes import Change
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import hashed, logger
from causeway.runtime.settings import Settings

WORKFLOW = Dependency("workflow", attempt_seconds=32.0, budget_seconds=130.0)


class StartSettings(Settings):
    state_machine_arn: str


settings = cache(StartSettings.from_environment)


class Starts(BatchProcessor):
    """Says of each event that could not be started why."""

    def failure_handler(self, record: Any, exception: ExceptionInfo) -> FailureResponse:
        logger.error("not started", extra={"message_id": record.message_id}, exc_info=exception[1])
        return super().failure_handler(record, exception)


processor = Starts(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def start(record: SQSRecord) -> None:
    """Starts one execution; one that was started before is a duplicate event, and no error."""
    change = Change.of_event(json.loads(record.body))
    if change is None:
        return
    WORKFLOW.call(lambda: _start(change))
    logger.info("started", extra={"action": change.action, "document": change.document_id, "tenant": hashed(change.tenant)})


def _start(change: Change) -> None:
    try:
        client("stepfunctions").start_execution(
            stateMachineArn=settings().state_machine_arn, name=change.execution_name(), input=change.model_dump_json()
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
            raise


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    """Returns the ids of the messages that failed. SQS delivers them again, and at last moves them to the dead-letter queue."""
    return process_partial_response(event=event, record_handler=start, processor=processor, context=context)
