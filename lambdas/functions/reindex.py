"""A re-index: what its workflow does next, one portion of the back-fill, and what an operator asks of it.

Events, by `do`: look (of the workflow), fill (of the workflow), start, rebuild, back, finish and status (of an operator).
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any, Literal

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, Field

from causeway.documents.chunkings import CHUNKINGS
from causeway.documents.ingestion.index import OutOfTime, Target
from causeway.documents.ingestion.registry import REGISTRY, Registry
from causeway.documents.ingestion.store import STORAGE, Store
from causeway.documents.reindexing.comparing import Golden, compared
from causeway.documents.reindexing.course import ASKED_FOR, Course, Did, Next, Pace, as_task, finished, rebuilding, returned, started
from causeway.documents.reindexing.filling import Filling
from causeway.documents.reindexing.work import Check, Filled, Rollouts, Row, Work
from causeway.retrieval.bulk_load import BulkLoads, Load
from causeway.retrieval.current_versions import CurrentVersions
from causeway.retrieval.embedder import Embedder
from causeway.retrieval.embeddings import EmbeddingSettings
from causeway.retrieval.generations import Embedding, Generation
from causeway.retrieval.index import PassageIndex
from causeway.retrieval.indexes import IndexSettings
from causeway.retrieval.retriever import Retriever
from causeway.retrieval.searcher import Searcher
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.deliveries import QUEUE, Queue
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import logger
from causeway.runtime.search import search_client
from causeway.runtime.shared_rate import RATE, SharedRate, rate_of

SECONDS_TO_REPORT = 5.0
SECONDS_FOR_A_PORTION = 90.0
SEARCH = Dependency("search", attempt_seconds=2.5, budget_seconds=5.0, connect_seconds=1.25)
LOAD = "re-index"
PATIENCE_SECONDS = 60.0  # for its turn at the embedding model


class ReindexSettings(IndexSettings, EmbeddingSettings):
    """to_read: URL of the queue for documents that are cut again. pace: as `Pace`. segments: parts of the registry, filled beside each
    other. texts_a_minute: that all who index may embed together, None for any number.
    """

    documents_bucket: str
    incoming_bucket: str
    registry_table: str
    search_endpoint: str
    search_pipeline: str
    to_read: str
    segments: int = Field(ge=1)
    writers_seconds: int
    settle_seconds: int
    step_seconds: int
    look_seconds: int
    kept_seconds: int
    texts_a_minute: float | None = None

    @property
    def pace(self) -> Pace:
        return Pace(self.writers_seconds, self.settle_seconds, self.step_seconds, self.look_seconds, self.kept_seconds)


settings = cache(ReindexSettings.from_environment)


class Look(BaseModel):
    """did: what the workflow has done. sums: of the segments that were filled. why: a step failed."""

    do: Literal["look"]
    did: Did = "nothing"
    sums: list[Filled] = []
    why: str = ""
    questions: list[Golden] = []


class Fill(BaseModel):
    """One call's work on a segment. after: where it goes on; "" at the beginning and at the end, which `over` tells apart."""

    do: Literal["fill"]
    generation: int
    segment: int
    of: int
    after: dict[str, str] | None = None
    order: bool
    sums: Filled = Filled()
    over: bool = False


