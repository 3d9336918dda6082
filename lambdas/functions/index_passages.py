"""State machine task: a document's passages into the index, and its new version made current."""

from functools import cache
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.indexing import Indexing, Prepared
from causeway.documents.ingestion.registry import Registry
from causeway.retrieval.index import PassageIndex
from causeway.runtime.deadlines import Deadline
from causeway.runtime.logs import logger, metrics
from causeway.runtime.search import search_client
from causeway.runtime.settings import Settings

SECONDS_TO_PUBLISH = 20.0  # kept back from the function's timeout


class IndexSettings(Settings):
    documents_bucket: str
    search_endpoint: str
    search_index: str
    registry_table: str


settings = cache(IndexSettings.from_environment)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The execution's object with `outcome`: "indexed" or "superseded"."""
    change = Change.of_input(event)
    prepared = Prepared(**{name: event[name] for name in Prepared.__dataclass_fields__})
    outcome = Indexing(change, prepared, Registry(settings().registry_table), _index(context), settings().documents_bucket).run()
    logger.info("indexed", extra={"document": change.document_id, "outcome": outcome})
    if outcome == "indexed":
        metrics.add_metric("DocumentsIndexed", MetricUnit.Count, 1)
        metrics.add_metric("PassagesIndexed", MetricUnit.Count, prepared.passages)
        metrics.flush_metrics()
    return {**event, "outcome": outcome}


def _index(context: LambdaContext) -> PassageIndex:
    deadline = Deadline.before_end(context, SECONDS_TO_PUBLISH)
    return PassageIndex(search_client(settings().search_endpoint), settings().search_index, deadline)
