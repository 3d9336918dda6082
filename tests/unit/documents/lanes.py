"""A lane of ingestion: its two queues and functions, with deliveries as Lambda makes them, and deaths of workers."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest

from causeway.documents.ingestion.changes import Change
from causeway.runtime.clients import client, session
from causeway.runtime.deliveries import QUEUE
from causeway.runtime.search import search_client
from tests.unit.documents.cloud import BUS, Cloud, Context, Died, module, queue

ARN = "arn:aws:sqs:us-east-1:123456789012:"
TO_READ, TO_INDEX = "to-read", "to-index"
QUEUES = {"read_documents": TO_READ, "index_documents": TO_INDEX}


@dataclass
class Lane:
    cloud: Cloud
    context: Context = field(default_factory=Context)
    deaths: "Deaths | None" = None

    def hear(self, *bodies: str) -> None:
        for body in bodies:
            _sqs().send_message(QueueUrl=queue(TO_READ), MessageBody=body)

    def said(self, change: Change) -> str:
        """The event that says so."""
        kind = "Object Created" if change.action == "ingest" else "Object Deleted"
        thing = {"key": change.key, "size": change.size, "sequencer": change.sequencer, "version-id": change.object_version}
        return json.dumps({"detail-type": kind, "source": "aws.s3", "detail": {"bucket": {"name": change.bucket}, "object": thing}})

    def read(self, at_once: int = 10) -> list[str]:
        """One call; the bodies of the messages that it leaves to come again."""
        return self._call("read_documents", at_once)

    def index(self, at_once: int = 10) -> list[str]:
        return self._call("index_documents", at_once)

    def run(self) -> None:
        """Until both queues are empty."""
        for _ in range(200):
            if not self.waits_at_all():
                return
            self.read()
            self.index()
        raise AssertionError("it does not end")

    def waits(self, name: str) -> int:
        names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
        found = _sqs().get_queue_attributes(QueueUrl=queue(name), AttributeNames=names)["Attributes"]
        return sum(int(found[each]) for each in names)

    def waits_at_all(self) -> bool:
        return bool(self.waits(TO_READ) or self.waits(TO_INDEX))

    def bodies(self, name: str) -> list[Any]:
        """What is to be had now, without taking it."""
        got = _sqs().receive_message(QueueUrl=queue(name), MaxNumberOfMessages=10, VisibilityTimeout=0).get("Messages", [])
        return [json.loads(each["Body"]) for each in got]

    def _call(self, function: str, at_once: int) -> list[str]:
        records = [one for start in range(0, at_once, 10) for one in _received(QUEUES[function], min(10, at_once - start))]
        if not records:
            return []
        left = {each["messageId"] for each in records}
        try:
            with self.deaths or nullcontext():
                answer = module(function).handler({"Records": records}, self.context)
            left = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        finally:
            _show_again(QUEUES[function], [each for each in records if each["messageId"] in left])
        return [each["body"] for each in records if each["messageId"] in left]


def lane_of(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Lane:
    """Both functions with their queues."""
    queues = {ARN + TO_READ: {"own": queue(TO_READ), "onward": queue(TO_INDEX)}}
    onward = {ARN + TO_INDEX: {"own": queue(TO_INDEX), "again": queue(TO_READ), "patience": "5"}}
    for name, value in {"QUEUES": json.dumps(queues | onward), "SEARCH_ENDPOINT": cloud.engine.url, "EVENT_BUS": BUS}.items():
        monkeypatch.setenv(name, value)
    for each in (
        module("read_documents").settings,
        module("index_documents").settings,
        module("index_documents").embedder,
        module("index_documents").rate,
    ):
        each.cache_clear()
    return Lane(cloud)


def _sqs() -> Any:
    return client("sqs", **QUEUE.patience)


def _received(name: str, at_once: int) -> list[dict[str, Any]]:
    asked = {"QueueUrl": queue(name), "MaxNumberOfMessages": at_once, "AttributeNames": ["All"], "MessageAttributeNames": ["All"]}
    return [
        {
            "messageId": each["MessageId"],
            "receiptHandle": each["ReceiptHandle"],
            "body": each["Body"],
            "attributes": each["Attributes"],
            "messageAttributes": {key: {"stringValue": value["StringValue"]} for key, value in each.get("MessageAttributes", {}).items()},
            "eventSource": "aws:sqs",
            "eventSourceARN": ARN + name,
        }
        for each in _sqs().receive_message(**asked).get("Messages", [])
    ]


def _show_again(name: str, records: list[dict[str, Any]]) -> None:
    """As after the seconds for which they were hidden."""
    for each in records:
        try:
            _sqs().change_message_visibility(QueueUrl=queue(name), ReceiptHandle=each["receiptHandle"], VisibilityTimeout=0)
        except _sqs().exceptions.ClientError:
            continue  # it was finished


class Deaths:
    """A worker dies at the call that is counted down to, before or after the service has acted."""

    def __init__(self) -> None:
        self._at_work = False
        self._left: float = float("inf")
        self._after = False
        self._dying = False
        for service in ("dynamodb", "s3", "sqs", "events"):
            session().register(f"before-send.{service}", self._before)
            session().register(f"after-call.{service}", self._done)

    def stop(self) -> None:
        for service in ("dynamodb", "s3", "sqs", "events"):
            session().unregister(f"before-send.{service}", self._before)
            session().unregister(f"after-call.{service}", self._done)

    def __enter__(self) -> None:
        self._at_work = True

    def __exit__(self, *_: object) -> None:
        self._at_work = self._dying = False

    def plan(self, calls: float, after: bool) -> None:
        self._left, self._after, self._dying = calls, after, False

    def watch(self, url: str) -> None:
        """The search engine's client as well."""
        transport = search_client(url).transport
        perform: Callable[..., Any] = transport.perform_request

        def performed(*arguments: Any, **options: Any) -> Any:
            self._before()
            answer = perform(*arguments, **options)
            self._done()
            return answer

        transport.perform_request = performed

    def _before(self, **_: Any) -> None:
        if not self._at_work:
            return
        self._left -= 1
        if self._left <= 0:
            self._left = float("inf")
            if not self._after:
                raise Died
            self._dying = True

    def _done(self, **_: Any) -> None:
        if self._dying and self._at_work:
            self._dying = False
            raise Died
