"""Answers taken apart on the deployment, as `make explain` does it."""

import os
import subprocess
import sys

import pytest

from local.app import people
from local.app.api import call
from local.app.domain import BOOKSHOP, Domain

GOLDEN = "I don't like the novel I bought last week. How many days do I have to return it?"


def explain(**variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DOMAIN": "bookshop", "AS": "ada", **variables}
    return subprocess.run(
        [sys.executable, "-m", "local.commands.explain"], env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_golden_question_is_taken_apart_to_its_class(bookshop):
    told = explain(Q=GOLDEN)
    assert told.returncode == 0, told.stderr
    for line in ("retrieve", "ground", "without retrieval", "policies/returns.md: “you can return a book within 30 days", "class: "):
        assert f"\n{line}" in told.stdout or f"\n  {line}" in told.stdout, line


@pytest.fixture
def ada(bookshop):
    """Signed in now, as the command does: tests of other domains make the user anew."""
    return people.SignIn(people._authenticate)(Domain.read(BOOKSHOP).user("ada"))


def test_a_follow_up_is_explained_by_its_request_as_it_was_understood_and_nothing_is_remembered(bookshop, ada):
    session = call("POST", "/v1/sessions", ada).body["session_id"]
    bookshop.ask(ada, "How many days do I have to return a book?", session_id=session)
    request = bookshop.ask(ada, "And for online orders?", session_id=session).body["request_id"]
    told = explain(REQUEST=request)
    assert "searched for: How many days do I have to return a book? And for online orders?" in told.stdout, told.stderr
    assert "Asked at" in told.stdout
    assert len(call("GET", f"/v1/sessions/{session}", ada).body["turns"]) == 2
    assert "logs hold no text of questions" in explain(REQUEST=request, AS="bela").stderr
