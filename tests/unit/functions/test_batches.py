"""Batches from the request to the results: the API's function, the two queues, and the function that answers."""

import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.stub import Stubber

from causeway.batches.contract import MAX_BYTES
from causeway.batches.queues import Message
from causeway.conversations.keys import Owner
from causeway.runtime.clients import client
from tests.unit.functions.test_answers import Context, Response, content, event
from tests.unit.loopback import BATCHES, Reply, Services, hit

PATH = "/v1/answers/batch"
RETURNS = "How long may books be returned?"
TOKEN = "monday-morning"
BUSY = {"error": {"code": "x"}, "message": "Too many requests"}


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    seconds: float = 4_000_000_000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Line:
    """Both functions with moto's queues between them. clock: of both functions; messages that are delayed are delivered at once."""

    clock: Clock = field(default_factory=Clock)
    delays: list[int] = field(default_factory=list)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    context: Context = field(default_factory=lambda: Context(milliseconds=40_000))

    def call(self, method: str, path: str, body: Any = None, user: str = "user-1", tenant: str = "harbour", **query: str) -> Response:
        request = event(body, method=method, path=path, tenant=tenant)
        request["requestContext"]["authorizer"]["claims"]["sub"] = user
        request["queryStringParameters"] = query or None
        return _module("batches").handler(request, Context())  # type: ignore[no-any-return]

    def send(self, *questions: Any, token: str = TOKEN, **more: Any) -> dict[str, Any]:
        asked = [each if isinstance(each, dict) else {"question": each} for each in questions]
        response = self.call("POST", PATH, {"client_token": token, "questions": asked, **more})
        assert response["statusCode"] == 202, response["body"]
        return content(response)

    def show(self, batch: dict[str, Any], **query: str) -> dict[str, Any]:
        return content(self.call("GET", f"{PATH}/{batch['batch_id']}", **query))

    def deliver(self, queue: str = "normal") -> list[str]:
        """All messages that wait, one call for each; the ids of those that were not handled, which stay in the queue."""
        sqs, url, failed = client("sqs"), f"{_queue_url(queue)}", []
        for message in self._received(url):
            record = {"messageId": message["MessageId"], "body": message["Body"], "eventSource": "aws:sqs", "attributes": {}}
            answer = _module("answer_batch").handler({"Records": [record]}, self.context)
            failed += [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
            if not answer["batchItemFailures"]:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return failed

    def _received(self, url: str) -> list[Any]:
        found: list[Any] = []
        while several := client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            found += several
        return found


def _module(name: str) -> Any:
    return importlib.import_module(f"functions.{name}")


def _queue_url(name: str) -> str:
    return client("sqs").get_queue_url(QueueName=name)["QueueUrl"]


@pytest.fixture
def line(services: Services, monkeypatch: pytest.MonkeyPatch) -> Line:
    for name in ("high", "normal"):
        client("sqs").create_queue(QueueName=name)
    made = Line()
    monkeypatch.setattr("time.time", made.clock)
    monkeypatch.setattr("random.uniform", lambda low, high: 0.0)
    api, worker = _module("batches"), _module("answer_batch")
    for cached in (api.intake, worker.work, worker.queues, worker.pipeline):
        cached.cache_clear()
    return made


def test_questions_are_answered_in_their_order_with_the_callers_own_ids(line: Line, services: Services) -> None:
    sent = line.send({"id": "first", "question": RETURNS}, "Where is the moon?")
    assert (sent["state"], sent["total"], sent["counts"]["waiting"]) == ("running", 2, 2)
    assert line.deliver() == []
    page = line.show(sent)
    assert (page["state"], page["counts"]["answered"], page["next"]) == ("finished", 2, None)
    first, second = page["results"]
    assert (first["number"], first["id"], first["question"], first["attempts"]) == (1, "first", RETURNS, 1)
    assert first["answer"]["answer"] == "Books may be returned within 30 days [1]."
    assert first["answer"]["request_id"] == f"{sent['batch_id']}-1"
    assert (second["number"], second["id"]) == (2, None)
    assert page["usage"] == {"input_tokens": 200, "output_tokens": 20}
