"""State machine task: a document's file to passages. The only function that parses files."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.extraction import extract
from causeway.runtime.logs import logger
from causeway.runtime.settings import Settings


class ReadSettings(Settings):
    documents_bucket: str


settings = cache(ReadSettings.from_environment)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The execution's object with `passages_key`, `passages`, `title` and `language`. Raises BadDocument."""
    change = Change.of_input(event)
    done = extract(change, event["version"], event["raw_key"], settings().documents_bucket)
    logger.info("read", extra={"document": change.document_id, "passages": done["passages"]})
    return {**event, **done}
