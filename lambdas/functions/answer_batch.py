"""Questions of batches from their queues, each answered once, or put back to be tried later."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, ExceptionInfo, FailureResponse, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.batches.queues import Message, Queues
from causeway.batches.settings import BatchSettings
from causeway.batches.store import Batches
from causeway.batches.work import Later, Work, request_id
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import hashed, logger, metrics, record_breaker
from functions.turns import pipeline

SECONDS_TO_PUT_BACK = 2.0  # kept back from the function's time to write the progress and send the message
TABLE = Dependency("batches", attempt_seconds=2.0, budget_seconds=4.5, connect_seconds=0.5)
QUEUE = Dependency("queue", attempt_seconds=2.0, budget_seconds=4.5, connect_seconds=0.5)


@cache
def work() -> Work:
    table = BatchSettings.from_environment().batches_table
    return Work(Batches(client("dynamodb", **TABLE.patience), table, TABLE.guarded(record_breaker)), pipeline())


@cache
def queues() -> Queues:
    return Queues(client("sqs", **QUEUE.patience), BatchSettings.from_environment().queues, QUEUE.guarded(record_breaker))


class Deliveries(BatchProcessor):
    """Says of each message that could not be handled why."""

    def failure_handler(self, record: Any, exception: ExceptionInfo) -> FailureResponse:
        logger.error("not handled", extra={"message_id": record.message_id}, exc_info=exception[1])
        return super().failure_handler(record, exception)


processor = Deliveries(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def answer(record: SQSRecord, lambda_context: LambdaContext) -> None:
    """A question that is to come again is put into its queue anew: the deliveries of a message count only what could not be handled."""
    message = Message.read(record.body)
    logger.set_correlation_id(request_id(message.batch_id, message.number))
    try:
        outcome = work().do(message, lambda_context.get_remaining_time_in_millis() / 1000 - SECONDS_TO_PUT_BACK)
    except Later as later:
        outcome = "put back"
        queues().send([message.next_try()], later.seconds)
    facts = {"number": message.number, "tries": message.tries, "tenant": hashed(message.owner.tenant)}
    logger.info("question", extra={"outcome": outcome, **facts})
    metrics.add_metric(name="BatchQuestionsFailed", unit=MetricUnit.Count, value=outcome == "failed")


@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    """Returns the ids of the messages that failed. SQS delivers them again, and at last moves them to the dead-letter queue."""
    return process_partial_response(event=event, record_handler=answer, processor=processor, context=context)


work()
queues()
