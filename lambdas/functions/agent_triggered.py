"""Events that begin runs of agents: from the queue of triggers, and from the stream of business records."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, ExceptionInfo, FailureResponse, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.runtime.errors import DependencyError
from causeway.runtime.logs import logger, metrics, record_failure
from causeway.triggers.assembly import Service, service_of_triggers

STREAM = "aws:dynamodb"


class Deliveries(BatchProcessor):
    """Says of each message that could not be handled why."""

    def failure_handler(self, record: Any, exception: ExceptionInfo) -> FailureResponse:
        error = exception[1]
        if isinstance(error, DependencyError):
            record_failure(error)
        else:
            logger.error("not handled", extra={"message_id": record.message_id}, exc_info=error)
        return super().failure_handler(record, exception)


processor = Deliveries(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


@cache
def service() -> Service:
    """With its clients, made while the function initialises."""
    return service_of_triggers()


def hear(record: SQSRecord) -> None:
    service().hear(record.body)


def changes(records: list[dict[str, Any]]) -> Mapping[str, Any]:
    """Changes in their order: the first that a service keeps from being heard stays in the stream, with all after it.

    One that can never be read goes to the dead letters, so that those after it are heard.
    """
    for record in records:
        try:
            service().hear(json.dumps(record, default=str))
        except DependencyError as error:
            record_failure(error)
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        except Exception as error:
            logger.error("not handled", exc_info=error)
            service().give_up(json.dumps(record, default=str))
    return {"batchItemFailures": []}


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    """Returns the ids of the messages, or the number of the change, that failed and are to come again."""
    records: list[dict[str, Any]] = event["Records"]
    if records[0].get("eventSource") == STREAM:
        return changes(records)
    return process_partial_response(event=event, record_handler=hear, processor=processor, context=context)


service()
