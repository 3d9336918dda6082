"""Each service behind an answer, away for a while: the caller hears which one, and nothing else breaks."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from local import settings

QUESTION = "How many days do I have to return a book?"


@contextmanager
def frozen(name: str) -> Iterator[None]:
    """The server takes connections and does not answer."""
    pid = settings.read().pids[name]
    os.killpg(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(pid, signal.SIGCONT)


@pytest.mark.parametrize(("server", "dependency"), [("chat", "model"), ("search", "search")])
def test_a_service_that_hangs_is_a_503_of_its_own_within_the_callers_patience(bookshop, server, dependency):
    with frozen(server):
        reply = bookshop.ask(bookshop.ada, QUESTION)
    assert reply.status == 503
    assert reply.body["type"] == f"urn:causeway:problem:{dependency}-unavailable"
    assert int(reply.headers["retry-after"]) > 0
    assert bookshop.ask(bookshop.ada, QUESTION).status == 200
