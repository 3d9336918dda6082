"""A local HTTP server that records what it is asked and answers as it is told: the search engine, and CloudFormation's response URL."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug import Request as HTTPRequest
from werkzeug import Response

from tests.unit.http_server import LoopbackServer

Reply = tuple[int, Any]


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: Any
    query: dict[str, str]


class Recording:
    """reply: from method and path to status and JSON body."""

    def __init__(self, reply: Callable[[str, str], Reply]) -> None:
        self.requests: list[Request] = []
        self.reply = reply
        self._server = LoopbackServer()
        self._server.expect_request(re.compile(".*")).respond_with_handler(self._answer)
        self._server.start()
        self.url = self._server.url_for("").rstrip("/")

    def of(self, method: str, path: str) -> list[Any]:
        """Bodies sent so."""
        return [request.body for request in self.requests if (request.method, request.path) == (method, path)]

    def close(self) -> None:
        self._server.clear()
        self._server.stop()

    def _answer(self, request: HTTPRequest) -> Response:
        raw = request.get_data()
        body, query = json.loads(raw) if raw else None, request.args.to_dict()
        self.requests.append(Request(request.method, request.path, dict(request.headers), body, query))
        status, body = self.reply(request.method, request.path)
        return Response("" if request.method == "HEAD" else json.dumps(body), status, content_type="application/json")


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
