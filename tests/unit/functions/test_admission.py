"""Each route on which a user asks something refuses a user who has asked too often, before anything is begun."""

import importlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from causeway.admission.allowance import Allowance
from causeway.conversations.keys import Owner
from causeway.runtime.clients import client
from causeway.runtime.logs import record_uncounted
from tests.unit.functions.test_answer_stream import Output
from tests.unit.functions.test_answers import Ask, Context, ask, content, event
from tests.unit.loopback import SESSIONS, Services

__all__ = ["ask"]

admission = importlib.import_module("functions.admission")
QUESTION = {"question": "How long may books be returned?"}
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "look_up_order", "arguments": {}}}
ASKING = {
    "/v1/answers": ("answers", QUESTION),
    "/v1/answers/stream": ("answer_stream", QUESTION),
    "/openai/v1/chat/completions": ("answer_stream", {"model": "causeway", "messages": [{"role": "user", "content": "Why?"}]}),
    "/v1/agents/service/turns": ("agents", {"message": "Where is my order?"}),
    "/v1/agents/service/turns/stream": ("agent_stream", {"message": "Where is my order?"}),
    "/v1/mcp": ("agents", CALL),
    "/v1/teams/complaint/runs": ("teams", {"task": "My order came torn."}),
    "/v1/answers/batch": ("batches", {"client_token": "monday-morning", "questions": [QUESTION]}),
}


@pytest.fixture
def counting(services: Services, monkeypatch: pytest.MonkeyPatch) -> Allowance:
    """One question a minute, in a minute that does not end; of the user of `event`."""
    made = Allowance(client("dynamodb"), SESSIONS, admission.ADMISSION, {"prime": 2, "guest": 1}, record_uncounted, lambda: 600.0)
    monkeypatch.setattr(admission, "allowance", lambda: made)
    return made


def sent(path: str) -> tuple[int, dict[str, str], Any]:
    """Status, headers and body of the answer to a question on this route."""
    name, body = ASKING[path]
    handler, request = importlib.import_module(f"functions.{name}").handler, event(body, path=path)
    if name.endswith("_stream"):
        output = Output()
        handler(request, Context(), output)
        return output.status, output.headers, json.loads(b"".join(piece for _, piece in output.pieces))
    answered = handler(request, Context())
    return answered["statusCode"], {name: values[0] for name, values in answered["multiValueHeaders"].items()}, content(answered)


@pytest.mark.parametrize("path", ASKING)
def test_a_user_who_has_asked_too_often_is_told_the_limit_and_when_to_ask_again(counting: Allowance, services: Services, path: str) -> None:
    counting.take(Owner("harbour", "user-1"), "guest")
    status, headers, body = sent(path)
    assert (status, headers["Retry-After"]) == (429, "60")
    assert "You may ask 1 questions a minute, as guest; ask again in 60 s." in json.dumps(body)
    assert not services.asked


def test_a_problem_of_the_limit_has_its_own_type(counting: Allowance) -> None:
    counting.take(Owner("harbour", "user-1"), "guest")
    assert sent("/v1/answers")[2]["type"] == "urn:causeway:problem:too-many-questions"


def test_the_tier_is_that_of_the_token(counting: Allowance, ask: Ask, services: Services) -> None:
    request = event(QUESTION)
    request["requestContext"]["authorizer"]["claims"]["custom:tier"] = "prime"
    handler = importlib.import_module("functions.answers").handler
    assert [handler(request, Context())["statusCode"] for _ in range(3)] == [200, 200, 429]


def test_a_request_that_is_refused_as_wrong_uses_no_question(counting: Allowance, ask: Ask) -> None:
    assert ask({"question": ""})["statusCode"] == 400
    assert ask(QUESTION)["statusCode"] == 200


@pytest.fixture
def refusing_table() -> Iterator[Callable[[], None]]:
    """DynamoDB refuses to count anything, once it is called."""
    events = client("dynamodb").meta.events

    def refuse(**_: Any) -> Any:
        raise ConnectionRefusedError

    yield lambda: events.register_first("before-send.dynamodb.UpdateItem", refuse)
    events.unregister("before-send.dynamodb.UpdateItem", refuse)


def test_a_question_that_cannot_be_counted_is_answered_and_a_metric_counts_it(
    counting: Allowance, ask: Ask, refusing_table: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    refusing_table()
    assert [ask(QUESTION)["statusCode"] for _ in range(3)] == [200, 200, 200]
    assert '"QuestionsUncounted":[1.0]' in capsys.readouterr().out
