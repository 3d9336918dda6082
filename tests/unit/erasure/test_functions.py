"""The route's function and the worker's, with a queue between."""

import importlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.stub import Stubber

from causeway.conversations.keys import Owner
from causeway.runtime.clients import client
from causeway.runtime.deliveries import QUEUE
from tests.unit.documents.cloud import Context, queue
from tests.unit.erasure.town import RETENTION, Town, administration
from tests.unit.functions.test_answers import Response, content, event
from tests.unit.loopback import ARCHIVE, AUDIT, BATCHES, MEMORY, REVIEWS, RUNS, SESSIONS

Call = Callable[..., Response]
ADA, BOB = Owner("harbour", "ada-sub", "ada"), Owner("harbour", "bob-sub", "bob")


@pytest.fixture
def call(town: Town, monkeypatch: pytest.MonkeyPatch) -> Call:
    """As Pia, a privacy officer of harbour, unless another name is given."""
    of_tables = {
        "ERASURES_TABLE": "erasures-table",
        "MEMORY_TABLE": MEMORY,
        "SESSIONS_TABLE": SESSIONS,
        "REVIEWS_TABLE": REVIEWS,
        "BATCHES_TABLE": BATCHES,
        "AGENT_RUNS_TABLE": RUNS,
    }
    others = {"ARCHIVE_BUCKET": ARCHIVE, "AUDIT_BUCKET": AUDIT, "TENANT_ROLE": "arn:aws:iam::123456789012:role/tenant-rows"}
    more = {"ERASURE_QUEUE": queue("erasures"), "SETTLE_SECONDS": "0", "RETENTION": RETENTION.model_dump_json()}
    for name, value in {**of_tables, **others, **more}.items():
        monkeypatch.setenv(name, value)
    asks, erases = (importlib.import_module(f"functions.{name}") for name in ("erasures", "erase"))
    for cached in (asks.settings, asks.erasures, asks.permissions, asks.registry, erases.settings, erases.assembly):
        cached.cache_clear()
    administration().enrol("harbour", "pia", ["privacy-officers"])

    def send(method: str, path: str, body: Any = None, *, name: str = "pia", tenant: str = "harbour", **query: str) -> Response:
        request = event(body, method=method, path=path, tenant=tenant)
        request["requestContext"]["authorizer"]["claims"] |= {"sub": f"{name}-sub", "cognito:username": name}
        request["queryStringParameters"] = query or None
        return asks.handler(request, Context())  # type: ignore[no-any-return]

    return send


def received() -> list[dict[str, Any]]:
    sqs = client("sqs", **QUEUE.patience)
    got = sqs.receive_message(QueueUrl=queue("erasures"), MaxNumberOfMessages=10, AttributeNames=["All"]).get("Messages", [])
    return [
        {
            "messageId": each["MessageId"],
            "receiptHandle": each["ReceiptHandle"],
            "body": each["Body"],
            "attributes": each["Attributes"],
            "messageAttributes": {},
        }
        for each in got
    ]


def work() -> list[str]:
    """One call; ids of the messages that come again."""
    left = importlib.import_module("functions.erase").handler({"Records": received()}, Context())
    return [each["itemIdentifier"] for each in left["batchItemFailures"]]


def test_a_person_is_erased_and_the_officer_sees_the_certificate(call: Call, town: Town) -> None:
    for owner in (ADA, BOB):
        town.live(owner)
    asked = call("POST", "/v1/erasures", {"user": "ada-sub", "name": "ada"})
    assert asked["statusCode"] == 202
    place = f"/v1/erasures/{content(asked)['erasure_id']}"
    assert content(call("GET", place))["state"] == "working"
    assert work() == []
    shown = content(call("GET", place))
    assert (shown["state"], shown["found"]["conversations"]) == ("done", 3)
    assert shown["certificate"]["digest"]
    assert town.traces(ADA) == []
    assert town.traces(BOB)
    assert received() == []


