"""The services behind the answer function: moto plays the registry's table, a local HTTP server all others.

Faults are injected where a client meets the network, never in our own functions.
"""

import io
import json
import re
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto import mock_aws
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from causeway.batches.rows import BY_OWNER
from causeway.conversations.keys import TO_ARCHIVE
from causeway.documents.ingestion.registry import BY_CHANGE
from causeway.permissions.administration import Administration
from causeway.reviews.items import QUEUES as QUEUES_OF_REVIEWS
from causeway.runtime.clients import client, forget_clients, session
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import logger
from causeway.runtime.search import search_client
from functions.admission import allowance
from tests.unit.appconfig import VARIABLES, AppConfig
from tests.unit.event_stream import ending, piece
from tests.unit.http_server import LoopbackServer

TABLE, VERSION, TENANT = "registry-table", "v1", "harbour"
MEMORY, SESSIONS, BATCHES, PERMISSIONS = "memory-table", "sessions-table", "batches-table", "permissions-table"
REVIEWS, RUNS, RECORDS = "reviews-table", "runs-table", "records-table"
ARCHIVE, AUDIT = "archive-bucket", "audit-bucket"
MACHINES = {
    f"team-{pattern}": f"arn:aws:states:us-east-1:123456789012:stateMachine:team-{pattern}"
    for pattern in ("orchestrator", "evaluator", "sequence", "parallel")
}
QUEUES = "https://sqs.us-east-1.amazonaws.com/123456789012"
CONFIDENCE = (
    '{"intercept": -1, "weights": {"support": 1, "whole": 3, "similarity": 2}, "thresholds": {"default": {"answer": 0.7, "verify": 0.1}}}'
)
OF_TABLES = {"BatchGetItem": "registry", "Query": "recalling", "TransactWriteItems": "remembering", "PutItem": "keeping"}
SEARCHED = {"status": 200, "timed_out": False, "_shards": {"total": 2, "successful": 2, "skipped": 0, "failed": 0}}
VECTOR = [0.03125] * 1024


@dataclass
class Reply:
    """body: bytes go out as they are, anything else as JSON.
    seconds: how long the server waits before it answers; cut: close the connection instead of answering.
    pieces: what is sent piece by piece, in place of `body`. passes: the service itself answers (tables only).
    """

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    cut: bool = False
    pieces: Iterable[bytes] = ()
    passes: bool = False

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Asked:
    """headers: by their names in lower case."""

    path: str
    headers: dict[str, str]
    body: Any


