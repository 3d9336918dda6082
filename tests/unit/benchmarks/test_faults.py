"""How the benchmark of faults asks, and what it calls kept."""

import math

from benchmarks.faults import Fault, asked_patiently, row
from benchmarks.verdicts import problem
from local.app.api import Reply
from local.console import Trouble
from tests.unit.benchmarks.told import ADA, BUSY, QUESTION, answer, asked


def test_a_user_who_is_turned_away_comes_again_later_each_time(judge):
    replies, pauses = [BUSY, BUSY, answer()], []
    found = asked_patiently(QUESTION, ADA, math.inf, lambda text, person: replies.pop(0), pauses.append)
    assert (judge.verdict(found), found.turned_away) == ("answered", 2)
    assert 2 <= pauses[0] <= 4
    assert 2 <= pauses[1] <= 8


def test_who_still_waits_at_the_end_is_counted_apart(judge):
    waits = asked_patiently(QUESTION, ADA, 0.0, lambda text, person: BUSY)
    cells = row(Fault("x", 0.0), [waits, asked(answer())], judge)
    assert cells[1:7] == ["1", "1", "0", "0", "1", "1"]
    assert cells[-1] == "yes"


def test_a_reply_that_never_comes_is_a_raw_error():
    def nobody(text, person):
        raise Trouble("nobody answers")

    assert problem(asked_patiently(QUESTION, ADA, 0.0, nobody).reply) == "raw"


def test_a_budget_is_kept_by_errors_within_it_and_never_with_a_wrong_answer(judge):
    error = asked(Reply(503, {"type": "urn:causeway:problem:search-unavailable"}, "", {"retry-after": "1"}))
    kept = {
        name: row(Fault("x", 0.5), found, judge)[-1]
        for name, found in {
            "half": [asked(answer()), error],
            "all": [error, error],
            "wrong": [asked(answer()), asked(answer("60 days [1]."))],
        }.items()
    }
    assert kept == {"half": "yes", "all": "NO", "wrong": "NO"}
