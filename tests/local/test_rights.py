"""Who may read which folder, over the real search engine."""

import pytest

from local.app import rights
from local.app.api import call
from local.app.domain import BOOKSHOP, Domain

FLOAT = "How high is the float of every till at the beginning of the day?"
GUIDE = "staff/cash-handling.docx"


@pytest.fixture(autouse=True)
def _sample_rights_again(deployment):
    yield
    rights.settle(Domain.read(BOOKSHOP))


def cited(deployment, person):
    """Names of the documents that the answer rests on."""
    answer = deployment.ask(person, FLOAT).require("No answer")
    documents = {citation["document"] for citation in answer["citations"]}
    return {call("GET", f"/v1/documents/{each}", deployment.ada).body["name"] for each in documents}


def names(person):
    return {each["name"] for each in call("GET", "/v1/documents", person).body["documents"]}


def groups(deployment, user, *wanted):
    assert call("PUT", "/v1/members", deployment.ada, {"user": user, "groups": list(wanted)}).status == 200


def test_two_people_of_one_tenant_get_answers_from_what_each_may_read(bookshop):
    assert GUIDE in cited(bookshop, bookshop.ada)
    assert not {name for name in cited(bookshop, bookshop.carl) if name.startswith("staff/")}
    assert GUIDE in names(bookshop.ada)
    assert not {name for name in names(bookshop.carl) if name.startswith("staff/")}


def test_a_right_given_and_taken_away_works_on_the_next_question_with_the_same_token(bookshop):
    groups(bookshop, "carl", "staff")
    assert GUIDE in cited(bookshop, bookshop.carl)
    groups(bookshop, "carl")
    assert GUIDE not in cited(bookshop, bookshop.carl)
    call("PUT", "/v1/folders", bookshop.ada, {"folder": "staff", "readers": ["managers"]}).require("Not restricted")
    assert GUIDE not in cited(bookshop, bookshop.ada)
    call("DELETE", "/v1/folders?folder=staff%2F", bookshop.ada).require("Not opened")
    assert GUIDE in cited(bookshop, bookshop.carl)


def test_as_many_closed_folders_as_there_may_be_and_the_longest_question_are_one_search(bookshop):
    for number in range(99):
        call("PUT", "/v1/folders", bookshop.ada, {"folder": f"closed/{number}", "readers": []}).require("Not restricted")
    question = " ".join(f"é{number}" for number in range(190))
    assert bookshop.ask(bookshop.carl, question).status == 200


def test_only_an_administrator_changes_permissions(bookshop):
    for person in (bookshop.carl, bookshop.bela):
        refused = call("PUT", "/v1/members", person, {"user": person.name, "groups": ["admins"]})
        assert (refused.status, refused.body["type"]) == (403, "urn:causeway:problem:forbidden")
