"""Buckets, table, queue target and search engine of the ingestion functions, in process."""

import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from moto import mock_aws

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.identity import document_id
from causeway.documents.ingestion.reasons import Reason
from causeway.documents.ingestion.record import Record
from causeway.documents.ingestion.registry import REGISTRY, Registry
from causeway.documents.ingestion.runs import Run
from causeway.documents.ingestion.store import STORAGE, Store
from causeway.runtime.clients import client, forget_clients
from causeway.runtime.search import search_client
from tests.unit.appconfig import VARIABLES, AppConfig
from tests.unit.documents.search_engine import SearchEngine
from tests.unit.loopback import make_table

INCOMING, DOCUMENTS, TABLE, PERMISSIONS = "incoming-bucket", "documents-bucket", "registry-table", "permissions-table"
FUNCTIONS = (
    *("start_ingestion", "register_document", "read_document", "embed_passages"),
    *("index_passages", "quarantine_document", "remove_document", "documents"),
)
VECTOR = [0.1] * 1024
FIRST = b"# Returns\n\nBooks may be returned within 30 days."
SECOND = b"# Returns\n\nBooks may be returned within 60 days.\n\n# Gift cards\n\nNever."


class Context:
    """What Lambda tells a function of its invocation."""

    function_name = memory_limit_in_mb = invoked_function_arn = aws_request_id = "test"

    def get_remaining_time_in_millis(self) -> int:
        return 300_000


@dataclass
class Cloud:
    """Runs the functions as the state machine does."""

    engine: SearchEngine
    appconfig: AppConfig
    sequence: int = 0x10

    def upload(self, name: str, content: bytes, tenant: str = "harbour") -> dict[str, Any]:
        """Stores an object; the input of the execution that its event starts."""
        stored = client("s3").put_object(Bucket=INCOMING, Key=f"{tenant}/{name}", Body=content)
        return self._change("Object Created", f"{tenant}/{name}", stored["VersionId"], len(content)).model_dump()

    def delete(self, name: str, tenant: str = "harbour") -> dict[str, Any]:
        marker = client("s3").delete_object(Bucket=INCOMING, Key=f"{tenant}/{name}")
        return self._change("Object Deleted", f"{tenant}/{name}", marker["VersionId"], 0).model_dump()

    def event(self, kind: str, key: str, version: str | None, size: int, **detail: Any) -> dict[str, Any]:
        """An event as EventBridge delivers it; each has a later sequencer than the one before."""
        self.sequence += 1
        thing = {"key": key, "size": size, "sequencer": f"{self.sequence:016X}", **({"version-id": version} if version else {})}
        return {"detail-type": kind, "source": "aws.s3", "detail": {"bucket": {"name": INCOMING}, "object": thing, **detail}}

    def run(self, execution: dict[str, Any]) -> dict[str, Any]:
        """The whole execution; a bad document ends in quarantine."""
        if execution["action"] == "remove":
            return call("remove_document", execution)
        try:
            registered = call("register_document", execution)
            if registered["outcome"] != "new":
                return registered
            return call("index_passages", self.prepared(registered))
        except Exception as error:
            cause = json.dumps({"errorType": type(error).__name__, "errorMessage": str(error)})
            state = "quarantined" if type(error).__name__ == "BadDocument" else "failed"
            return call("quarantine_document", {**execution, "state": state, "error": {"Error": type(error).__name__, "Cause": cause}})

    def prepared(self, registered: dict[str, Any]) -> dict[str, Any]:
        """Read, and embedded with one vector for every passage."""
        read = call("read_document", registered)
        key = Run(Change.model_validate(read), read["version"]).embeddings_key
        client("s3").put_object(Bucket=DOCUMENTS, Key=key, Body=(json.dumps(VECTOR) + "\n").encode() * read["passages"])
        return {**read, "embeddings_key": key}

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

    def stored(self, prefix: str = "") -> list[str]:
        return [entry["Key"] for entry in client("s3").list_objects_v2(Bucket=DOCUMENTS, Prefix=prefix).get("Contents", [])]

    def _change(self, kind: str, key: str, version: str, size: int) -> Change:
        change = Change.of_event(self.event(kind, key, version, size))
        assert change is not None
        return change


def registry() -> Registry:
    return Registry(client("dynamodb", **REGISTRY.patience), TABLE)


def documents() -> Store:
    return Store(client("s3", **STORAGE.patience), DOCUMENTS)


def module(name: str) -> ModuleType:
    return importlib.import_module(f"functions.{name}")


def call(function: str, event: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = module(function).handler(json.loads(json.dumps(event)), Context())
    return answer


def registered(cloud: Cloud, content: bytes) -> dict[str, Any]:
    """The execution's object after the first task of an upload of returns.md."""
    return call("register_document", cloud.upload("returns.md", content))


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
        yield Cloud(engine, AppConfig())
    _forget()
    engine.stop()


def _create() -> None:
    s3 = client("s3")
    for bucket in (INCOMING, DOCUMENTS):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=INCOMING, VersioningConfiguration={"Status": "Enabled"})
    make_table(TABLE, "tenant", "document_id")
    make_table(PERMISSIONS, "tenant", "item")


def _forget() -> None:
    forget_clients()
    search_client.cache_clear()
    for name in FUNCTIONS:
        module(name).settings.cache_clear()
    for cached in ("registry", "permissions", "uploads", "switches"):
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
        "MAX_DOCUMENT_BYTES": "2000000",
        "MAX_LOST_SHARE": "0.2",
        "SERVED_LANGUAGES": "en",
        "SEARCH_ENDPOINT": search,
        "SEARCH_INDEX": "passages",
        "STATE_MACHINE_ARN": f"arn:aws:states:us-east-1:123456789012:stateMachine:ingestion-{uuid4().hex[:8]}",
        "EMBEDDING_PROVIDER": "sagemaker",
        "EMBEDDING_MODEL": "embedding",
        **VARIABLES,
    }
