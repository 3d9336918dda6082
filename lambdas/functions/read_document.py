"""State machine task: a document's file to passages. The only function that parses files."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

from causeway.documents.ingestion.execution import Registered
from causeway.documents.ingestion.read import read_document
from causeway.documents.ingestion.store import STORAGE, Store
from causeway.runtime.clients import client
from causeway.runtime.logs import logger
from causeway.runtime.settings import Settings


class ReadSettings(Settings):
    """max_lost_share: of a document's visible text; one that lost more is partial, not ready.
    served_languages: those the embedding model knows, ISO 639 codes with commas between.
    """

    documents_bucket: str
    max_lost_share: float = Field(ge=0, le=1)
    served_languages: str = Field(min_length=2)

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(self.served_languages.split(","))


settings = cache(ReadSettings.from_environment)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Registered to WasRead. Raises BadDocument."""
    document = Registered.model_validate(event)
    documents = Store(client("s3", **STORAGE.patience), settings().documents_bucket)
    done = read_document(document, documents, settings().max_lost_share, settings().languages)
    told = {"passages": done.passages, "lost_share": round(done.report.lost_share, 3)}
    logger.info("read", extra={"document": document.document_id, **told})
    return done.model_dump()
