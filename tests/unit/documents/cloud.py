"""Buckets, table, queues, bus and search engine of ingestion, in process."""

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from types import ModuleType
from typing import Any

import pytest
from moto import mock_aws

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.fingerprints import FINGERPRINTS, Fingerprints
from causeway.documents.ingestion.gate import Gate
from causeway.documents.ingestion.handed import WasRead
from causeway.documents.ingestion.identity import document_id
from causeway.documents.ingestion.index import Indexing, Outcome, Target
from causeway.documents.ingestion.read import Bounds, Reading, Taken
from causeway.documents.ingestion.reasons import Reason
from causeway.documents.ingestion.record import Record
from causeway.documents.ingestion.registry import REGISTRY, Registry
from causeway.documents.ingestion.remove import remove_documents
from causeway.documents.ingestion.store import STORAGE, Store
from causeway.documents.intake import Intake
from causeway.documents.reindexing.filling import Filling
from causeway.documents.reindexing.work import Filled
from causeway.retrieval.embedder import EMBEDDING, Embedder, Purpose, Vector
from causeway.retrieval.generations import ROW, Generation, Generations, Live
from causeway.retrieval.index import PassageIndex
from causeway.retrieval.indexes import Indexes
from causeway.runtime.clients import client, forget_clients
from causeway.runtime.deadlines import Deadline
from causeway.runtime.deliveries import QUEUE, Queue
from causeway.runtime.dependencies import Dependency
from causeway.runtime.search import search_client
from causeway.safety.personal.tokens import Tokens
from tests.unit.appconfig import VARIABLES, AppConfig
from tests.unit.documents.search_engine import SearchEngine
from tests.unit.loopback import make_table

INCOMING, DOCUMENTS, TABLE, PERMISSIONS = "incoming-bucket", "documents-bucket", "registry-table", "permissions-table"
FINGERPRINTS_TABLE = "fingerprints-table"
TOKEN_KEY = "alias/tokens"
BUS = "causeway-test"
FUNCTIONS = ("read_documents", "index_documents", "documents")
FIRST = b"# Returns\n\nBooks may be returned within 30 days."
SECOND = b"# Returns\n\nBooks may be returned within 60 days.\n\n# Gift cards\n\nNever."
FIRST_GENERATION = Generation(number=1, provider="sagemaker", model="embedding")
BOUNDS = Bounds(max_bytes=2_000_000, max_lost_share=0.2, served=frozenset({"en"}))


class Context:
    """What Lambda tells a function of its invocation."""

    function_name = memory_limit_in_mb = invoked_function_arn = aws_request_id = "test"
    seconds = 300.0

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


class Died(BaseException):
    """A worker's process, at a call to a service."""


class Model:
    """An embedding model. texts: what it was given, in the requests in which it was given them. dies_at: the request at which the
    worker dies, counted from 1.
    """

    batch = 64
    dies_at = 0

    def __init__(self) -> None:
        self.texts: list[list[str]] = []

    def __call__(self, texts: Sequence[str], purpose: Purpose) -> list[Vector]:
        if len(self.texts) + 1 == self.dies_at:
            raise Died
        self.texts.append(list(texts))
        return [[0.1] * 1024 for _ in texts]


