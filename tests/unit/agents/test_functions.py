"""Lambda functions as tools, and the one through which others go outside, over a server that answers as Lambda does."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from causeway.agents.functions import LambdaFunctions, function_tool
from causeway.agents.outside import Outside, outside_tools
from causeway.agents.places import Allowed
from causeway.agents.tool import OUTSIDE, Calling, NoFunctions, Refused, Tool
from causeway.agents.web_pages import web_pages
from causeway.conversations.keys import Owner
from causeway.runtime.clients import forget_clients
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError, DependencyRejected, DependencyUnavailable, Throttled

OWNER = Owner("harbour", "user-1", "ada")
ARN = "arn:aws:lambda:us-east-1:123456789012:function:outside:live"
FETCH = web_pages("fetch", "Reads.", ["https://www.books.example/"])
NOTHING: Any = None
Answer = tuple[int, bytes, bool]


class Book(BaseModel):
    title: str


LEND = function_tool("lend", "Lends a book.", Book, "library-lend", effect="once", consent="Lend {title}?")


class Lambda:
    """asked: names and payloads. answer: status, body and whether the function failed."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.answer: Answer = (200, b"null", False)

    def serve(self, request: Request) -> Response:
        self.asked.append((request.path.split("/")[3], json.loads(request.data)))
        status, body, failed = self.answer
        headers = {"X-Amz-Function-Error": "Unhandled"} if failed else {}
        return Response(body, status, {**headers, **({"X-Amzn-ErrorType": "TooManyRequestsException"} if status == 429 else {})})


@pytest.fixture
def cloud(http_server: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambda]:
    made = Lambda()
    http_server.expect_request(re.compile("/2015-03-31/functions/.*")).respond_with_handler(made.serve)
    named = {"AWS_ENDPOINT_URL_LAMBDA": http_server.url_for("").rstrip("/"), "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in {**named, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}.items():
        monkeypatch.setenv(name, value)
    forget_clients()
    yield made
    forget_clients()
    http_server.clear()


def calling(outside: str = ARN) -> Calling:
    patient = Dependency("functions", attempt_seconds=0.1, budget_seconds=30.0, retries=(Throttled,), pause=lambda seconds: None)
    return Calling(OWNER, "run-call-1", Deadline.after(60.0), NOTHING, NOTHING, LambdaFunctions(outside, patient))


def ran(tool: Tool[Any], outside: str = ARN, **arguments: Any) -> Any:
    return tool.run(tool.arguments.model_validate(arguments), calling(outside))


def test_a_function_gets_arguments_and_key_and_its_result_is_the_tools(cloud: Lambda) -> None:
    cloud.answer = (200, b'{"result": {"until": "May"}}', False)
    assert ran(LEND, title="Rebecca") == {"until": "May"}
    assert cloud.asked == [("library-lend", {"arguments": {"title": "Rebecca"}, "key": "run-call-1"})]


def test_what_a_function_refuses_the_model_hears(cloud: Lambda) -> None:
    cloud.answer = (200, b'{"refused": "It is lent."}', False)
    with pytest.raises(Refused, match=r"It is lent\."):
        ran(LEND, title="Rebecca")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((200, b'{"errorMessage": "boom"}', True), DependencyUnavailable),
        ((200, b"<html>", False), DependencyRejected),
        ((200, b'{"until": "May"}', False), DependencyRejected),
        ((200, b"[]", False), DependencyRejected),
        ((500, b"{}", False), DependencyUnavailable),
        ((403, b"{}", False), DependencyRejected),
    ],
)
def test_a_function_that_fails_is_asked_once_and_not_believed(
    cloud: Lambda, answer: tuple[int, bytes, bool], error: type[DependencyError]
) -> None:
    cloud.answer = answer
    with pytest.raises(error):
        ran(LEND, title="Rebecca")
    assert len(cloud.asked) == 1


def test_a_call_that_lambda_did_not_take_is_made_again(cloud: Lambda) -> None:
    cloud.answer = (429, b"{}", False)
    with pytest.raises(Throttled):
        ran(LEND, title="Rebecca")
    assert len(cloud.asked) == 4


def test_what_goes_outside_is_the_tools_name_its_arguments_and_the_key_and_nothing_of_the_user(cloud: Lambda) -> None:
    cloud.answer = (200, b'{"result": "A page."}', False)
    assert ran(FETCH, url="https://www.books.example/may") == "A page."
    ((function, sent),) = cloud.asked
    assert function.endswith("outside%3Alive") or function.endswith("outside:live")
    assert sent.pop("seconds") <= 59.5
    assert sent == {"tool": "fetch", "arguments": {"url": "https://www.books.example/may"}, "key": "run-call-1"}


def test_what_was_found_refused_or_left_open_outside_comes_back_as_such(cloud: Lambda) -> None:
    cloud.answer = (200, b'{"refused": "There is no page."}', False)
    with pytest.raises(Refused, match="no page"):
        ran(FETCH, url="https://www.books.example/may")
    cloud.answer = (200, b'{"unknown": "It broke off."}', False)
    with pytest.raises(DependencyUnavailable, match="broke off"):
        ran(FETCH, url="https://www.books.example/may")


def test_without_a_way_out_nothing_is_asked(cloud: Lambda) -> None:
    with pytest.raises(Refused, match="no way to the internet"):
        ran(FETCH, outside="", url="https://www.books.example/may")
    with pytest.raises(Refused, match="cannot be done here"):
        NoFunctions().call(OUTSIDE, {}, Deadline.after(1.0))
    assert cloud.asked == []


def test_tools_that_go_outside_are_told_from_others() -> None:
    assert outside_tools([LEND, FETCH]) == {"fetch": FETCH}
    assert isinstance(FETCH.run, Outside)
    assert Allowed.of(["https://www.books.example/"]) == FETCH.run.errand.allowed  # type: ignore[union-attr]
