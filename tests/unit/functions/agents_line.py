"""Both functions of agents with moto's table and queue between them, and a model that answers what a test scripts."""

import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from causeway.agents.queue import Look
from causeway.agents.records import TenantRecords
from causeway.conversations.keys import Owner
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from tests.unit.functions.test_answers import Context, Response, content, event
from tests.unit.loopback import QUEUES, RECORDS, RUNS, Reply, Services, converse, make_table

QUEUE, QUEUE_URL = "agent-runs", f"{QUEUES}/agent-runs"
TURNS = "/v1/agents/service/turns"
USER, NAME = "user-1", "ada"
OWNER = Owner("harbour", USER)
ORDER = "H-10482"
DATE, ACT = ("current_date", {}), ("start_return", {"order": ORDER, "reason": "It is torn."})


def says(text: str) -> Reply:
    return Reply(converse(text))


def calls(*wanted: tuple[str, dict[str, Any]], text: str = "") -> Reply:
    """A reply with parallel calls of tools."""
    uses = [{"toolUse": {"toolUseId": f"use-{place}", "name": name, "input": given}} for place, (name, given) in enumerate(wanted)]
    answer = converse(text, "tool_use")
    answer["output"]["message"]["content"] = [*([{"text": text}] if text else []), *uses]
    return Reply(answer)


@dataclass
class Line:
    """Requests to the API's function, and messages to the worker's."""

    services: Services
    log_lines: Callable[[], list[dict[str, Any]]]

    def call(self, method: str, path: str, body: Any = None, *, user: str = USER, seconds: float = 28, **more: Any) -> Response:
        query = more.pop("query", None)
        request = event(body, method=method, path=path, **more) | {"queryStringParameters": query}
        request["requestContext"]["authorizer"]["claims"] |= {"sub": user, "cognito:username": NAME if user == USER else user}
        return module("agents").handler(request, Context(milliseconds=int(seconds * 1000)))  # type: ignore[no-any-return]

    def turn(self, message: str, *replies: Reply, status: int = 200, seconds: float = 28, **body: Any) -> dict[str, Any]:
        if replies:
            self.services.script("model", *replies)
        response = self.call("POST", TURNS, {"message": message, **body}, seconds=seconds)
        assert response["statusCode"] == status, response["body"]
        return content(response)

    def show(self, run: dict[str, Any], **more: Any) -> Response:
        return self.call("GET", f"/v1/runs/{run['run_id']}", **more)

    def decide(self, run: dict[str, Any], approve: bool = True, call_id: str | None = None, **more: Any) -> Response:
        waiting = [each["call_id"] for each in run["calls"] if each["outcome"] == "waiting"]
        return self.call("POST", f"/v1/runs/{run['run_id']}/approval", {"call_id": call_id or waiting[0], "approve": approve}, **more)

    def look(self, body: str, seconds: float = 90) -> list[str]:
        """Deliver a message to the worker; the ids of what it did not handle."""
        record = {"messageId": "message-1", "body": body, "eventSource": "aws:sqs", "attributes": {}}
        answer = module("agent_worker").handler({"Records": [record]}, Context(milliseconds=int(seconds * 1000)))
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def look_at(self, run: dict[str, Any], **more: Any) -> list[str]:
        return self.look(Look(OWNER, run["run_id"]).written(), **more)

    def queued(self) -> list[dict[str, Any]]:
        """Messages that are due now."""
        found = client("sqs").receive_message(QueueUrl=QUEUE_URL, MaxNumberOfMessages=10, VisibilityTimeout=0).get("Messages", [])
        return [json.loads(each["Body"]) for each in found]

    def delayed(self) -> int:
        """Messages that look after a run when its lease is over."""
        attributes: Any = client("sqs").get_queue_attributes(QueueUrl=QUEUE_URL, AttributeNames=["All"])["Attributes"]
        return int(attributes["ApproximateNumberOfMessagesDelayed"])

    def asked(self) -> int:
        """How often the model was asked."""
        return len(self.services.asked["model"])


def module(name: str) -> Any:
    return importlib.import_module(f"functions.{name}")


def records() -> TenantRecords:
    """Those of the tenant harbour."""
    return TenantRecords(lambda _: client("dynamodb"), RECORDS, Dependency("records", attempt_seconds=1.0, budget_seconds=30.0), "harbour")


def has_a_return() -> bool:
    """Whether a return of the user's order was started."""
    return "return_number" in (records().get("orders", ORDER) or {})


def make_room() -> None:
    """The tables and the queue that agents have of their own, and an order of the user's."""
    make_table(RUNS, "run_key", "item")
    make_table(RECORDS, "record_key", "item")
    client("sqs").create_queue(QueueName=QUEUE)
    records().put("orders", ORDER, {"owner": NAME, "items": ["Rebecca"], "state": "delivered"}, key="first")
