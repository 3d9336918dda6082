"""How what a user is told while a service fails is judged."""

from benchmarks.verdicts import problem
from local.app.api import Reply
from tests.unit.benchmarks.told import BUSY, answer, asked


def test_an_answer_is_wrong_when_it_is_another_one_or_cites_what_the_tenant_does_not_have(judge):
    assert judge.verdict(asked(answer())) == "answered"
    assert judge.verdict(asked(answer("60 days [1]."))) == "wrong"
    assert judge.verdict(asked(answer("60 days [1].", degraded=["model"]))) == "degraded"
    assert judge.verdict(asked(answer(document="of-another", degraded=["model"]))) == "wrong"


def test_an_error_that_is_no_problem_or_does_not_say_when_to_come_again_is_raw():
    assert problem(BUSY) == "service-busy"
    assert problem(Reply(503, BUSY.body, "", {})) == problem(Reply(502, None, "<html>", {"retry-after": "1"})) == "raw"