class Start(BaseModel):
    """chunking: a name of `chunkings`, or as it is. model: an embedding model by its name, or as it is."""

    do: Literal["start"]
    chunking: str = ""
    model: str = ""


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Raises ValueError with a sentence for an operator who asks for what cannot be done now."""
    done = _DOES[event["do"]](event, Deadline.before_end(context, SECONDS_TO_REPORT))
    logger.info("re-index", extra={"do": event["do"], "next": done.get("do"), "step": (done.get("work") or {}).get("step")})
    return done


@cache
def rollouts() -> Rollouts:
    return Rollouts(client("dynamodb", **REGISTRY.patience), settings().registry_table, REGISTRY, settings().first_generation)


def _look(event: Mapping[str, Any], deadline: Deadline) -> dict[str, Any]:
    look = Look.model_validate(event)
    course = Course(settings().pace, partial(_compared, look.questions))
    total = sum(look.sums, Filled())
    following = Next("end")

    def changed(row: Row) -> Row:
        nonlocal following
        row, following = course.next(row, look.did, total, look.why, _now())
        return row

    row = rollouts().change(changed)
    return as_task(following, work=_shown(row)["work"], **_given(row, following))


def _given(row: Row, following: Next) -> dict[str, Any]:
    """What the workflow passes on to what it calls next."""
    if following.generation:
        own = sorted(settings().indexes.own)
        new = following.generation
        made = {"Model": new.label, "Dimensions": new.dimensions, "Chunking": new.chunking, "OwnIndex": own}
        setup = {"Kind": "Generation", "Do": following.do, "Generation": following.generation.number}
        return {"setup": {**setup, **(made if following.do != "remove" else {})}}
    if following.do == "fill" and row.work:
        of, passes = settings().segments, row.work.passes
        again = passes & (passes - 1) == 0  # what is to be cut is ordered again at the 1st, 2nd, 4th, 8th pass: an order may be lost
        one = {"do": "fill", "generation": row.work.to.number, "of": of, "order": again, "after": None, "sums": {}, "over": False}
        return {"segments": [{**one, "segment": segment} for segment in range(of)]}
    return {}


def _fill(event: Mapping[str, Any], deadline: Deadline) -> dict[str, Any]:
    """The same event as it goes on, or with `over`. A re-index that has been returned from is over at once."""
    fill = Fill.model_validate(event)
    live = rollouts().read().live
    target = next((each for each in live.written if each.number == fill.generation), None)
    if target is None:
        return fill.model_copy(update={"over": True}).model_dump(mode="json")
    filling, after, total = _filling(target, deadline), fill.after, fill.sums
    while deadline.left() > SECONDS_FOR_A_PORTION:
        try:
            filled, after = filling.portion(fill.segment, fill.of, after, fill.order)
        except OutOfTime:
            break
        total += filled
        if after is None:
            return fill.model_copy(update={"after": None, "sums": total, "over": True}).model_dump(mode="json")
    return fill.model_copy(update={"after": after, "sums": total}).model_dump(mode="json")


@cache
def rate(embedding: Embedding) -> SharedRate | None:
    """The row that ingestion takes its part from, too."""
    key, each_minute = rate_of(embedding.model), settings().with_model(embedding).texts_a_minute
    return SharedRate(client("dynamodb", **RATE.patience), settings().registry_table, key, each_minute) if each_minute else None


@cache
def loads() -> BulkLoads:
    return BulkLoads(search_client(settings().search_endpoint))


def _filling(generation: Generation, deadline: Deadline) -> Filling:
    registry = Registry(client("dynamodb", **REGISTRY.patience), settings().registry_table)
    documents = Store(client("s3", **STORAGE.patience), settings().documents_bucket)
    indexes, engine = settings().indexes.of(generation.number), search_client(settings().search_endpoint)
    by_aliases = cache(lambda aliases: PassageIndex(engine, aliases, deadline))
    target = Target(generation, Embedder.of(generation), lambda tenant: by_aliases(indexes.searched(tenant)))
    to_read = Queue(client("sqs", **QUEUE.patience), settings().to_read)

    def loading(tenant: str) -> None:
        loads().declare(Load(indexes.written(tenant), LOAD, 0), deadline)

    def turn(texts: int, embedding: Embedding) -> None:
        if shared := rate(embedding):
            shared.take(texts, PATIENCE_SECONDS)

    return Filling(registry, documents, target, to_read, settings().incoming_bucket, deadline, loading, turn)


def _compared(questions: list[Golden], work: Work) -> Check:
    registry = client("dynamodb", **REGISTRY.patience)
    versions = CurrentVersions(registry, settings().registry_table, REGISTRY)
    engine = search_client(settings().search_endpoint)
    searcher = Searcher(engine, settings().indexes, settings().search_pipeline, SEARCH)

    def retriever(generation: Generation) -> Retriever:
        own = searcher.of(generation.number, settings().with_model(generation).search_pipeline)
        return Retriever(Embedder.of(generation), own, versions)

    return compared(questions, retriever(work.former), retriever(work.to))


def _start(event: Mapping[str, Any], deadline: Deadline) -> dict[str, Any]:
    """Raises ValueError for a chunking or an embedding model that there is not, and for the one that answers already."""
    start = Start.model_validate(event)
    if start.chunking and start.chunking not in CHUNKINGS:
        raise ValueError(f"There is no chunking {start.chunking!r}; there are {', '.join(sorted(CHUNKINGS))}.")
    to: dict[str, Any] = {"chunking": start.chunking} if start.chunking else {}
    if start.model:
        to |= _embedding(start.model).model_dump()
    return _shown(rollouts().change(lambda row: started(row, to, _now())))


def _embedding(name: str) -> Embedding:
    """Raises ValueError for a model that is not deployed."""
    deployed = {each.embedding.name: each.embedding for each in settings().by_model}
    if name not in deployed:
        known = ", ".join(deployed)
        raise ValueError(f"There is no embedding model {name!r}; there are {known}. A new one goes into models.embedding_beside.")
    return deployed[name]


def _rebuild(event: Mapping[str, Any], deadline: Deadline) -> dict[str, Any]:
    return _shown(rollouts().change(lambda row: rebuilding(row, _now())))


def _back(event: Mapping[str, Any], deadline: Deadline) -> dict[str, Any]:
    return _shown(rollouts().change(lambda row: returned(row, ASKED_FOR, _now())))


def _finish(event: Mapping[str, Any], deadline: Deadline) -> dict[str, Any]:
    return _shown(rollouts().change(lambda row: finished(row, _now())))


def _status(event: Mapping[str, Any], deadline: Deadline) -> dict[str, Any]:
    return _shown(rollouts().read())


def _shown(row: Row) -> dict[str, Any]:
    return {"live": row.live.model_dump(mode="json"), "work": row.work.model_dump(mode="json") if row.work else None}


def _now() -> datetime:
    return datetime.now(UTC)


_DOES: Mapping[str, Callable[[Mapping[str, Any], Deadline], dict[str, Any]]] = {
    "look": _look,
    "fill": _fill,
    "start": _start,
    "rebuild": _rebuild,
    "back": _back,
    "finish": _finish,
    "status": _status,
}
