"""Erasures from a queue: a page of a trace after another, until the certificate is kept."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.erasure.assembly import Assembly
from causeway.erasure.erasure import Erasure
from causeway.erasure.queue import read
from causeway.erasure.settings import ErasingSettings
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.deliveries import QUEUE, Deliveries, Delivery, Queue
from causeway.runtime.errors import DependencyError
from causeway.runtime.logs import logger, metrics, record_failure
from causeway.runtime.tables import Overtaken

SECONDS_TO_FINISH = 10.0

settings = cache(ErasingSettings.from_environment)


@cache
def assembly() -> Assembly:
    return Assembly(settings())


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Returns the ids of the messages that are to come again."""
    queue = Queue(client("sqs", **QUEUE.patience), settings().erasure_queue)
    deliveries = Deliveries(event["Records"], queue)
    with deliveries.kept():
        for delivery in deliveries:
            _go_on(deliveries, delivery, Deadline.before_end(context, SECONDS_TO_FINISH))
    return deliveries.left()


def _go_on(deliveries: Deliveries, delivery: Delivery, deadline: Deadline) -> None:
    """A service that does not answer is waited for. A message stays while another process works on its erasure."""
    erasure = assembly().erasures.get(*read(delivery.body))
    if erasure is None:
        deliveries.finish([delivery])
        return
    try:
        erasure, again = assembly().work(deliveries.keep).go_on(erasure, deadline)
    except DependencyError as failure:
        record_failure(failure)
        deliveries.put_off(delivery)
    except Overtaken:
        return
    else:
        if again is None:
            deliveries.finish([delivery])
        else:
            deliveries.put_off(delivery, again)
    _record(erasure)


def _record(erasure: Erasure) -> None:
    counts = {"found": dict(erasure.units), "late": dict(erasure.late), "outcomes": dict(erasure.outcomes)}
    age = (datetime.now(UTC) - datetime.fromisoformat(erasure.created_at)).total_seconds()
    logger.info("erasing", extra={"erasure": erasure.id, "state": erasure.state, "at": erasure.trace, **counts})
    is_over = erasure.state == "done"
    metrics.add_metric(name="ErasureOpenSeconds", unit=MetricUnit.Seconds, value=0 if is_over else int(age))
    metrics.add_metric(name="ErasuresDone", unit=MetricUnit.Count, value=is_over)
