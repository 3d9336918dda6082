"""Uploads and deletions from a queue: files to passages. The only function that parses files."""

from functools import cache
from typing import Any, Literal

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

from causeway.documents.ingestion.attempts import Attempts
from causeway.documents.ingestion.fingerprints import FINGERPRINTS, Fingerprints
from causeway.documents.ingestion.followers import Followers
from causeway.documents.ingestion.gate import Gate
from causeway.documents.ingestion.read import Bounds, Reading
from causeway.documents.ingestion.read_batch import ReadBatch
from causeway.documents.ingestion.registry import REGISTRY, Registry
from causeway.documents.ingestion.store import STORAGE, Store
from causeway.documents.ingestion.told import EVENTS, Told
from causeway.documents.intake import Intake
from causeway.documents.textract import TEXTRACT, Textract
from causeway.events.bus import EventBus
from causeway.retrieval.embeddings import EmbeddingSettings
from causeway.retrieval.generations import Generations, Live
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.deliveries import QUEUE, Deliveries, Queue, queues_of
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import logger
from causeway.safety.personal.comprehend import Comprehend
from causeway.safety.personal.tokens import Tokens

SECONDS_TO_FINISH = 10.0
COMPREHEND = Dependency("comprehend", attempt_seconds=8.0, budget_seconds=20.0, connect_seconds=1.0)
TOKENS = Dependency("tokens", attempt_seconds=4.0, budget_seconds=8.0, connect_seconds=1.0)


class ReadSettings(EmbeddingSettings):
    """queues: as `queues_of` reads them, each with `own` and `onward`, and `notices`, the topic of Textract, where it is asked.
    max_lost_share: of a document's visible text; one that lost more is partial, not ready. served_languages: those the embedding model
    knows, ISO 639 codes with commas between. intake: what the domain says about documents that come in, as `Intake.told` reads it.
    token_key: ARN of an HMAC key. comprehend: whether it is asked for personal data.
    textract_role: ARN of the role with which Textract tells of its jobs; without one it is not asked.
    """

    queues: str
    event_bus: str
    incoming_bucket: str
    documents_bucket: str
    registry_table: str
    max_document_bytes: int
    max_lost_share: float = Field(ge=0, le=1)
    served_languages: str = Field(min_length=2)
    fingerprints_table: str
    intake: str = ""
    token_key: str
    comprehend: Literal["on", "off"] = "off"
    textract_role: str = ""

    @property
    def bounds(self) -> Bounds:
        return Bounds(self.max_document_bytes, self.max_lost_share, frozenset(self.served_languages.split(",")))


settings = cache(ReadSettings.from_environment)


@cache
def tokens_of(tenant: str) -> Tokens:
    return Tokens.of(tenant, client("kms", **TOKENS.patience), settings().token_key, TOKENS)


@cache
def generations() -> Generations:
    return Generations(client("dynamodb", **REGISTRY.patience), settings().registry_table, REGISTRY, settings().first_generation)


def chunkings() -> list[str]:
    """Of the generations that are written now."""
    return list(dict.fromkeys(generation.chunking for generation in live().written))


def live() -> Live:
    return generations().live(Deadline.after(REGISTRY.budget_seconds))


def bounds() -> Bounds:
    """With the languages of the model that answers are found by, where there are two."""
    if settings().embedding_beside is None:
        return settings().bounds
    serving = live().serving.vectors
    return next((each.bounds for each in settings().by_model if each.embedding.vectors == serving), settings().bounds)


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Returns the ids of the messages that are to come again."""
    records = event["Records"]
    urls = queues_of(settings().queues)[records[0]["eventSourceARN"]]
    sqs = client("sqs", **QUEUE.patience)
    deliveries = Deliveries(records, Queue(sqs, urls["own"]))
    deliveries.keep()  # before other clients are made: until then they are hidden for as long as the function may run
    batch = _batch(deliveries, Queue(sqs, urls["own"]), Queue(sqs, urls["onward"]), urls.get("notices", ""))
    batch.work(Deadline.before_end(context, SECONDS_TO_FINISH))
    return deliveries.left()


def _batch(deliveries: Deliveries, own: Queue, onward: Queue, notices: str) -> ReadBatch:
    s3 = client("s3", **STORAGE.patience)
    incoming, documents = Store(s3, settings().incoming_bucket), Store(s3, settings().documents_bucket)
    fingerprints = Fingerprints(client("dynamodb", **FINGERPRINTS.patience), settings().fingerprints_table)
    table = client("dynamodb", **REGISTRY.patience), settings().registry_table
    registry = Registry(*table, moved=Followers(fingerprints, Registry(*table), own, deliveries.keep))
    told = Told(EventBus(client("events", **EVENTS.patience), settings().event_bus, EVENTS))
    asked = Comprehend(client("comprehend", **COMPREHEND.patience), COMPREHEND) if settings().comprehend == "on" else None
    gate = Gate(Intake.told(settings().intake), fingerprints, tokens_of, asked)
    reading = Reading(registry, incoming, documents, bounds(), deliveries.keep, chunkings, gate, textract(notices))
    attempts = Attempts(deliveries, registry, documents, told)
    return ReadBatch(deliveries, attempts, registry, reading, told, settings().incoming_bucket, onward)


def textract(topic: str) -> Textract | None:
    """None where there is none. topic: ARN of where it says that a job is over."""
    role = settings().textract_role
    return Textract(client("textract", **TEXTRACT.patience), TEXTRACT, topic, role) if role else None
