import importlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.stub import Stubber

from causeway.conversations.keys import META
from causeway.runtime.clients import client
from causeway.runtime.errors import DependencyError
from tests.unit.functions.test_answers import Ask, Context, Response, ask, content, event
from tests.unit.loopback import ARCHIVE, MEMORY, SESSIONS, Reply, Services, hit

__all__ = ["ask"]

RETURNS = "How long may books be returned?"
Call = Callable[..., Response]


@pytest.fixture
def call(services: Services) -> Call:
    module = importlib.import_module("functions.sessions")
    module.memory.cache_clear()
    module.feedback.cache_clear()
    module.permissions.cache_clear()

    def send(method: str, path: str, body: Any = None, *, user: str = "user-1", tenant: str = "harbour", **query: str) -> Response:
        request = event(body, method=method, path=path, tenant=tenant)
        request["requestContext"]["authorizer"]["claims"]["sub"] = user
        request["queryStringParameters"] = query or None
        return module.handler(request, Context())  # type: ignore[no-any-return]

    return send


@pytest.fixture
def session(call: Call) -> str:
    return str(content(call("POST", "/v1/sessions"))["session_id"])


def test_a_conversation_is_begun_listed_exported_and_deleted(call: Call, ask: Ask, session: str) -> None:
    answered = content(ask({"question": RETURNS, "session_id": session}))
    assert answered["session"] == {"session_id": session, "turn": 1, "rebuilt": 0, "forgotten": 0}
    (row,) = content(call("GET", "/v1/sessions"))["sessions"]
    assert (row["session_id"], row["title"], row["turns"], row["state"]) == (session, RETURNS, 1, "open")
    export = content(call("GET", f"/v1/sessions/{session}"))
    (turn,) = export["turns"]
    assert (turn["number"], turn["question"], turn["answer"], turn["state"]) == (1, RETURNS, answered["answer"], "whole")
    assert turn["citations"][0]["quote"] == answered["citations"][0]["quote"]
    assert content(call("DELETE", f"/v1/sessions/{session}")) == {"deleted": 1, "more": False, "facts": 0}
    assert call("GET", f"/v1/sessions/{session}")["statusCode"] == 404
    assert content(call("GET", "/v1/sessions")) == {"sessions": [], "next": None}


def test_all_of_a_user_s_conversations_are_deleted_and_nobody_else_s(call: Call) -> None:
    for _ in range(23):
        call("POST", "/v1/sessions")
    call("POST", "/v1/sessions", user="user-2")
    assert content(call("DELETE", "/v1/sessions")) == {"deleted": 20, "more": True, "facts": 0}
    assert content(call("DELETE", "/v1/sessions")) == {"deleted": 3, "more": False, "facts": 0}
    assert len(content(call("GET", "/v1/sessions", user="user-2"))["sessions"]) == 1


@pytest.mark.parametrize(("user", "tenant"), [("user-2", "harbour"), ("user-1", "lantern")])
def test_another_user_s_conversation_does_not_exist(call: Call, ask: Ask, session: str, user: str, tenant: str) -> None:
    ask({"question": RETURNS, "session_id": session})
    for method in ("GET", "DELETE"):
        assert call(method, f"/v1/sessions/{session}", user=user, tenant=tenant)["statusCode"] == 404
    assert content(call("GET", f"/v1/sessions/{session}"))["turns"]


def test_a_token_without_a_user_has_no_conversations(call: Call) -> None:
    assert call("GET", "/v1/sessions", user="")["statusCode"] == 401


@pytest.mark.parametrize("identifier", ["0" * 32, "x", "harbour%23user-1"])
def test_an_unknown_session_is_a_problem_that_says_so(call: Call, ask: Ask, identifier: str) -> None:
    assert call("GET", f"/v1/sessions/{identifier}")["statusCode"] == 404
    response = ask({"question": RETURNS, "session_id": "0" * 32})
    assert response["statusCode"] == 404
    assert "no such session" in content(response)["detail"]


def test_a_page_is_asked_for_by_the_next_of_the_page_before(call: Call) -> None:
    assert call("GET", "/v1/sessions", after="nonsense")["statusCode"] == 400
    assert call("GET", "/v1/sessions", after="0" * 32)["statusCode"] == 200


def test_a_follow_up_is_searched_for_and_put_to_the_model_with_the_question_before_it(ask: Ask, services: Services, session: str) -> None:
    services.hits = [hit("returns", text="Books may be returned within 30 days, those ordered online within 40 days.")]
    ask({"question": RETURNS, "session_id": session})
    services.answer = "Books ordered online may be returned within 40 days [1]."
    answered = content(ask({"question": "And when ordered online?", "session_id": session}, requestId="second"))
    together = f"{RETURNS} And when ordered online?"
    assert services.asked["embedding"][-1].body["inputs"][0] == together
    assert together in json.dumps(services.asked["model"][-1].body)
    assert answered["session"]["turn"] == 2


