"""State machine task: takes a deleted document out of the index, the documents bucket and the registry."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.registry import REGISTRY, Registry
from causeway.documents.ingestion.remove import remove_document
from causeway.documents.ingestion.store import STORAGE, Store
from causeway.retrieval.index import PassageIndex
from causeway.retrieval.indexes import IndexSettings
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.logs import logger
from causeway.runtime.search import search_client

SECONDS_TO_FINISH = 20.0  # kept back from the function's timeout


class RemoveSettings(IndexSettings):
    documents_bucket: str
    search_endpoint: str
    registry_table: str


settings = cache(RemoveSettings.from_environment)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Change to Settled."""
    change = Change.model_validate(event)
    deadline = Deadline.before_end(context, SECONDS_TO_FINISH)
    index = PassageIndex(search_client(settings().search_endpoint), settings().indexes.searched(change.tenant), deadline)
    registry = Registry(client("dynamodb", **REGISTRY.patience), settings().registry_table)
    done = remove_document(change, registry, index, Store(client("s3", **STORAGE.patience), settings().documents_bucket))
    logger.info("removed", extra={"document": change.document_id, "outcome": done.outcome})
    return done.model_dump()
