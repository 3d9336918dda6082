"""A key is sent to its service, read anew when it is refused, and nowhere in what comes back."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from causeway.agents.chosen import Chosen
from causeway.agents.http_api import http_api
from causeway.agents.outside import Errand, Found, outside_tools
from causeway.agents.secret import Secret
from causeway.agents.tool import Tool
from causeway.outside.credentials import Credentials
from causeway.outside.errands import Errands
from causeway.outside.exchange import Exchange, Request
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyRejected
from tests.unit.outside.servers import Serve, Server, reply, serving

BOOKS = Path(__file__).with_name("books.openapi.yaml")
OLD, NEW = 'sk-old/+="{%7f', 'sk-new/+="{%7f'
JSON = "application/json"
ORDER = {"isbn": "978", "copies": 2}


@dataclass
class Kept:
    """values: what each read finds, the last one for good. None: there is none to read."""

    values: list[str | None]
    reads: list[str] = field(default_factory=list)

    def value(self, name: str, deadline: Deadline) -> str:
        return self._read("value")

    def renewed(self, name: str, deadline: Deadline) -> str:
        return self._read("renewed")

    def _read(self, how: str) -> str:
        self.reads.append(how)
        value = self.values[min(len(self.reads), len(self.values)) - 1]
        if value is None:
            raise DependencyRejected("secrets", "400 ResourceNotFoundException")
        return value


@dataclass
class Shop:
    """The errands of tools that send a key. told: what was said of keys that could not be used."""

    server: Server
    kept: Kept
    secret: Secret
    told: list[tuple[str, str]] = field(default_factory=list)

    def run(self, called: str = "getTitle", **arguments: Any) -> Found:
        tools: tuple[Tool[Any], ...] = http_api(
            BOOKS,
            Chosen("getTitle", name="getTitle"),
            Chosen("orderCopies", name="orderCopies", consent="Order {copies}?"),
            secret=self.secret,
        )
        errands = Errands(outside_tools(tools), Exchange(self.server.on_loopback), self.kept, lambda *said: self.told.append(said))
        return errands.run(Errand(tool=called, arguments=arguments or {"isbn": "978"}, key="k", seconds=5.0), Deadline.after(5.0))

    @property
    def sent(self) -> list[str]:
        """The key's header of each request."""
        heads = [each.decode().split("\r\n") for each in self.server.asked]
        name = f"{self.secret.header.lower()}: "
        return [line.partition(": ")[2] for head in heads for line in head if line.lower().startswith(name)]


@contextmanager
def shop(answer: Serve | bytes, *values: str | None, secret: Secret = Secret("distributor")) -> Iterator[Shop]:  # noqa: B008 -- frozen
    with serving(answer) as server:
        yield Shop(server, Kept(list(values)), secret)


def taking(key: str, body: bytes = b'{"price": 12.5}', refusal: str = "401 Unauthorized") -> Serve:
    """A service that takes one key and says to every other what it got."""

    def serve(held: Any, head: bytes) -> None:
        held.sendall(reply(body, "200 OK", JSON) if f"Bearer {key}\r\n".encode() in head else reply(b"Bad: " + head, refusal))

    return serve


@pytest.mark.parametrize(
    ("secret", "header"),
    [(Secret("distributor"), f"Bearer {OLD}"), (Secret("distributor", "X-Api-Key", ""), OLD), (Secret("distributor", "X-Shop", ""), OLD)],
)
def test_a_key_is_sent_in_its_header(secret: Secret, header: str) -> None:
    """Also in the place of a parameter of that name, which is no argument then."""
    with shop(reply(b"{}", "200 OK", JSON), OLD, secret=secret) as made:
        assert made.run() == Found(result={})
        assert made.sent == [header]
        if secret.header == "X-Shop":
            assert "X-Shop" in made.run(isbn="978", **{"X-Shop": "mine"}).refused


