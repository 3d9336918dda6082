"""From a refusal to a golden question, on the deployed app."""

import shutil

import pytest

from evaluation.from_reviews import export
from evaluation.golden import questions
from local.app import people
from local.app.api import call
from local.app.domain import BOOKSHOP, Domain
from local.app.reviews import reviews
from local.commands.review import go_through

QUESTION = "Do you sell vinyl records?"
RIGHT = "you can return a book within 30 days of buying it"


@pytest.fixture(scope="module")
def rita(bookshop):
    return bookshop.rita


def test_a_refusal_is_appealed_decided_in_the_terminal_and_becomes_a_golden_question(bookshop, rita, tmp_path):
    refusal = bookshop.ask(bookshop.ada, QUESTION).body
    assert (refusal["grounded"], refusal["appeal"]) == (False, {"path": "/v1/appeals", "in_review": False})
    request_id = refusal["request_id"]
    assert call("POST", "/v1/appeals", bookshop.bela, {"request_id": request_id}).status == 404
    assert call("POST", "/v1/appeals", bookshop.ada, {"request_id": request_id, "reason": "I saw some."}).status == 201
    assert call("POST", "/v1/appeals", bookshop.ada, {"request_id": request_id}).status == 409
    assert call("GET", "/v1/reviews", bookshop.ada).status == 403
    said = []
    typed = iter([*["s"] * ([each["request_id"] for each in reviews(rita, "open")].index(request_id)), "w"])
    rest = iter(["Within 30 days.", "policies/returns.md", RIGHT, "", "", "q"])
    go_through(rita, lambda prompt: next(typed, None) or next(rest, "q"), said.append)
    assert any("I saw some." in line for line in said)
    seen = call("GET", f"/v1/appeals/{request_id}", bookshop.ada).body
    assert (seen["state"], seen["decision"]["answer"]) == ("decided", "Within 30 days.")
    domain = tmp_path / "bookshop"
    shutil.copytree(BOOKSHOP, domain)
    decided = [each for each in reviews(rita, "decided") if each["request_id"] == request_id]
    assert [each.text for each in export(domain, "harbour", decided).added] == [QUESTION]
    assert questions(domain)[-1].evidence[0].quote == RIGHT
    assert not export(domain, "harbour", decided).added


def test_a_reviewer_of_another_tenant_sees_nothing_of_it(bookshop, rita):
    rolf = people.sign_in(Domain.read(BOOKSHOP).user("rolf"))
    ours = {each["request_id"] for each in reviews(rita, "decided")}
    assert ours
    assert not ours & {each["request_id"] for each in reviews(rolf, "decided")}
