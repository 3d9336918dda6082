"""State machine task: writes down why a document was not ingested."""

from functools import cache
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.documents.ingestion.execution import Caught, Refused
from causeway.documents.ingestion.quarantine import quarantine_document
from causeway.documents.ingestion.registry import REGISTRY, Registry
from causeway.documents.ingestion.store import STORAGE, Store
from causeway.runtime.clients import client
from causeway.runtime.logs import logger, metrics
from causeway.runtime.settings import Settings


class QuarantineSettings(Settings):
    documents_bucket: str
    registry_table: str


settings = cache(QuarantineSettings.from_environment)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Caught to Refused."""
    registry = Registry(client("dynamodb", **REGISTRY.patience), settings().registry_table)
    done = quarantine_document(Caught.model_validate(event), registry, Store(client("s3", **STORAGE.patience), settings().documents_bucket))
    logger.warning("refused", extra={"document": done.document_id, "state": done.state, "reason": done.reason.code})
    _count(done)
    return done.model_dump()


def _count(done: Refused) -> None:
    """A fault on our side is no quarantine: it has a metric of its own."""
    if done.state == "failed":
        metrics.add_metric("DocumentsFailed", MetricUnit.Count, 1)
        metrics.flush_metrics()
        return
    with single_metric(name="DocumentsQuarantined", unit=MetricUnit.Count, value=1) as metric:
        metric.add_dimension(name="reason", value=done.reason.code)
