"""Passages from a queue into the index, many documents at once; and documents out of it."""

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.documents.ingestion.attempts import Attempts
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.fingerprints import FINGERPRINTS, Fingerprints
from causeway.documents.ingestion.followers import Followers, take_the_place
from causeway.documents.ingestion.handed import WasRead
from causeway.documents.ingestion.index import Indexing, Target
from causeway.documents.ingestion.index_batch import IndexBatch
from causeway.documents.ingestion.registry import REGISTRY, Registry
from causeway.documents.ingestion.remove import remove_documents
from causeway.documents.ingestion.store import STORAGE, Store
from causeway.documents.ingestion.told import EVENTS, Told
from causeway.events.bus import EventBus
from causeway.retrieval.bulk_load import BulkLoads, Load
from causeway.retrieval.embedder import Embedder
from causeway.retrieval.embeddings import EmbeddingSettings
from causeway.retrieval.generations import Embedding, Generation, Generations
from causeway.retrieval.index import PassageIndex
from causeway.retrieval.indexes import IndexSettings
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.deliveries import QUEUE, Deliveries, Queue, queues_of
from causeway.runtime.logs import logger
from causeway.runtime.search import search_client
from causeway.runtime.shared_rate import RATE, SharedRate, rate_of

SECONDS_TO_FINISH = 60.0


class IndexDocumentsSettings(IndexSettings, EmbeddingSettings):
    """queues: as `queues_of` reads them, each with `own` and `again`, where a change goes to be read once more, and with `patience`: for
    how many seconds its documents may wait for their turn. texts_a_minute: that all calls together may embed, None for any number.
    """

    queues: str
    event_bus: str
    documents_bucket: str
    registry_table: str
    fingerprints_table: str
    search_endpoint: str
    texts_a_minute: float | None = None


LOAD = "ingestion"  # name of the load that this function declares; how much it will be nobody knows

settings = cache(IndexDocumentsSettings.from_environment)


@cache
def embedder(generation: Generation) -> Embedder:
    return Embedder.of(generation)


@cache
def generations() -> Generations:
    return Generations(client("dynamodb", **REGISTRY.patience), settings().registry_table, REGISTRY, settings().first_generation)


@cache
def rate(embedding: Embedding) -> SharedRate | None:
    """Of a model: a row of the registry, of no tenant."""
    key, each_minute = rate_of(embedding.model), settings().with_model(embedding).texts_a_minute
    return SharedRate(client("dynamodb", **RATE.patience), settings().registry_table, key, each_minute) if each_minute else None


@cache
def loads() -> BulkLoads:
    """Of this process: it declares a load every few minutes."""
    return BulkLoads(search_client(settings().search_endpoint))


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Returns the ids of the messages that are to come again."""
    records = event["Records"]
    urls = queues_of(settings().queues)[records[0]["eventSourceARN"]]
    sqs = client("sqs", **QUEUE.patience)
    deliveries = Deliveries(records, Queue(sqs, urls["own"]))
    with deliveries.kept():
        _batch(deliveries, Queue(sqs, urls["again"]), float(urls["patience"]), Deadline.before_end(context, SECONDS_TO_FINISH)).work()
    return deliveries.left()


def _batch(deliveries: Deliveries, again: Queue, patience: float, deadline: Deadline) -> IndexBatch:
    documents = Store(client("s3", **STORAGE.patience), settings().documents_bucket)
    fingerprints = Fingerprints(client("dynamodb", **FINGERPRINTS.patience), settings().fingerprints_table)
    table = client("dynamodb", **REGISTRY.patience), settings().registry_table
    registry = Registry(*table, moved=Followers(fingerprints, Registry(*table), again, deliveries.keep))
    told = Told(EventBus(client("events", **EVENTS.patience), settings().event_bus, EVENTS))
    search, indexes = search_client(settings().search_endpoint), settings().indexes
    by_aliases = cache(lambda aliases: PassageIndex(search, aliases, deadline))
    by_leaving_aliases = cache(lambda aliases: PassageIndex(search, aliases, deadline, leaving=True))

    def index_of(generation: Generation, tenant: str) -> PassageIndex:
        return by_aliases(indexes.of(generation.number).searched(tenant))

    def targets() -> list[Target]:
        return [Target(each, embedder(each), partial(index_of, each)) for each in generations().now(deadline).written]

    def leaving(tenant: str) -> list[PassageIndex]:
        one = generations().live(deadline).leaving
        return [by_leaving_aliases(indexes.of(one.number).searched(tenant))] if one else []

    def every(tenant: str) -> list[PassageIndex]:
        return [*(each.index_of(tenant) for each in targets()), *leaving(tenant)]

    def remove(changes: Sequence[Change]) -> Sequence[str]:
        outcomes = remove_documents(changes, registry, every, documents)
        for change, outcome in zip(changes, outcomes, strict=True):
            if outcome == "removed":
                fingerprints.forget(change)
        return outcomes

    def loading(tenant: str) -> None:
        for generation in generations().live(deadline).written:
            loads().declare(Load(indexes.of(generation.number).written(tenant), LOAD, 0), deadline)

    def replace(document: WasRead) -> Sequence[Change]:
        return take_the_place(document, registry, fingerprints)

    def turn(texts: int, embedding: Embedding) -> None:
        if shared := rate(embedding):
            shared.take(texts, patience)

    indexing = Indexing(registry, documents, targets, deadline, deliveries.keep, turn, leaving)
    return IndexBatch(deliveries, Attempts(deliveries, registry, documents, told), indexing, remove, replace, told, again, loading)
