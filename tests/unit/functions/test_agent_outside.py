"""The function that goes outside, with the bookshop's tools and servers on loopback."""

import importlib
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.unit.functions.test_answers import Context
from tests.unit.loopback import environment
from tests.unit.outside.servers import Serve, reply, serving

SHOP = "www.harbour-books.example"
PAGE = reply(b"<h1>Events</h1><p>Readings begin at 7 pm.</p>", "200 OK", "text/html")


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., dict[str, Any]]]:
    """Runs the function for an errand, with a server in the place of the shop's."""
    for name, value in environment("http://127.0.0.1:9").items():
        monkeypatch.setenv(name, value)
    module = importlib.import_module("functions.agent_outside")

    def run(answer: Serve | bytes, tool: str = "http_fetch", seconds: float = 5.0, **arguments: Any) -> dict[str, Any]:
        with serving(answer) as server:
            monkeypatch.setenv("OUTSIDE_ON_LOOPBACK", json.dumps({SHOP: server.port}))
            module.errands.cache_clear()
            event = {"tool": tool, "arguments": arguments, "key": "run-call-1", "seconds": seconds}
            found: dict[str, Any] = module.handler(event, Context(milliseconds=8000))
            return found

    yield run
    module.errands.cache_clear()


def test_a_page_is_fetched(outside: Callable[..., dict[str, Any]]) -> None:
    found = outside(PAGE, url=f"https://{SHOP}/events")
    assert found == {"result": f"Events (https://{SHOP}/events)\n\nEvents\n\nReadings begin at 7 pm.", "refused": "", "unknown": ""}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"url": "https://169.254.169.254/latest/meta-data/"}, "names no host by a whole name"),
        ({"url": "https://www.evil.example/"}, "is not on the list"),
        ({"url": f"https://{SHOP}/events", "header": "x"}, "not valid"),
        ({}, "not valid"),
    ],
)
def test_arguments_are_checked_once_more_where_the_request_goes_out(
    outside: Callable[..., dict[str, Any]], arguments: dict[str, Any], told: str
) -> None:
    assert told in outside(PAGE, **arguments)["refused"]


@pytest.mark.parametrize("tool", ["look_up_order", "start_return", "calculate", "nothing"])
def test_no_tool_runs_here_that_does_not_go_outside(outside: Callable[..., dict[str, Any]], tool: str) -> None:
    assert outside(PAGE, tool, order="H-10482") == {"result": None, "refused": f"There is no tool {tool} that goes outside.", "unknown": ""}


def test_a_site_that_does_not_answer_in_time_is_told_in_words(outside: Callable[..., dict[str, Any]]) -> None:
    found = outside(lambda held, head: time.sleep(3), seconds=0.3, url=f"https://{SHOP}/events")
    assert found["refused"] == f"{SHOP} did not answer in time (RemoteDisconnected). Nothing was found out."


def test_an_event_that_is_no_errand_is_an_error(outside: Callable[..., dict[str, Any]]) -> None:
    module = importlib.import_module("functions.agent_outside")
    with pytest.raises(ValueError, match="tool"):
        module.handler({"url": "https://www.evil.example/"}, Context(milliseconds=8000))
