"""State machine task: a vector for every passage of a document."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.documents.ingestion.embed import embed_passages
from causeway.documents.ingestion.execution import WasRead
from causeway.documents.ingestion.store import STORAGE, Store
from causeway.retrieval.embedder import Embedder, Provider
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.logs import logger
from causeway.runtime.settings import Settings

SECONDS_TO_WRITE = 20.0  # kept back from the function's timeout


class EmbedSettings(Settings):
    documents_bucket: str
    embedding_provider: Provider
    embedding_model: str


settings = cache(EmbedSettings.from_environment)


@cache
def embedder() -> Embedder:
    return Embedder.of(settings().embedding_provider, settings().embedding_model)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """WasRead to Embedded."""
    document = WasRead.model_validate(event)
    deadline = Deadline.before_end(context, SECONDS_TO_WRITE)
    done = embed_passages(document, Store(client("s3", **STORAGE.patience), settings().documents_bucket), embedder(), deadline)
    logger.info("embedded", extra={"document": document.document_id, "passages": document.passages})
    return done.model_dump()
