"""Conversations into the archive, by a schedule: each is there before its turns expire."""

from functools import cache
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.conversations.archive import Archive
from causeway.conversations.archiving import Archiver
from causeway.conversations.transaction import Tables
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import logger, metrics
from causeway.runtime.settings import Settings

SECONDS_TO_REPORT = 2.0
MEMORY = Dependency("memory", attempt_seconds=4.0, budget_seconds=20.0)
STORAGE = Dependency("storage", attempt_seconds=8.0, budget_seconds=30.0)


class ArchiveSettings(Settings):
    memory_table: str
    sessions_table: str
    archive_bucket: str


@cache
def archiver() -> Archiver:
    settings = ArchiveSettings.from_environment()
    archive = Archive(client("s3", **STORAGE.patience), settings.archive_bucket, STORAGE)
    tables = Tables(settings.memory_table, settings.sessions_table)
    return Archiver(client("dynamodb", **MEMORY.patience), tables, MEMORY, archive)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    done = archiver().run(Deadline.before_end(context, SECONDS_TO_REPORT))
    logger.info("archived", extra=vars(done))
    metrics.add_metric(name="Archived", unit=MetricUnit.Count, value=done.archived)
    metrics.add_metric(name="ArchiveFailed", unit=MetricUnit.Count, value=done.failed)
    metrics.add_metric(name="ArchiveLateSeconds", unit=MetricUnit.Seconds, value=done.late_seconds)
