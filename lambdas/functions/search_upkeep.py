"""Settings of the passage indexes, by a schedule: those of a bulk load while one is declared, those of every day otherwise."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.retrieval.bulk_load import Upkeep
from causeway.retrieval.indexes import IndexSettings
from causeway.runtime.deadlines import Deadline
from causeway.runtime.logs import logger
from causeway.runtime.search import search_client

SECONDS_TO_REPORT = 2.0


class UpkeepSettings(IndexSettings):
    """search_replicas: of every index in everyday use."""

    search_endpoint: str
    search_replicas: int


settings = cache(UpkeepSettings.from_environment)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    """What was done to the index behind each alias. An alias that fails holds up no other; its error is raised at the end."""
    deadline = Deadline.before_end(context, SECONDS_TO_REPORT)
    upkeep = Upkeep(search_client(settings().search_endpoint), settings().search_replicas)
    done: dict[str, str] = {}
    failures: list[Exception] = []
    for alias in (*settings().indexes.of(1).aliases, *settings().indexes.of(2).aliases):
        try:
            if (outcome := upkeep.run(alias, deadline)) != "absent":
                done[alias] = outcome
        except Exception as error:
            failures.append(error)
    logger.info("index settings", extra={"indexes": done})
    if failures:
        raise failures[0]
    return done
