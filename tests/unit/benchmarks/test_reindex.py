"""How the benchmark of a re-index asks, and what it counts."""

import threading
import time
from itertools import pairwise

import pytest

from benchmarks.reindex import AT_ONCE, WAITING, Asked, Asking, Marks, row
from local.app.api import Reply
from local.app.domain import User
from local.console import Trouble

ADA, BOB = User("ada", "harbour"), User("bob", "harbour")
GOOD = Reply(200, {"degraded": []}, "", {})


def test_a_question_is_due_at_its_time_however_slow_the_replies_are() -> None:
    seen, answering = [], threading.Event()

    def put(text: str, user: User) -> Reply:
        seen.append((text, user.name))
        answering.wait()
        return GOOD

    with Asking([ADA, BOB], ["a?", "b?", "c?"], 500.0, put) as asking:
        time.sleep(0.5)
        answered = time.time()
        answering.set()
        while len(asking.asked) < AT_ONCE * 2:
            time.sleep(0.01)
    asked = sorted(asking.asked, key=lambda each: each.at)
    assert len(seen) > AT_ONCE
    assert len(asked) == len(seen) + sum(each.failed == WAITING for each in asked)
    assert [later.at - earlier.at for earlier, later in pairwise(asked)] == pytest.approx([1 / 500] * (len(asked) - 1), abs=1e-4)
    assert all(each.at + each.seconds >= answered for each in asked)
    assert set(seen) == {(text, name) for text in ("a?", "b?", "c?") for name in ("ada", "bob")}


def test_what_still_waits_at_the_end_has_failed_and_is_not_asked() -> None:
    seen = []

    def put(text: str, user: User) -> Reply:
        seen.append(text)
        time.sleep(0.2)
        return GOOD

    with Asking([ADA], ["a?"], 1000.0, put) as asking:
        time.sleep(0.1)
    assert len(seen) == AT_ONCE
    assert {each.failed for each in asking.asked} == {"", WAITING}


@pytest.mark.parametrize(
    ("reply", "failed"),
    [
        (GOOD, ""),
        (Reply(200, {"degraded": ["embedding"]}, "", {}), "without embedding"),
        (Reply(503, {"detail": "The search does not answer."}, "", {}), "503 The search does not answer."),
        (Trouble("nobody answers"), "nobody answers"),
    ],
    ids=["answer", "degraded", "error", "nobody"],
)
def test_what_is_no_whole_answer_has_failed(reply: Reply | Trouble, failed: str) -> None:
    def put(text: str, user: User) -> Reply:
        if isinstance(reply, Trouble):
            raise reply
        return reply

    with Asking([ADA], ["a?"], 100.0, put) as asking:
        time.sleep(0.05)
    assert {each.failed for each in asking.asked} - {WAITING} == {failed}


def test_a_row_is_of_what_was_due_and_of_what_ended_while_it_lasted() -> None:
    asked = [Asked(9.9, 0.2, ""), *(Asked(10.0 + n, 0.5, "") for n in range(4)), Asked(11.5, 0.1, "503"), Asked(13.9, 0.2, "")]
    turns = [(9.99, "1,2"), (10.5, "1"), (11.5, "1,2"), (12.0, ""), (14.0, "1,2")]
    assert row("back-fill", 10.0, 14.0, asked, turns) == ["back-fill", "4", "6", "1.2", "1", "1", "0.50", "0.50"]


def test_what_is_under_way_ends_when_the_next_begins() -> None:
    marks = Marks()
    for name in ("before", "before", "back-fill", "end"):
        marks(name)
    (before, began, ended), (filling, start, _) = marks.spans()
    assert (before, filling, ended) == ("before", "back-fill", start)
    assert began <= ended