class Services:
    """Answers as the real services would; `script` puts other replies before the ordinary ones.

    The search engine here holds to a query's filter, as the real one does: tenant, closed folders, document ids and stale versions.
    """

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("").rstrip("/")
        self.asked: dict[str, list[Asked]] = defaultdict(list)
        self.hits: list[dict[str, Any]] = [hit("returns", text="Books may be returned within 30 days with the receipt.")]
        self.neighbours: list[dict[str, Any]] = []  # found by their ids alone
        self.similarity = 0.9
        self.relevance: dict[str, float] = {}  # by a word of the text; 0.1 without one
        self.answer = "Books may be returned within 30 days [1]."
        self.stop_reason = "end_turn"
        self._scripts: dict[str, list[Reply]] = defaultdict(list)
        server.expect_request(re.compile(".*")).respond_with_handler(self._serve)
        session().register("before-send.dynamodb", self.before_the_table)
        self.appconfig = AppConfig()
        _make_tables()
        self.keep("returns")

    def script(self, service: str, *replies: Reply) -> None:
        """service: embedding, titan, reranker, search, registry, permissions, recalling, facts, remembering, keeping, journal,
        model, guardrail or credentials; or a chat model's id.

        The last reply stays when the others are used up.
        """
        self._scripts[service] = list(replies)

    def keep(self, document_id: str, version: str = VERSION, state: str = "ready", tenant: str = TENANT) -> None:
        """A document's entry in the registry."""
        item = {"tenant": tenant, "document_id": document_id, "current_version": version, "state": state}
        client("dynamodb").put_item(TableName=TABLE, Item={name: {"S": value} for name, value in item.items()})

    def forget(self, document_id: str) -> None:
        client("dynamodb").delete_item(TableName=TABLE, Key={"tenant": {"S": TENANT}, "document_id": {"S": document_id}})

    def restrict(self, folder: str, *readers: str) -> None:
        administration().restrict(TENANT, folder, readers)

    def enrol(self, user: str, *groups: str) -> None:
        administration().enrol(TENANT, user, groups)

    def reply(self, service: str, body: Any) -> Reply:
        return self._scripted(service) or Reply(getattr(self, f"_{service}")(body))

    def _scripted(self, service: str) -> Reply | None:
        script = self._scripts[service]
        return (script.pop(0) if len(script) > 1 else script[0]) if script else None

    def _serve(self, request: Request) -> Response:
        raw = request.get_data()
        service = "reranker" if "rerank" in request.path else _service(request.path)
        body = [json.loads(line) for line in raw.splitlines()] if service == "search" else json.loads(raw or b"null")
        self.asked[service].append(Asked(request.path, {name.lower(): value for name, value in request.headers.items()}, body))
        of_model = self._scripted(request.path.split("/")[2]) if service == "model" else None
        reply = of_model or (self._streamed() if request.path.endswith("-stream") else self.reply(service, body))
        time.sleep(reply.seconds)
        if reply.cut:
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        if reply.pieces:
            return Response(reply.pieces, content_type="application/vnd.amazon.eventstream")
        headers = {"Content-Length": str(len(reply.content)), "Content-Type": "application/json", **reply.headers}
        return Response([reply.content], reply.status, headers)

    def _streamed(self) -> Reply:
        words = re.findall(r"\s*\S+", self.answer)
        return self._scripted("model") or Reply(None, pieces=[*map(piece, words), *ending(self.stop_reason)])

    def before_the_table(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
        """A scripted reply in place of moto's."""
        service, body = OF_TABLES.get(str(request.headers["X-Amz-Target"], "ascii").partition(".")[2]), json.loads(request.body)
        if service is None or (service == "keeping" and body["TableName"] != REVIEWS):
            return None
        service = "permissions" if PERMISSIONS in body.get("RequestItems", {}) else service
        service = "journal" if RUNS in str(body) else service
        service = "facts" if ":facts" in body.get("ExpressionAttributeValues", {}) else service
        self.asked[service].append(Asked("/", {}, body))
        reply = self._scripted(service)
        if reply and reply.passes:
            return None
        return AWSResponse(request.url, reply.status, reply.headers, Raw(reply.content)) if reply else None  # type: ignore[arg-type]

    def _embedding(self, body: Any) -> Any:
        return {"embeddings": [VECTOR for _ in body["inputs"]], "tokens": [3 for _ in body["inputs"]]}

    def _titan(self, body: Any) -> Any:
        return {"embedding": VECTOR, "inputTextTokenCount": 3}

    def _reranker(self, body: Any) -> Any:
        """As Cohere's model: the best first, each with its place in the request."""
        scores = [max((score for word, score in self.relevance.items() if word in text), default=0.1) for text in body["documents"]]
        found = sorted(enumerate(scores), key=lambda each: -each[1])[: body["top_n"]]
        return {"results": [{"index": place, "relevance_score": score} for place, score in found]}

    def _search(self, lines: list[Any]) -> Any:
        query = lines[-1]["query"]
        clause, *others = [query["knn"]["embedding"]["filter"]] if "knn" in query else query["bool"]["filter"]
        there = [found for found in self.hits + self.neighbours if found["_id"] in others[0]["ids"]["values"]] if others else self.hits
        hits = [found for found in there if _passes(found["_source"], clause["bool"])]
        near = [{"_id": found["_id"], "_score": self.similarity} for found in hits]
        return {"took": 1, "responses": [{**SEARCHED, "hits": {"hits": hits if line["_source"] else near}} for line in lines[1::2]]}

    def _guardrail(self, body: Any) -> Any:
        return {"action": "NONE", "outputs": [], "assessments": [{}], "usage": {"wordPolicyUnits": 1}}

    def _model(self, body: Any) -> Any:
        return converse(self.answer, self.stop_reason)


def converse(answer: str, stop_reason: str = "end_turn") -> dict[str, Any]:
    """What Bedrock answers with a model's text."""
    return {
        "output": {"message": {"role": "assistant", "content": [{"text": answer}]}},
        "stopReason": stop_reason,
        "usage": {"inputTokens": 100, "outputTokens": 10, "totalTokens": 110},
        "metrics": {"latencyMs": 1},
    }


class Raw(io.BytesIO):
    """What botocore reads an answer from."""

    def stream(self, **_: Any) -> Iterable[bytes]:
        yield self.read()


def hit(document_id: str, *, version: str = VERSION, position: int = 0, text: str = "Some text.", **fields: Any) -> dict[str, Any]:
    """A hit as the search engine gives it."""
    source = {
        "tenant": TENANT,
        "document_id": document_id,
        "version": version,
        "position": position,
        "source": f"{document_id}.md",
        "title": document_id.title(),
        "heading": "Policies",
        "kind": "text",
        "text": text,
        "content_hash": f"{document_id}{version}{position}",
        "language": "en",
        "tokens": 12,
        "indexed_at": "2026-11-01T12:00:00.000+00:00",
    }
    return {"_id": f"{document_id}:{version}:{position}", "_score": 0.8, "_source": source | fields}


def _passes(source: dict[str, Any], clause: Any) -> bool:
    """Whether a passage passes a filter of term, terms and must_not clauses."""
    kept_out = clause.get("must_not", [])
    stale = [excluded["bool"]["filter"] for excluded in kept_out if "bool" in excluded]
    closed = tuple(excluded["prefix"]["source"] for excluded in kept_out if "prefix" in excluded)
    return (
        _all(source, clause["filter"])
        and not source.get("source", "").startswith(closed)
        and not any(_all(source, terms) for terms in stale)
    )


def _all(source: dict[str, Any], clauses: list[Any]) -> bool:
    wanted = [(name, value) for clause in clauses for kind in clause.values() for name, value in kind.items()]
    return all(source[name] in value if isinstance(value, list) else source[name] == value for name, value in wanted)


def _service(path: str) -> str:
    last = path.rpartition("/")[2].removesuffix("-stream")
    return {
        "invocations": "embedding",
        "invoke": "titan",
        "converse": "model",
        "apply": "guardrail",
        "_msearch": "search",
        "credentials": "credentials",
    }[last]


def administration() -> Administration:
    return Administration(client("dynamodb"), PERMISSIONS, Dependency("permissions", attempt_seconds=1.0, budget_seconds=30.0))


def _make_tables() -> None:
    """Those that no other fixture has made."""
    keys = {
        TABLE: ("tenant", "document_id"),
        MEMORY: ("conversation", "item"),
        SESSIONS: ("owner", "session_id"),
        BATCHES: ("batch_key", "item"),
        PERMISSIONS: ("tenant", "item"),
    }
    there = set(client("dynamodb").list_tables()["TableNames"])
    for name in keys.keys() - there:
        make_table(name, *keys[name], index=name == MEMORY)
    if REVIEWS not in there:
        make_table(REVIEWS, "tenant", "request_id", queues=True)
    for bucket in (ARCHIVE, AUDIT):
        client("s3").create_bucket(Bucket=bucket)


def make_table(
    name: str, partition: str, sort: str, *, index: bool = False, queues: bool = False, changes: bool = False, owners: bool = False
) -> None:
    """index: with that of conversations to archive. queues: with that of reviews. changes: with that of documents by their last change.

    owners: with that of what an owner has.
    """
    more = {"archive_shard": "S", "archive_due": "N"} if index else {"queue": "S", "since": "S"} if queues else {}
    more = {partition: "S", "updated_at": "S"} if changes else {"owner": "S", partition: "S"} if owners else more
    attributes = {partition: "S", sort: "S", **more}
    shown, named = ("KEYS_ONLY", TO_ARCHIVE) if index else ("ALL", BY_CHANGE if changes else BY_OWNER if owners else QUEUES_OF_REVIEWS)
    others: Any = [{"IndexName": named, "KeySchema": _schema(*more), "Projection": {"ProjectionType": shown}}] if more else []
    client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in attributes.items()],  # type: ignore[typeddict-item]
        KeySchema=_schema(partition, sort),
        **({"GlobalSecondaryIndexes": others} if others else {}),
    )


