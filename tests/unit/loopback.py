"""The services behind the answer function as one local HTTP server, so that tests inject faults where a client meets the network."""

import io
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from causeway.runtime.clients import forget_clients
from causeway.runtime.logs import logger
from causeway.runtime.search import search_client

TABLE, VERSION = "registry-table", "v1"
VECTOR = [0.03125] * 1024


@dataclass
class Reply:
    """body: bytes go out as they are, anything else as JSON.
    seconds: how long the server waits before it answers; cut: close the connection instead of answering.
    """

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    cut: bool = False


@dataclass
class Asked:
    """headers: by their names in lower case. port: the client's, which tells connections apart."""

    path: str
    headers: dict[str, str]
    body: Any
    port: int


class Services:
    """Answers as the real services would; `script` puts other replies before the ordinary ones."""

    def __init__(self) -> None:
        self.asked: dict[str, list[Asked]] = defaultdict(list)
        self.hits: list[dict[str, Any]] = [hit("returns", text="Books may be returned within 30 days with the receipt.")]
        self.similarity = 0.9
        self.versions: dict[str, str] = {"returns": VERSION}
        self.answer = "Books may be returned within 30 days [1]."
        self.stop_reason = "end_turn"
        self._scripts: dict[str, list[Reply]] = defaultdict(list)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def script(self, service: str, *replies: Reply) -> None:
        """service: embedding, titan, search, registry, model or credentials. The last reply stays when the others are used up."""
        self._scripts[service] = list(replies)

    def reply(self, service: str, body: Any) -> Reply:
        script = self._scripts[service]
        if script:
            return script.pop(0) if len(script) > 1 else script[0]
        return Reply(getattr(self, f"_{service}")(body))

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _embedding(self, body: Any) -> Any:
        return {"embeddings": [VECTOR for _ in body["inputs"]], "tokens": [3 for _ in body["inputs"]]}

    def _titan(self, body: Any) -> Any:
        return {"embedding": VECTOR, "inputTextTokenCount": 3}

    def _search(self, lines: list[Any]) -> Any:
        stale = [excluded["bool"]["filter"] for excluded in _bool_filter(lines[1]).get("must_not", [])]
        hits = [found for found in self.hits if not any(_is(found, terms) for terms in stale)]
        near = [{"_id": found["_id"], "_score": self.similarity} for found in hits]
        return {"took": 1, "responses": [{"status": 200, "hits": {"hits": hits}}, {"status": 200, "hits": {"hits": near}}]}

    def _registry(self, body: Any) -> Any:
        wanted = [key["document_id"]["S"] for key in body["RequestItems"][TABLE]["Keys"]]
        items = [
            {"document_id": {"S": name}, "current_version": {"S": self.versions[name]}, "state": {"S": "ready"}}
            for name in wanted
            if name in self.versions
        ]
        return {"Responses": {TABLE: items}, "UnprocessedKeys": {}}

    def _model(self, body: Any) -> Any:
        return {
            "output": {"message": {"role": "assistant", "content": [{"text": self.answer}]}},
            "stopReason": self.stop_reason,
            "usage": {"inputTokens": 100, "outputTokens": 10, "totalTokens": 110},
            "metrics": {"latencyMs": 1},
        }


def hit(document_id: str, *, version: str = VERSION, position: int = 0, text: str = "Some text.", **fields: Any) -> dict[str, Any]:
    """A hit as the search engine gives it."""
    source = {
        "tenant": "harbour",
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
    }
    return {"_id": f"{document_id}:{version}:{position}", "_score": 0.8, "_source": source | fields}


def _bool_filter(search: Any) -> Any:
    return search["query"]["hybrid"]["queries"][0]["bool"]["filter"][0]["bool"]


def _is(found: dict[str, Any], terms: list[Any]) -> bool:
    return all(found["_source"][name] == value for term in terms for name, value in term["term"].items())


def _handler(services: Services) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            service = _service(self.path, self.headers.get("X-Amz-Target", ""))
            body = [json.loads(line) for line in raw.splitlines()] if service == "search" else json.loads(raw)
            headers = {name.lower(): value for name, value in self.headers.items()}
            services.asked[service].append(Asked(self.path, headers, body, self.client_address[1]))
            self._answer(services.reply(service, body))

        def do_GET(self) -> None:
            self._answer(services.reply("credentials", None))

        def _answer(self, reply: Reply) -> None:
            time.sleep(reply.seconds)
            if reply.cut:
                self.close_connection = True
                return
            content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


def _service(path: str, target: str) -> str:
    if target.endswith("BatchGetItem"):
        return "registry"
    return {"invocations": "embedding", "invoke": "titan", "converse": "model", "_msearch": "search"}[path.rpartition("/")[2]]


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """Running services, with the environment of a function that uses them."""
    running = Services()
    for name, value in environment(running.url).items():
        monkeypatch.setenv(name, value)
    forget_clients()
    search_client.cache_clear()
    yield running
    forget_clients()
    search_client.cache_clear()
    running.stop()


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
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "CAUSEWAY_ENVIRONMENT": "test",
        "POWERTOOLS_SERVICE_NAME": "answers",
        "POWERTOOLS_METRICS_NAMESPACE": "Causeway",
        "SEARCH_ENDPOINT": url,
        "SEARCH_INDEX": "passages",
        "SEARCH_PIPELINE": "hybrid",
        "EMBEDDING_PROVIDER": "sagemaker",
        "EMBEDDING_MODEL": "embedding",
        "CHAT_MODEL": "test-model",
        "GUARDRAIL_ID": "guardrail",
        "GUARDRAIL_VERSION": "1",
        "REGISTRY_TABLE": TABLE,
    }