def test_a_question_that_changes_the_subject_is_searched_for_alone(ask: Ask, services: Services, session: str) -> None:
    ask({"question": RETURNS, "session_id": session})
    ask({"question": "Which shop sells vinyl records on Sundays?", "session_id": session}, requestId="second")
    assert services.asked["embedding"][-1].body["inputs"] == ["Which shop sells vinyl records on Sundays?"]


def archive(session: str, *, expired: bool) -> None:
    """The archiver's run when the conversation is due. expired: its items are gone afterwards."""
    (meta,) = [item for item in client("dynamodb").scan(TableName=MEMORY)["Items"] if item["item"]["S"] == META]
    client("dynamodb").put_item(TableName=MEMORY, Item={**meta, "archive_due": {"N": "1"}})
    module = importlib.import_module("functions.archive_conversations")
    module.archiver.cache_clear()
    module.handler({}, Context())
    for item in client("dynamodb").scan(TableName=MEMORY)["Items"] if expired else ():
        client("dynamodb").delete_item(TableName=MEMORY, Key={name: item[name] for name in ("conversation", "item")})


def test_a_conversation_that_expired_goes_on_and_says_what_came_back(
    ask: Ask, call: Call, session: str, log_lines: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    ask({"question": RETURNS, "session_id": session})
    archive(session, expired=True)
    (line,) = [line for line in log_lines() if line["message"] == "archived"]
    assert (line["archived"], line["failed"], line["late_seconds"]) == (1, 0, 0)
    assert '"Archived":[1.0]' in capsys.readouterr().out
    exported = content(call("GET", f"/v1/sessions/{session}"))
    assert [turn["question"] for turn in exported["turns"]] == [RETURNS]
    answered = content(ask({"question": "And when ordered online?", "session_id": session}, requestId="second"))
    assert answered["session"] == {"session_id": session, "turn": 2, "rebuilt": 0, "forgotten": 0}, "the export has brought it back"
    archive(session, expired=True)
    answered = content(ask({"question": "And when ordered online?", "session_id": session}, requestId="third"))
    assert answered["session"] == {"session_id": session, "turn": 3, "rebuilt": 2, "forgotten": 0}


def test_a_conversation_whose_time_is_over_is_listed_as_archived(call: Call, session: str) -> None:
    (row,) = client("dynamodb").scan(TableName=SESSIONS)["Items"]
    client("dynamodb").put_item(TableName=SESSIONS, Item={**row, "open_until": {"N": "1"}})
    assert [each["state"] for each in content(call("GET", "/v1/sessions"))["sessions"]] == ["archived"]


def test_a_deletion_that_the_archive_does_not_take_is_a_503_and_can_be_asked_for_again(ask: Ask, call: Call, session: str) -> None:
    ask({"question": RETURNS, "session_id": session})
    archive(session, expired=False)
    with refused("delete_object", times=4, code="InternalError"):
        response = call("DELETE", f"/v1/sessions/{session}")
    assert (response["statusCode"], content(response)["type"]) == (503, "urn:causeway:problem:storage-unavailable")
    assert [each["state"] for each in content(call("GET", "/v1/sessions"))["sessions"]] == ["erasing"]
    assert call("GET", f"/v1/sessions/{session}")["statusCode"] == 404
    assert call("DELETE", f"/v1/sessions/{session}")["statusCode"] == 200
    assert "Contents" not in client("s3").list_objects_v2(Bucket=ARCHIVE)


def test_an_export_without_the_archive_is_a_503(call: Call, session: str) -> None:
    with refused("get_object", times=4, code="InternalError"):
        response = call("GET", f"/v1/sessions/{session}")
    assert (response["statusCode"], content(response)["type"]) == (503, "urn:causeway:problem:storage-unavailable")


@contextmanager
def refused(operation: str, *, times: int, code: str) -> Iterator[None]:
    """S3's error in place of its answers to one operation of the function `sessions`."""
    refusing = iter([True] * times)

    def fail(response_dict: dict[str, Any], **_: Any) -> None:
        if next(refusing, False):
            body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
            response_dict["status_code"], response_dict["body"] = 500, body

    name = f"before-parse.s3.{''.join(word.title() for word in operation.split('_'))}"
    events = client("s3", **importlib.import_module("functions.sessions").ARCHIVE.patience).meta.events
    events.register(name, fail)
    try:
        yield
    finally:
        events.unregister(name, fail)


def test_all_of_a_user_s_archives_go_with_all_of_their_conversations(ask: Ask, call: Call, session: str) -> None:
    ask({"question": RETURNS, "session_id": session})
    archive(session, expired=True)
    for key in ("harbour/user-1/unlisted.json", "harbour/user-2/other.json"):
        client("s3").put_object(Bucket=ARCHIVE, Key=key, Body=b"{}")
    assert content(call("DELETE", "/v1/sessions")) == {"deleted": 1, "more": False, "facts": 0}
    assert [each["Key"] for each in client("s3").list_objects_v2(Bucket=ARCHIVE)["Contents"]] == ["harbour/user-2/other.json"]


def test_a_run_that_cannot_find_what_is_due_fails_for_people_to_see(services: Services) -> None:
    module = importlib.import_module("functions.archive_conversations")
    module.archiver.cache_clear()
    with Stubber(client("dynamodb", **module.MEMORY.patience)) as stubber:
        stubber.add_client_error("query", "AccessDeniedException", http_status_code=400)
        with pytest.raises(DependencyError, match="memory"):
            module.handler({}, Context())


def test_a_kind_of_question_is_in_the_log_on_the_turn_and_lives_as_the_domain_says(
    monkeypatch: pytest.MonkeyPatch, ask: Ask, call: Call, session: str, log_lines: Any
) -> None:
    monkeypatch.setenv("REMEMBERING", json.dumps({"intents": [{"name": "return-request", "phrases": ["returned"], "turn_hours": 168}]}))
    for number, question in enumerate([RETURNS, "And when ordered online?", "Which shop sells vinyl records on Sundays?"]):
        ask({"question": question, "session_id": session}, requestId=f"r{number}")
    kinds = ["return-request", "return-request", ""]
    assert [line["intent"] for line in log_lines() if line["message"] == "turn"] == kinds
    assert [turn["intent"] for turn in content(call("GET", f"/v1/sessions/{session}"))["turns"]] == kinds
    items = client("dynamodb").scan(TableName=MEMORY)["Items"]
    left = {item["item"]["S"]: round((int(item["expires_at"]["N"]) - time.time()) / 3600) for item in items}
    assert [hours for item, hours in sorted(left.items()) if item.startswith("turn#")] == [168, 168, 24]


def test_a_memory_that_fails_loses_no_answer(ask: Ask, services: Services, session: str, log_lines: Any) -> None:
    services.script("remembering", Reply({}, status=500))
    answered = content(ask({"question": RETURNS, "session_id": session}))
    assert answered["grounded"]
    assert answered["session"] == {"session_id": session, "turn": None, "rebuilt": 0, "forgotten": 0}
    assert any(line.get("dependency") == "memory" for line in log_lines())


@pytest.mark.parametrize(
    ("code", "status", "slug"), [("ThrottlingException", 400, "memory-throttled"), ("InternalServerError", 500, "memory-unavailable")]
)
def test_a_memory_that_fails_is_a_503_and_the_conversation_is_there_afterwards(
    call: Call, session: str, code: str, status: int, slug: str
) -> None:
    table = client("dynamodb", **importlib.import_module("functions.sessions").MEMORY.patience)
    with Stubber(table) as stubber:
        for _ in range(4):
            stubber.add_client_error("query", code, http_status_code=status)
        response = call("GET", f"/v1/sessions/{session}")
    assert (response["statusCode"], content(response)["type"]) == (503, f"urn:causeway:problem:{slug}")
    assert int(response["multiValueHeaders"]["Retry-After"][0]) > 0
    assert call("GET", f"/v1/sessions/{session}")["statusCode"] == 200


def test_an_answer_is_rated_once_and_the_second_opinion_counts(call: Call, log_lines: Any) -> None:
    for rating, reason in (("up", None), ("down", "The page is wrong.")):
        given = call("POST", "/v1/feedback", {"request_id": "r1", "rating": rating, "reason": reason})
        assert given["statusCode"] == 201
    (kept,) = content(call("GET", "/v1/feedback"))["feedback"]
    assert (kept["request_id"], kept["rating"], kept["reason"]) == ("r1", "down", "The page is wrong.")
    lines = [line for line in log_lines() if line["message"] == "feedback"]
    assert [(line["rated"], line["rating"]) for line in lines] == [("r1", "up"), ("r1", "down")]
    assert "page is wrong" not in json.dumps(lines)


def test_nobody_sees_another_user_s_ratings(call: Call) -> None:
    call("POST", "/v1/feedback", {"request_id": "r1", "rating": "up"})
    assert content(call("GET", "/v1/feedback", user="user-2")) == {"feedback": []}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rating": "up"}, "request_id"),
        ({"request_id": "r", "rating": "good"}, "rating"),
        ({"request_id": "", "rating": "up"}, "request_id"),
    ],
)
def test_feedback_that_makes_no_sense_is_a_problem_that_names_the_field(call: Call, given: Any, field: str) -> None:
    response = call("POST", "/v1/feedback", given)
    assert response["statusCode"] == 400
    assert content(response)["errors"][0]["field"] == field
