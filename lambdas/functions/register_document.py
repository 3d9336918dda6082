"""State machine task: takes an uploaded document for this run and stores its bytes under their version."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.execution import Registered, Settled
from causeway.documents.ingestion.register import register_document
from causeway.documents.ingestion.registry import REGISTRY, Registry
from causeway.documents.ingestion.store import STORAGE, Store
from causeway.runtime.clients import client
from causeway.runtime.logs import logger
from causeway.runtime.settings import Settings


class RegisterSettings(Settings):
    incoming_bucket: str
    documents_bucket: str
    registry_table: str
    max_document_bytes: int


settings = cache(RegisterSettings.from_environment)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Change to Registered or Settled. Raises BadDocument."""
    change = Change.model_validate(event)
    if change.bucket != settings().incoming_bucket:
        raise ValueError("the object is in another bucket than the incoming one")
    done = _register(change)
    logger.info("registered", extra={"document": change.document_id, "outcome": done.outcome})
    return done.model_dump()


def _register(change: Change) -> Registered | Settled:
    registry = Registry(client("dynamodb", **REGISTRY.patience), settings().registry_table)
    incoming, documents = (Store(client("s3", **STORAGE.patience), bucket) for bucket in (change.bucket, settings().documents_bucket))
    return register_document(change, registry, incoming, documents, settings().max_document_bytes)
