"""State machine task: writes down why a document was not ingested."""

from functools import cache
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.refusing import refuse
from causeway.documents.ingestion.registry import Registry
from causeway.runtime.logs import logger
from causeway.runtime.settings import Settings


class QuarantineSettings(Settings):
    documents_bucket: str
    registry_table: str


settings = cache(QuarantineSettings.from_environment)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The execution's object with `reason` {code, message}. It carries `state` and `error`, as the state machine caught them."""
    change = Change.of_input(event)
    done = refuse(change, event, Registry(settings().registry_table), settings().documents_bucket)
    logger.warning("refused", extra={"document": change.document_id, "state": done["state"], "reason": done["reason"]["code"]})
    with single_metric(name="DocumentsQuarantined", unit=MetricUnit.Count, value=1) as metric:
        metric.add_dimension(name="reason", value=done["reason"]["code"])
    return {**event, **done}