@pytest.mark.parametrize(("name", "tenant"), [("ada", "harbour"), ("", "harbour"), ("pia", "lantern")])
def test_nobody_else_may_erase_or_look(call: Call, name: str, tenant: str) -> None:
    erasure_id = content(call("POST", "/v1/erasures", {"user": "ada-sub"}))["erasure_id"]
    for method, path, body in (
        ("POST", "/v1/erasures", {"user": "bob-sub"}),
        ("GET", f"/v1/erasures/{erasure_id}", None),
        ("GET", f"/v1/erasures/{erasure_id}/documents", None),
    ):
        assert call(method, path, body, name=name, tenant=tenant)["statusCode"] == 403
    assert len(received()) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "name somebody"),
        ({"about": ["Ada"]}, "at least 4 letters or digits"),
        ({"about": ["- - - - ."]}, "at least 4 letters or digits"),
        ({"user": "ada-sub", "documents": "burn"}, "documents"),
        ({"about": ["Lovelace"] * 21}, "about"),
    ],
)
def test_a_wrong_request_is_told_what_to_change(call: Call, body: Any, said: str) -> None:
    refused = call("POST", "/v1/erasures", body)
    assert refused["statusCode"] == 400
    assert said in content(refused)["detail"]
    assert not received()


def test_the_same_request_with_its_token_begins_nothing_new_and_another_is_refused(call: Call) -> None:
    body = {"user": "ada-sub", "client_token": "first-one"}
    first, second = (content(call("POST", "/v1/erasures", body))["erasure_id"] for _ in range(2))
    assert first == second
    assert call("POST", "/v1/erasures", {**body, "user": "bob-sub"})["statusCode"] == 409
    assert content(call("POST", "/v1/erasures", {"user": "ada-sub"}))["erasure_id"] != first


def test_a_queue_that_fails_is_a_503_and_the_same_request_is_sent_afterwards(call: Call) -> None:
    body = {"user": "ada-sub", "client_token": "first-one"}
    with Stubber(client("sqs", connect=0.5, read=1.0)) as stubbed:
        for _ in range(4):
            stubbed.add_client_error("send_message", "InternalError", http_status_code=500)
        refused = call("POST", "/v1/erasures", body)
    assert (refused["statusCode"], content(refused)["type"]) == (503, "urn:causeway:problem:queue-unavailable")
    assert not received()
    assert call("POST", "/v1/erasures", body)["statusCode"] == 202
    assert len(received()) == 1


def test_documents_that_were_found_are_listed_with_what_became_of_them(call: Call, town: Town) -> None:
    town.upload("letter.md", "# Letter\n\nAda Lovelace wrote this.")
    town.upload("staff/wages.md", "# Wages\n\nAda Lovelace gets a lot.")
    administration().restrict("harbour", "staff/", ["staff"])
    erasure_id = content(call("POST", "/v1/erasures", {"about": ["Ada Lovelace"]}))["erasure_id"]
    work()
    listed = content(call("GET", f"/v1/erasures/{erasure_id}/documents"))
    assert sorted((each["name"] or "", each["outcome"]) for each in listed["documents"]) == [("", "listed"), ("letter.md", "listed")]
    assert listed["next"] is None
    assert call("GET", f"/v1/erasures/{'0' * 32}/documents")["statusCode"] == 404


def test_an_erasure_waits_for_a_service_that_is_busy(call: Call, town: Town) -> None:
    town.live(ADA)
    call("POST", "/v1/erasures", {"user": "ada-sub"})
    records = received()
    erases = importlib.import_module("functions.erase")
    erases.assembly().erasures  # noqa: B018 -- makes the table's client, which stays well
    memory = client("s3", connect=2.0, read=6.0)
    with Stubber(memory) as stubbed:
        for _ in range(4):
            stubbed.add_client_error("list_objects_v2", "SlowDown", http_status_code=503)
        assert erases.handler({"Records": records}, Context())["batchItemFailures"] == []
    sqs = client("sqs", **QUEUE.patience)
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
    found = sqs.get_queue_attributes(QueueUrl=queue("erasures"), AttributeNames=names)["Attributes"]  # type: ignore[arg-type]
    assert sum(map(int, found.values())) == 1
    assert town.traces(ADA)


def test_a_message_of_an_erasure_that_is_gone_is_finished(call: Call) -> None:
    client("sqs", **QUEUE.patience).send_message(QueueUrl=queue("erasures"), MessageBody=json.dumps({"tenant": "harbour", "erasure": "x"}))
    assert work() == []
    assert not received()
