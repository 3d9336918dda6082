"""A local HTTP server that records what it is asked and answers as it is told: the search engine, and CloudFormation's response URL."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, Any]


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


class Recording:
    """reply: from method and path to status and JSON body."""

    def __init__(self, reply: Callable[[str, str], Reply]) -> None:
        self.requests: list[Request] = []
        self.reply = reply
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def of(self, method: str, path: str) -> list[Any]:
        """Bodies sent so."""
        return [request.body for request in self.requests if (request.method, request.path) == (method, path)]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(recording: Recording) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.partition("?")[0]
            recording.requests.append(Request(self.command, path, dict(self.headers), json.loads(raw) if raw else None))
            status, body = recording.reply(self.command, path)
            content = b"" if self.command == "HEAD" else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _answer

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


@dataclass
class Context:
    """A Lambda context with so much time left."""

    seconds: float = 60.0
    log_stream_name: str = "2026/11/21/[$LATEST]0f"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


def event(url: str, request_type: str, properties: dict[str, Any], physical_id: str | None = None) -> dict[str, Any]:
    """What CloudFormation sends; it turns every property into a string."""
    sent = {
        "RequestType": request_type,
        "ResponseURL": f"{url}/response",
        "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/search/1",
        "RequestId": "request-1",
        "LogicalResourceId": "Resource",
        "ResourceType": "Custom::Something",
        "ResourceProperties": {"ServiceToken": "arn", **properties},
    }
    return sent | ({"PhysicalResourceId": physical_id} if physical_id else {})
