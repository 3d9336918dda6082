"""What a user may not read leaves by no door, from the next request on."""

import importlib
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from causeway.runtime.errors import Gone
from tests.unit.event_stream import piece
from tests.unit.functions.test_answer_stream import Output
from tests.unit.functions.test_answers import Context, Response, content, event
from tests.unit.loopback import Reply, Services, hit

RETURNS = "How long may books be returned?"
SECRET = "Books may be returned by staff within 90 days."
Call = Callable[..., Response]
UNREADABLE = Reply({"__type": "InternalServerError"}, status=500)


@pytest.fixture
def call(services: Services) -> Call:
    """ada reads staff/, carl does not; both are of one tenant, and only staff/ says something of returns."""
    importlib.import_module("functions.turns").pipeline.cache_clear()
    for cached in ("memory", "permissions"):
        getattr(importlib.import_module("functions.sessions"), cached).cache_clear()
    services.hits = [hit("returns", text=SECRET, source="staff/returns.md")]
    services.answer = f"{SECRET[:-1]} [1]."
    services.restrict("staff/", "staff")
    services.enrol("ada", "staff")

    def send(function: str, method: str, path: str, body: Any = None, *, user: str, **more: Any) -> Response:
        request = event(body, method=method, path=path)
        request["requestContext"]["authorizer"]["claims"] |= {"sub": f"sub-of-{user}", "cognito:username": user}
        return importlib.import_module(f"functions.{function}").handler(request, Context(), **more)  # type: ignore[no-any-return]

    return send


def asked(call: Call, user: str, **more: Any) -> dict[str, Any]:
    return content(call("answers", "POST", "/v1/answers", {"question": RETURNS, **more}, user=user))


def test_an_answer_is_made_from_what_its_user_may_read(call: Call, services: Services) -> None:
    assert asked(call, "ada")["grounded"]
    refused = asked(call, "carl")
    assert (refused["grounded"], refused["citations"]) == (False, [])
    assert len(services.asked["model"]) == 1, "the model never saw the passage for carl"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/answers/stream", {"question": RETURNS}),
        ("/openai/v1/chat/completions", {"model": "causeway", "stream": True, "messages": [{"role": "user", "content": RETURNS}]}),
        ("/openai/v1/chat/completions", {"model": "causeway", "messages": [{"role": "user", "content": RETURNS}]}),
    ],
    ids=["stream", "completion in chunks", "completion"],
)
def test_no_other_way_of_asking_shows_more(call: Call, path: str, body: Any) -> None:
    said = {}
    for user in ("ada", "carl"):
        output = Output()
        call("answer_stream", "POST", path, body, user=user, output=output)
        said[user] = b"".join(piece for _, piece in output.pieces).decode()
    assert re.search("Returns|days|staff", said["ada"])
    assert not re.search("Returns|days|staff", said["carl"])


def test_a_filter_that_names_the_document_does_not_open_it(call: Call) -> None:
    assert not asked(call, "carl", filters={"source": "staff/returns.md"})["grounded"]
    assert not asked(call, "carl", filters={"document_id": ["returns"]})["grounded"]


@pytest.mark.parametrize(
    "take_away",
    [
        lambda services: services.enrol("ada"),
        lambda services: services.enrol("ada", "drivers"),
        lambda services: services.restrict("staff/", "managers"),
        lambda services: services.restrict("staff/returns.md/", "managers") or services.restrict("staff/"),
    ],
    ids=["out of every group", "into another group", "the group out of the folder", "the folder closed to all"],
)
def test_a_right_taken_away_works_on_the_next_question_with_the_same_token(
    call: Call, services: Services, take_away: Callable[[Services], None]
) -> None:
    assert asked(call, "ada")["grounded"]
    take_away(services)
    assert not asked(call, "ada")["grounded"]


def test_a_right_given_works_on_the_next_question(call: Call, services: Services) -> None:
    assert not asked(call, "carl")["grounded"]
    services.enrol("carl", "staff")
    assert asked(call, "carl")["grounded"]


def test_permissions_that_cannot_be_read_make_no_answer_and_no_search(call: Call, services: Services) -> None:
    services.script("permissions", UNREADABLE)
    failed = call("answers", "POST", "/v1/answers", {"question": RETURNS}, user="ada")
    assert (failed["statusCode"], content(failed)["type"]) == (503, "urn:causeway:problem:permissions-unavailable")
    assert not services.asked["search"]


def conversation(call: Call, user: str) -> str:
    """The session of a user who has asked once."""
    session: str = content(call("sessions", "POST", "/v1/sessions", user=user))["session_id"]
    asked(call, user, session_id=session)
    return session


def exported(call: Call, session: str, user: str) -> dict[str, Any]:
    return content(call("sessions", "GET", f"/v1/sessions/{session}", user=user))


def test_a_conversation_says_no_more_of_a_folder_that_was_closed_since(call: Call, services: Services) -> None:
    session = conversation(call, "ada")
    assert SECRET[:-1] in exported(call, session, "ada")["turns"][0]["answer"]
    services.enrol("ada")
    (turn,) = exported(call, session, "ada")["turns"]
    assert (turn["question"], turn["citations"]) == (RETURNS, [])
    assert turn["answer"].startswith("Withheld")
    assert "90 days" not in json.dumps(exported(call, session, "ada"))


def test_an_answer_that_was_broken_off_rests_on_all_that_the_model_read(call: Call, services: Services) -> None:
    session: str = content(call("sessions", "POST", "/v1/sessions", user="ada"))["session_id"]
    body, words = {"question": RETURNS, "session_id": session}, ["Books", "may", "be", "returned", "[1]."]
    services.script("model", Reply(None, pieces=(piece(f"{word} ") for _ in range(1000) for word in words)))
    with pytest.raises(Gone):
        call("answer_stream", "POST", "/v1/answers/stream", body, user="ada", output=Output(leaves_after=3))
    (turn,) = exported(call, session, "ada")["turns"]
    assert (turn["state"], turn["answer"][:5]) == ("partial", "Books")
    services.enrol("ada")
    assert exported(call, session, "ada")["turns"][0]["answer"].startswith("Withheld")


def test_a_conversation_is_not_exported_while_permissions_cannot_be_read(call: Call, services: Services) -> None:
    session = conversation(call, "ada")
    services.script("permissions", UNREADABLE)
    assert call("sessions", "GET", f"/v1/sessions/{session}", user="ada")["statusCode"] == 503
