"""How the benchmark of faults judges what its users are told."""

import math

import pytest

from benchmarks.faults import Asked, Fault, Judge, asked_patiently, problem, row
from evaluation.golden import questions
from local.app.api import Reply
from local.app.domain import BOOKSHOP
from local.app.people import Person
from local.console import Trouble

ADA = Person("ada", "harbour", "token")
QUESTION = next(each for each in questions(BOOKSHOP) if each.tenant == "harbour")
BUSY = Reply(503, {"type": "urn:causeway:problem:service-busy"}, "", {"retry-after": "2"})


def answer(text="30 days [1].", document="returns", degraded=()):
    body = {"answer": text, "citations": [{"document": document, "quote": "30 days"}], "degraded": list(degraded)}
    return Reply(200, body, "", {})


def asked(reply):
    return Asked(QUESTION, ADA, reply, 1.0)


@pytest.fixture
def judge(monkeypatch):
    monkeypatch.setattr("benchmarks.faults.call", lambda *request: Reply(200, {"documents": [{"document_id": "returns"}]}, "", {}))
    return Judge([asked(answer())], {"harbour": ADA})


def test_an_answer_is_wrong_when_it_is_another_one_or_cites_what_the_tenant_does_not_have(judge):
    assert judge.verdict(asked(answer())) == "answered"
    assert judge.verdict(asked(answer("60 days [1]."))) == "wrong"
    assert judge.verdict(asked(answer("60 days [1].", degraded=["model"]))) == "degraded"
    assert judge.verdict(asked(answer(document="of-another", degraded=["model"]))) == "wrong"


def test_an_error_that_is_no_problem_or_does_not_say_when_to_come_again_is_raw():
    assert problem(BUSY) == "service-busy"
    assert problem(Reply(503, BUSY.body, "", {})) == problem(Reply(502, None, "<html>", {"retry-after": "1"})) == "raw"


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