def test_a_key_that_is_refused_is_read_anew_and_the_call_made_once_more_under_its_own_key() -> None:
    with shop(taking(NEW), OLD, NEW) as made:
        assert made.run("orderCopies", **ORDER).result == {"price": 12.5}
        assert (made.sent, made.kept.reads, made.told) == ([f"Bearer {OLD}", f"Bearer {NEW}"], ["value", "renewed"], [])
        assert [b"Idempotency-Key: k\r\n" in each for each in made.server.asked] == [True, True]


@pytest.mark.parametrize("refusal", ["401 Unauthorized", "403 Forbidden"])
def test_a_key_that_is_refused_for_good_is_told_and_asked_with_once(refusal: str) -> None:
    with shop(taking(NEW, refusal=refusal), OLD) as made:
        found = made.run()
        assert found.refused.startswith(f"www.books.example refused with status {refusal[:3]}: Bad: ")
        assert len(made.sent) == 1
        assert made.told == ([("distributor", "www.books.example refused it")] if "401" in refusal else [])
    assert OLD not in found.refused


def test_without_a_key_nothing_is_asked() -> None:
    with shop(reply(), None) as made:
        assert made.run().refused == "The key of www.books.example is not set, or cannot be read. Nothing was asked."
        assert (made.server.asked, made.told) == ([], [("distributor", "400 ResourceNotFoundException")])


SPELLED: tuple[Callable[[str], str], ...] = (
    str,
    lambda key: json.dumps(key)[1:-1],
    lambda key: key.replace("/", "\\/").replace('"', '\\"'),
    lambda key: "".join(each if each.isalnum() else f"\\u{ord(each):04X}" for each in key),
    lambda key: "".join(f"\\u{ord(each):04x}" for each in key),
    "\x00".join,
    lambda key: quote(key, safe=""),
    lambda key: b64encode(key.encode()).decode(),
)


@pytest.mark.parametrize("spelled", SPELLED)
@pytest.mark.parametrize(("status", "content"), [("200 OK", JSON), ("200 OK", "text/plain"), ("400 Bad Request", JSON)])
def test_a_key_that_a_service_sends_back_is_taken_out(spelled: Callable[[str], str], status: str, content: str) -> None:
    """However the service spells it, in a result or in words of a refusal, whole or where these are cut."""
    padding = "x" * 470
    body = f'{{"said": ["{padding} {spelled(OLD)}"], "{spelled(OLD)}": "again"}}'.encode()
    with shop(reply(body, status, content), OLD) as made:
        shown = made.run().model_dump_json()
    assert "sk-old" not in shown.replace("\\u0000", "").replace("\x00", "")
    assert "\\u0073" not in shown
    assert b64encode(OLD.encode()).decode()[:8] not in shown
    assert "[secret]" in shown


def test_a_key_stands_in_no_text_of_what_holds_it(capsys: pytest.CaptureFixture[str]) -> None:
    def serve(held: Any, head: bytes) -> None:
        held.sendall(b"HTTP/1.1 200 OK\r\nX-Got: " + OLD.encode() + b"\r\nContent-Length: 99\r\n\r\nbroken off")

    with shop(serve, OLD) as made:
        found = made.run("orderCopies", **ORDER)
        assert found.unknown.startswith("www.books.example broke off its answer")
        assert OLD not in repr(made.server.on_loopback) + repr(Request("GET", made.secret, {"Authorization": OLD}))  # type: ignore[arg-type]
    assert OLD not in "".join(capsys.readouterr())


def test_a_key_in_what_is_said_of_an_answer_that_nobody_read_is_taken_out() -> None:
    with shop(reply(b"Hello.", "200 OK", "text/plain", f"Content-Encoding: {OLD}"), OLD) as made:
        assert "in the encoding '[secret]'" in made.run().refused


def test_headers_of_an_answer_hold_no_key() -> None:
    from causeway.agents.places import place_of

    with serving(reply(b"Hello.", "200 OK", "text/plain", f"X-Got: {OLD}")) as server:
        credentials = Credentials(Exchange(server.on_loopback), Secret("distributor"), Kept([OLD]), lambda name, why: None)
        found = credentials.send(Request("GET", place_of("https://www.books.example/"), {}), Deadline.after(5.0))
    assert found.headers["x-got"] == "[secret]"
