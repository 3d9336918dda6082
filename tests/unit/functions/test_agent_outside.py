"""The function that goes outside, with the bookshop's tools and servers on loopback."""

import importlib
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from causeway.runtime.clients import forget_clients
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

    def run(answer: Serve | bytes, tool: str = "http_fetch", seconds: float = 5.0, host: str = SHOP, **arguments: Any) -> dict[str, Any]:
        with serving(answer) as server:
            monkeypatch.setenv("OUTSIDE_ON_LOOPBACK", json.dumps({host: server.port}))
            module.errands.cache_clear()
            event = {"tool": tool, "arguments": arguments, "key": "run-call-1", "seconds": seconds}
            found: dict[str, Any] = module.handler(event, Context(milliseconds=8000))
            return found

    yield run
    module.errands.cache_clear()
    forget_clients()


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


def test_a_key_is_read_from_secrets_manager_by_its_name_and_sent(
    outside: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = reply(b'{"copies": 3}', "200 OK", "application/json")
    with serving(reply(b'{"SecretString": "key-of-spring-2026"}', "200 OK", "application/x-amz-json-1.1")) as safe:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", f"http://127.0.0.1:{safe.port}")
        monkeypatch.setenv("TOOL_SECRETS", "causeway-test-tool-")
        forget_clients()
        found = outside(answer, "check_wholesaler", host="trade.wholesaler.example", title="Rebecca")
    assert found == {"result": {"copies": 3}, "refused": "", "unknown": ""}
    assert b"X-Amz-Target: secretsmanager.GetSecretValue\r\n" in safe.asked[0]
    assert "key-of-spring-2026" not in "".join(capsys.readouterr()) + caplog.text


def test_a_key_that_cannot_be_read_is_told_in_the_log_and_counted(
    outside: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    refusal = reply(b'{"__type": "ResourceNotFoundException"}', "400 Bad Request", "application/x-amz-json-1.1")
    with serving(refusal) as safe:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", f"http://127.0.0.1:{safe.port}")
        monkeypatch.setenv("TOOL_SECRETS", "causeway-test-tool-")
        forget_clients()
        found = outside(reply(), "check_wholesaler", host="trade.wholesaler.example", title="Rebecca")
    assert found["refused"] == "The key of trade.wholesaler.example is not set, or cannot be read. Nothing was asked."
    (unusable,) = [vars(each) for each in caplog.records if each.message == "secret unusable"]
    assert (unusable["secret"], unusable["reason"]) == ("wholesaler", "400 ResourceNotFoundException")
    assert '"SecretsUnusable":[1.0]' in capsys.readouterr().out


def test_an_event_that_is_no_errand_is_an_error(outside: Callable[..., dict[str, Any]]) -> None:
    module = importlib.import_module("functions.agent_outside")
    with pytest.raises(ValueError, match="tool"):
        module.handler({"url": "https://www.evil.example/"}, Context(milliseconds=8000))
