"""The steps of a batch embedding, as its state machine asks for them: {"step": ..., ...}.

begin: the batches to be made, and those that an earlier execution has left. gather: one of them, from the queue. collect: what its job
has answered, and its messages back to the queue; with `unread` whatever the job has done.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal
from uuid import uuid4

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel

from causeway.documents.batching.batch import Batch, batch_names, left_over
from causeway.documents.batching.collecting import Collecting
from causeway.documents.batching.gathering import RECEIVING, Gathering, Source
from causeway.documents.ingestion.registry import REGISTRY
from causeway.documents.ingestion.store import STORAGE, Store
from causeway.retrieval.embeddings import EmbeddingSettings
from causeway.retrieval.generations import Generations
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.deliveries import QUEUE, Queue
from causeway.runtime.logs import logger

SECONDS_TO_REPORT = 5.0


class EmbedBatchSettings(EmbeddingSettings):
    """to_index: URL of the queue. hidden_seconds: longer than a call may take. batches: of an execution. passages: of a batch, at most.
    left_after_hours: longer than an execution lasts.
    """

    documents_bucket: str
    registry_table: str
    to_index: str
    hidden_seconds: int
    batches: int
    passages: int
    left_after_hours: float


class Step(BaseModel):
    """left_after_hours: of an operator who knows that no execution runs; null for that of the settings."""

    step: Literal["begin", "gather", "collect"]
    batch: str = ""
    unread: bool = False
    left_after_hours: float | None = None


settings = cache(EmbedBatchSettings.from_environment)


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Raises ValidationError for a step that cannot be; Throttled or DependencyUnavailable, after which the step may be repeated."""
    step = Step.model_validate(event)
    done = _STEPS[step.step](step, Deadline.before_end(context, SECONDS_TO_REPORT))
    logger.info("batch embedding", extra={"step": step.step, "batch": step.batch, **done})
    return done


def _begin(step: Step, deadline: Deadline) -> dict[str, Any]:
    now = datetime.now(UTC)
    hours = settings().left_after_hours if step.left_after_hours is None else step.left_after_hours
    left = [{"batch": name, "is_left": True} for name in left_over(_documents(), now, hours)]
    new = [{"batch": name, "is_left": False} for name in batch_names(now, uuid4().hex[:8], settings().batches)]
    return {"batches": left + new}


def _gather(step: Step, deadline: Deadline) -> dict[str, Any]:
    gathered = Gathering(
        Source(client("sqs", **RECEIVING.patience), settings().to_index, settings().hidden_seconds),
        _queue(),
        _documents(),
        _chunkings(deadline),
        settings().embedding_dimensions,
        settings().passages,
        deadline,
    ).gather(Batch(_documents(), step.batch))
    return asdict(gathered)


def _collect(step: Step, deadline: Deadline) -> dict[str, Any]:
    collecting = Collecting(_documents(), _queue(), settings().embedding)
    return asdict(collecting.collect(Batch(_documents(), step.batch), unread=step.unread))


_STEPS = {"begin": _begin, "gather": _gather, "collect": _collect}


def _chunkings(deadline: Deadline) -> list[str]:
    """Of the generations whose passages the environment's first model embeds; none once searches have left it."""
    table = client("dynamodb", **REGISTRY.patience), settings().registry_table
    written = Generations(*table, REGISTRY, settings().first_generation).now(deadline).written
    mine = settings().embedding.vectors
    return list(dict.fromkeys(each.chunking for each in written if each.vectors == mine))


def _documents() -> Store:
    return Store(client("s3", **STORAGE.patience), settings().documents_bucket)


def _queue() -> Queue:
    return Queue(client("sqs", **QUEUE.patience), settings().to_index)
