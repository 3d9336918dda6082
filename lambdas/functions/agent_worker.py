"""Runs that nobody works on any more: each goes on from its last written step."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, ExceptionInfo, FailureResponse, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.agents.queue import Look
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyError
from causeway.runtime.logs import hashed, logger, metrics, record_failure
from causeway.runtime.problems import Problem
from functions.agent_runs import agents

SECONDS_TO_HAND_OVER = 5.0  # kept back from the function's time to write the last step, and to send the message for the next worker


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


def look(record: SQSRecord, lambda_context: LambdaContext) -> None:
    """A run that a service keeps from going on stays as it is, and its message in the queue."""
    found = Look.read(record.body)
    logger.set_correlation_id(found.run_id)
    try:
        outcome: str = agents().resume(found.owner, found.run_id, Deadline.before_end(lambda_context, SECONDS_TO_HAND_OVER)).state
    except Problem as problem:  # the run has expired, or its agent is no longer there
        outcome = problem.slug
    logger.info("run looked at", extra={"outcome": outcome, "tenant": hashed(found.owner.tenant)})


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    """Returns the ids of the messages that failed. SQS delivers them again, and at last moves them to the dead-letter queue."""
    return process_partial_response(event=event, record_handler=look, processor=processor, context=context)


agents()
