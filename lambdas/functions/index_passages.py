"""State machine task: a document's passages into the index, and its new version made current."""

from functools import cache
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.documents.ingestion.execution import Embedded
from causeway.documents.ingestion.index import index_passages
from causeway.documents.ingestion.registry import REGISTRY, Registry
from causeway.documents.ingestion.store import STORAGE, Store
from causeway.retrieval.index import PassageIndex
from causeway.retrieval.indexes import IndexSettings
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.logs import logger, metrics
from causeway.runtime.search import search_client

SECONDS_TO_PUBLISH = 20.0  # kept back from the function's timeout


class PublishSettings(IndexSettings):
    documents_bucket: str
    search_endpoint: str
    registry_table: str


settings = cache(PublishSettings.from_environment)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Embedded to Settled."""
    document = Embedded.model_validate(event)
    registry = Registry(client("dynamodb", **REGISTRY.patience), settings().registry_table)
    files = Store(client("s3", **STORAGE.patience), settings().documents_bucket)
    done = index_passages(document, registry, _index(document, context), files)
    logger.info("indexed", extra={"document": document.document_id, "outcome": done.outcome})
    if done.outcome == "indexed":
        _count(document)
    return done.model_dump()


def _index(document: Embedded, context: LambdaContext) -> PassageIndex:
    deadline = Deadline.before_end(context, SECONDS_TO_PUBLISH)
    return PassageIndex(search_client(settings().search_endpoint), settings().indexes.searched(document.tenant), deadline)


def _count(document: Embedded) -> None:
    metrics.add_metric("DocumentsIndexed", MetricUnit.Count, 1)
    metrics.add_metric("DocumentsReadInPart", MetricUnit.Count, 1 if document.shortfall else 0)
    metrics.add_metric("PassagesIndexed", MetricUnit.Count, document.passages)
    metrics.flush_metrics()
