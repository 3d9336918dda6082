"""What is sent to an HTTP API, and what its answers come to."""

import json
from pathlib import Path
from typing import Any

import pytest

from causeway.agents.chosen import Chosen
from causeway.agents.http_api import http_api
from causeway.agents.outside import Operation, Outside
from causeway.agents.tool import Refused
from causeway.outside.exchange import Exchange, Unanswered
from causeway.outside.operations import ask, request_of
from causeway.runtime.deadlines import Deadline
from tests.unit.outside.servers import reply, serving

BOOKS = Path(__file__).with_name("books.openapi.yaml")
ORDER = {"isbn": "978", "copies": 2}


def operation(called: str) -> Operation:
    (tool,) = http_api(BOOKS, Chosen(called, name="a_tool"))
    assert isinstance(tool.run, Outside)
    assert isinstance(tool.run.errand, Operation)
    return tool.run.errand


def answered(called: str, arguments: dict[str, Any], answer: bytes) -> Any:
    with serving(answer) as server:
        return ask(Exchange(server.on_loopback), operation(called), arguments, "run-call-1", Deadline.after(5.0))


def test_arguments_go_where_the_document_says() -> None:
    found = request_of(operation("getTitle"), {"isbn": "978/../1 ?", "fields": ["a", "b&c"], "sold": True, "X-Shop": "truro"}, "k")
    assert found.place.target == "/api/titles/978%2F..%2F1%20%3F?fields=a&fields=b%26c&sold=true"
    assert found.headers == {"Accept": "application/json", "X-Shop": "truro"}
    assert found.body is None


def test_what_changes_something_has_the_key_of_its_call() -> None:
    found = request_of(operation("orderCopies"), ORDER, "run-call-1")
    assert (found.method, found.headers["Idempotency-Key"], json.loads(found.body or b"")) == ("POST", "run-call-1", ORDER)


def test_a_body_that_is_one_argument_is_sent_as_it_is() -> None:
    found = request_of(operation("putNote"), {"id": "7", "body": {"id": "8", "text": "x"}}, "k")
    assert (found.place.path, json.loads(found.body or b"")) == ("/api/notes/7", {"id": "8", "text": "x"})
    assert request_of(operation("putNote"), {"id": "7"}, "k").body is None


@pytest.mark.parametrize("arguments", [{"isbn": ".."}, {"isbn": ""}, {"X-Shop": "a\r\nHost: evil"}, {"X-Shop": "café"}])
def test_no_argument_changes_the_path_or_adds_a_header(arguments: dict[str, str]) -> None:
    with pytest.raises(Refused, match="may"):
        request_of(operation("getTitle"), {"isbn": "978", **arguments}, "k")


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (reply(b'{"price": 12.5}', "200 OK", "application/json"), {"price": 12.5}),
        (reply(b"[]", "200 OK", "application/hal+json"), []),
        (reply(b"{not json", "200 OK", "application/json"), "{not json"),
        (reply(b"Hello."), "Hello."),
        (b"HTTP/1.1 204 None\r\n\r\n", "Done (status 204)."),
    ],
)
def test_an_answer_is_json_or_text(answer: bytes, found: Any) -> None:
    assert answered("getTitle", {"isbn": "978"}, answer) == found


@pytest.mark.parametrize(
    ("status", "told"),
    [("400 Bad", "refused with status 400: Too many"), ("404 Not", "status 404: Too many"), ("429 Busy", "asked too much")],
)
def test_a_refusal_is_told_in_the_services_words(status: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        answered("orderCopies", ORDER, reply(b"Too many", status))


@pytest.mark.parametrize("status", ["500 Oops", "503 Busy", "302 Found", "303 See Other"])
def test_what_may_have_been_done_is_not_called_refused(status: str) -> None:
    with pytest.raises(Unanswered, match="does not say what was done"):
        answered("orderCopies", ORDER, reply(b"", status, "text/html", "Location: https://www.evil.example/"))


def test_no_redirect_of_an_api_is_followed() -> None:
    with pytest.raises(Refused, match="forwards the request elsewhere"):
        answered("getTitle", {"isbn": "978"}, reply(b"", "302 Found", "text/html", "Location: /api/titles/979"))
