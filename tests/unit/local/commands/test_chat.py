"""What `make chat` prints of an answer, without a deployment."""

from typing import get_args

import pytest

from causeway.conversations.statements import NotKept
from local.app.api import Reply
from local.commands import chat
from local.commands.chat import Chat, obeyed, remarks

ANSWER = {"withheld": 0, "degraded": [], "appeal": None, "session": None, "grounded": True, "noted": [], "not_noted": []}
FACT = {"fact_id": "0a" * 16, "kind": "preference", "text": "I prefer paperbacks.", "expires_at": "2027-11-26T00:00:00+00:00"}


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """An API that keeps one fact."""
    calls: list[tuple[str, str]] = []

    def call(method: str, path: str, *_: object) -> Reply:
        calls.append((method, path))
        return Reply(200, {"facts": [FACT], "next": None} if method == "GET" else {"erased": 1}, "", {})

    monkeypatch.setattr(chat, "call", call)
    return calls


def said(line: str) -> str:
    return "".join(obeyed(Chat(None), line))  # type: ignore[arg-type]  # nobody is asked who it is


def test_a_reader_is_told_what_was_noted() -> None:
    assert list(remarks(ANSWER)) == []
    assert list(remarks({**ANSWER, "noted": ["I prefer paperbacks."]})) == ["(noted: I prefer paperbacks. · /facts lists what is kept)"]


def test_a_reader_is_told_why_something_was_not_noted() -> None:
    assert set(get_args(NotKept)) == chat.WHY_NOT_NOTED.keys()
    (said,) = remarks({**ANSWER, "not_noted": ["sensitive", "too-long"]})
    assert said == "(not kept of what you said of yourself: numbers, addresses and passwords, a sentence that is too long)"


def test_facts_are_listed_with_numbers_and_forgotten_by_them(called: list[tuple[str, str]]) -> None:
    assert said("/facts") == "  1. I prefer paperbacks. (preference, until 2027-11-26)\n"
    assert said("/forget 1") == "  1 forgotten.\n"
    assert called[-1] == ("DELETE", f"/v1/facts/{FACT['fact_id']}")
    assert said("/forget ALL") == "  1 forgotten.\n"
    assert called[-1] == ("DELETE", "/v1/facts")


@pytest.mark.parametrize("which", ["", "0", "2", "x"])
def test_what_is_not_listed_is_not_forgotten(called: list[tuple[str, str]], which: str) -> None:
    assert "/facts lists" in said(f"/forget {which}")
    assert [method for method, _ in called] == ["GET"]


def test_facts_of_every_page_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"/v1/facts": {"facts": [], "next": "0a"}, "/v1/facts?after=0a": {"facts": [FACT], "next": None}}
    monkeypatch.setattr(chat, "call", lambda method, path, person: Reply(200, pages[path], "", {}))
    assert said("/facts").startswith("  1. I prefer paperbacks.")