def _schema(partition: str, sort: str) -> Any:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


@pytest.fixture(scope="session")
def http_server() -> Iterator[HTTPServer]:
    with LoopbackServer() as server:
        yield server


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch, http_server: HTTPServer) -> Iterator[Services]:
    """Running services, with the environment of a function that uses them."""
    for name, value in environment(http_server.url_for("").rstrip("/")).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        _forget()
        yield Services(http_server)
    _forget()
    http_server.clear()


def _forget() -> None:
    forget_clients()
    search_client.cache_clear()
    allowance.cache_clear()


@pytest.fixture
def log_lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Reads the JSON lines that the process's logger has written since the test began."""
    stream = io.StringIO()
    handler = logger.registered_handler
    usual = handler.setStream(stream)  # type: ignore[attr-defined]
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    handler.setStream(usual)  # type: ignore[attr-defined]


def environment(url: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": url,
        "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": url,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "CAUSEWAY_ENVIRONMENT": "test",
        "POWERTOOLS_SERVICE_NAME": "answers",
        "LINK_KEY": "arn:aws:kms:us-east-1:123456789012:key/links",
        "APPROVAL_TOPIC": "arn:aws:sns:us-east-1:123456789012:approvals",
        "POWERTOOLS_METRICS_NAMESPACE": "Causeway",
        "SEARCH_ENDPOINT": url,
        "SEARCH_INDEX": "passages",
        "SEARCH_PIPELINE": "hybrid",
        "EMBEDDING_PROVIDER": "sagemaker",
        "EMBEDDING_MODEL": "embedding",
        "LEAST_SIMILARITY": "0.6",
        "CONFIDENCE": CONFIDENCE,
        "INSTRUCTIONS_IN_DOCUMENTS": "withheld",
        "EMBEDDING_LANGUAGES": "en",
        "CHAT_MODEL": "test-model",
        "GUARDRAIL_ID": "guardrail",
        "GUARDRAIL_VERSION": "1",
        "REGISTRY_TABLE": TABLE,
        "MEMORY_TABLE": MEMORY,
        "SESSIONS_TABLE": SESSIONS,
        "QUESTIONS_A_MINUTE": '{"prime": 6000, "guest": 3000}',
        "REVIEWS_TABLE": REVIEWS,
        "ARCHIVE_BUCKET": ARCHIVE,
        "DOCUMENTS_BUCKET": "documents-bucket",
        "PERMISSIONS_TABLE": PERMISSIONS,
        "BATCHES_TABLE": BATCHES,
        "HIGH_QUEUE": f"{QUEUES}/high",
        "NORMAL_QUEUE": f"{QUEUES}/normal",
        "AGENT_DOMAIN": "bookshop",
        "AGENT_RUNS_TABLE": RUNS,
        "AGENT_RUNS_QUEUE": f"{QUEUES}/agent-runs",
        "EVENT_BUS": "causeway",
        "TRIGGER_DEAD_LETTERS": f"{QUEUES}/trigger-dead-letters",
        "MACHINES": "{}",
        "TRIGGER_ACCOUNTS": "{}",
        "AUDIT_BUCKET": AUDIT,
        "RECORDS_TABLE": RECORDS,
        "TENANT_ROLE": "arn:aws:iam::123456789012:role/tenant-rows",
        "MODEL_PRICES": '{"test-model": {"input": 1.0, "output": 5.0}}',
        **{f"{name.removeprefix('team-').upper()}_MACHINE": arn for name, arn in MACHINES.items()},
        **VARIABLES,
    }