@dataclass
class Cloud:
    """The steps of ingestion, one by one, as the functions take them. own: tenants with an index of their own."""

    engine: SearchEngine
    appconfig: AppConfig
    model: Model
    sequence: int = 0x10
    own: frozenset[str] = frozenset()
    intake: Intake = field(default_factory=Intake)
    kept: int = 0
    asked: int = 0

    def upload(self, name: str, content: bytes, tenant: str = "harbour") -> Change:
        """Stores an object; the change that its event says."""
        stored = client("s3").put_object(Bucket=INCOMING, Key=f"{tenant}/{name}", Body=content)
        return self._change("Object Created", f"{tenant}/{name}", stored["VersionId"], len(content))

    def delete(self, name: str, tenant: str = "harbour") -> Change:
        marker = client("s3").delete_object(Bucket=INCOMING, Key=f"{tenant}/{name}")
        return self._change("Object Deleted", f"{tenant}/{name}", marker["VersionId"], 0)

    def erase(self, change: Change) -> None:
        """The object version goes, and nobody tells."""
        client("s3").delete_object(Bucket=INCOMING, Key=change.key, VersionId=change.object_version or "")

    def event(self, kind: str, key: str, version: str | None, size: int, **detail: Any) -> dict[str, Any]:
        """An event as EventBridge delivers it; each has a later sequencer than the one before."""
        self.sequence += 1
        thing = {"key": key, "size": size, "sequencer": f"{self.sequence:016X}", **({"version-id": version} if version else {})}
        return {"detail-type": kind, "source": "aws.s3", "detail": {"bucket": {"name": INCOMING}, "object": thing, **detail}}

    def run(self, change: Change) -> str:
        """All steps; what became of the change."""
        taken = self.take(change)
        if isinstance(taken.handed, WasRead):
            return self.index(taken.handed)[0]
        return self.remove(taken.handed)[0] if taken.handed else taken.outcome

    def take(self, change: Change) -> Taken:
        s3 = client("s3", **STORAGE.patience)
        gate = Gate(self.intake, fingerprints(), tokens_of)
        reading = Reading(registry(), Store(s3, INCOMING), documents(), BOUNDS, self._alive, self._chunkings, gate)
        return reading.take(change)

    def read(self, content: bytes, name: str = "returns.md") -> WasRead:
        """A new upload, as it is handed on to be indexed."""
        handed = self.take(self.upload(name, content)).handed
        assert isinstance(handed, WasRead)
        return handed

    def index(self, *read: WasRead, seconds: float = 300.0) -> list[Outcome]:
        """seconds: that are left."""
        deadline = Deadline.after(seconds)
        by_aliases = cache(lambda aliases: PassageIndex(search_client(self.engine.url), aliases, deadline))

        def index_of(generation: Generation, tenant: str) -> PassageIndex:
            return by_aliases(Indexes("passages", self.own).of(generation.number).searched(tenant))

        def targets() -> list[Target]:
            self.asked += 1
            return [Target(each, self.embedder(), partial(index_of, each)) for each in self.live().written]

        return Indexing(registry(), documents(), targets, deadline, self._alive, lambda *_: None, self._leaving).index(read)

    def live(self) -> Live:
        """Read anew, as who writes passages does."""
        return Generations(client("dynamodb"), TABLE, REGISTRY, FIRST_GENERATION).now(Deadline.after(300))

    def roll(self, live: Live) -> None:
        """From now on these generations are alive."""
        client("dynamodb").put_item(TableName=TABLE, Item={**ROW, "live": {"S": live.model_dump_json()}})

    def _chunkings(self) -> list[str]:
        return list(dict.fromkeys(each.chunking for each in self.live().written))

    def embedder(self, generation: Generation = FIRST_GENERATION) -> Embedder:
        return Embedder(self.model, EMBEDDING)

    def remove(self, *changes: Change) -> list[str]:
        return [*remove_documents(changes, registry(), self._every, documents())]

    def _every(self, tenant: str) -> list[PassageIndex]:
        indexes, engine = Indexes("passages", self.own), search_client(self.engine.url)
        written = [PassageIndex(engine, indexes.of(each.number).searched(tenant), Deadline.after(300)) for each in self.live().written]
        return [*written, *self._leaving(tenant)]

    def _leaving(self, tenant: str) -> list[PassageIndex]:
        one, indexes = self.live().leaving, Indexes("passages", self.own)
        aliases = [indexes.of(one.number).searched(tenant)] if one else []
        return [PassageIndex(search_client(self.engine.url), each, Deadline.after(300), leaving=True) for each in aliases]

    def record(self, name: str, tenant: str = "harbour") -> Record:
        found = registry().get(tenant, document_id(tenant, name))
        assert found is not None
        return found

    def reason(self, name: str) -> Reason:
        """Why a document is not ready."""
        found = self.record(name).why_not_ready
        assert found is not None
        return found

    def indexed(self, name: str, tenant: str = "harbour") -> dict[str, int]:
        """Passages of each version in the index."""
        return self.engine.versions(document_id(tenant, name))

    def fill(self, order: bool = True) -> Filled:
        """One pass of the back-fill over the whole registry."""
        live = self.live()
        assert live.beside
        deadline, indexes = Deadline.after(300), Indexes("passages", self.own).of(live.beside.number)
        by_aliases = cache(lambda aliases: PassageIndex(search_client(self.engine.url), aliases, deadline))
        target = Target(live.beside, self.embedder(), lambda tenant: by_aliases(indexes.searched(tenant)))
        to_read = Queue(client("sqs", **QUEUE.patience), queue("to-read"))
        filling = Filling(registry(), documents(), target, to_read, INCOMING, deadline, lambda tenant: None, lambda *_: None)
        filled, after = Filled(), None
        while True:
            part, after = filling.portion(0, 1, after, order)
            filled += part
            if after is None:
                return filled

    def both(self, name: str, tenant: str = "harbour") -> tuple[dict[str, int], dict[str, int]]:
        """Passages of each version in the first generation, and in the second."""
        id = document_id(tenant, name)
        return self.engine.versions(id, "passages"), self.engine.versions(id, "passages-even")

    def stored(self, prefix: str = "") -> list[str]:
        return [entry["Key"] for entry in client("s3").list_objects_v2(Bucket=DOCUMENTS, Prefix=prefix).get("Contents", [])]

    def _alive(self) -> None:
        self.kept += 1

    def _change(self, kind: str, key: str, version: str, size: int) -> Change:
        change = Change.of_event(self.event(kind, key, version, size))
        assert change is not None
        return change


