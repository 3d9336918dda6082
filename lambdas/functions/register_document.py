"""State machine task: takes an uploaded document for this run and stores its bytes under their version."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.registering import register
from causeway.documents.ingestion.registry import Registry
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
    """The execution's object with `outcome`, and for a new version `version` and `raw_key`. Raises BadDocument."""
    change = Change.of_input(event)
    if change.bucket != settings().incoming_bucket:
        raise ValueError("the object lies in another bucket than the incoming one")
    done = register(change, Registry(settings().registry_table), settings().documents_bucket, settings().max_document_bytes)
    logger.info("registered", extra={"document": change.document_id, "outcome": done["outcome"]})
    return {**event, **done}