def registry() -> Registry:
    return Registry(client("dynamodb", **REGISTRY.patience), TABLE)


def fingerprints() -> Fingerprints:
    return Fingerprints(client("dynamodb", **FINGERPRINTS.patience), FINGERPRINTS_TABLE)


def tokens_of(tenant: str) -> Tokens:
    return Tokens.of(tenant, client("kms"), TOKEN_KEY, Dependency("tokens", 2.0, 4.0))


def documents() -> Store:
    return Store(client("s3", **STORAGE.patience), DOCUMENTS)


def module(name: str) -> ModuleType:
    return importlib.import_module(f"functions.{name}")


def queue(name: str) -> str:
    """URL of a queue, made at its first use."""
    return client("sqs", **QUEUE.patience).create_queue(QueueName=name)["QueueUrl"]


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """An empty cloud; pauses between attempts have no length."""
    engine = SearchEngine()
    monkeypatch.setattr("random.uniform", lambda low, high: 0.0)
    for name, value in _environment(engine.url).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        _forget()
        _create()
        yield Cloud(engine, AppConfig(), Model())
    _forget()
    engine.stop()


def _create() -> None:
    s3 = client("s3")
    for bucket in (INCOMING, DOCUMENTS):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=INCOMING, VersioningConfiguration={"Status": "Enabled"})
    make_table(TABLE, "tenant", "document_id", changes=True)
    make_table(FINGERPRINTS_TABLE, "fingerprint_key", "item")
    client("events").create_event_bus(Name=BUS)
    key = client("kms").create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["KeyId"]
    client("kms").create_alias(AliasName=TOKEN_KEY, TargetKeyId=key)
    make_table(PERMISSIONS, "tenant", "item")


def _forget() -> None:
    forget_clients()
    search_client.cache_clear()
    for name in FUNCTIONS:
        module(name).settings.cache_clear()
        if hasattr(module(name), "generations"):
            module(name).generations.cache_clear()
    module("read_documents").tokens_of.cache_clear()
    for cached in ("registry", "permissions", "uploads", "documents", "switches"):
        getattr(module("documents"), cached).cache_clear()


def _environment(search: str) -> dict[str, str]:
    return {
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "CAUSEWAY_ENVIRONMENT": "test",
        "INCOMING_BUCKET": INCOMING,
        "DOCUMENTS_BUCKET": DOCUMENTS,
        "REGISTRY_TABLE": TABLE,
        "PERMISSIONS_TABLE": PERMISSIONS,
        "FINGERPRINTS_TABLE": FINGERPRINTS_TABLE,
        "TOKEN_KEY": TOKEN_KEY,
        "MAX_DOCUMENT_BYTES": "2000000",
        "MAX_LOST_SHARE": "0.2",
        "SERVED_LANGUAGES": "en",
        "SEARCH_ENDPOINT": search,
        "SEARCH_INDEX": "passages",
        "EVENT_BUS": BUS,
        "EMBEDDING_PROVIDER": "sagemaker",
        "EMBEDDING_MODEL": "embedding",
        **VARIABLES,
    }
