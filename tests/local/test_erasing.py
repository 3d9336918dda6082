"""A person is erased from the deployed app by make erase, and another one stays."""

import json
from io import StringIO

import pytest

from local import places
from local.app import people
from local.app.api import call
from local.app.domain import BOOKSHOP, Domain, User, erasing
from local.app.erasures import OPEN
from local.commands import erase
from local.console import Console

QUESTION = "How many days do I have to return a book?"


@pytest.fixture(scope="module")
def dora(bookshop):
    """A user of harbour whom no other test knows."""
    user = User("dora", "harbour")
    people.create(user)
    return people.sign_in(user)


def lived(bookshop, person):
    """The session id and the ids of a run and of a batch."""
    session_id = call("POST", "/v1/sessions", person).body["session_id"]
    answer = bookshop.ask(person, QUESTION, session_id=session_id)
    assert answer.status == 200, answer.text
    assert call("POST", "/v1/feedback", person, {"request_id": answer.body["request_id"], "rating": "down"}).status == 201
    refused = bookshop.ask(person, "Do you sell vinyl records?").body
    assert call("POST", "/v1/appeals", person, {"request_id": refused["request_id"]}).status == 201
    run = call("POST", "/v1/agents/service/turns", person, {"message": "Where is my order H-10482?"}).body
    batch = call(
        "POST", "/v1/answers/batch", person, {"client_token": f"batch-of-{person.name}", "questions": [{"question": QUESTION}]}
    ).body
    return {
        f"/v1/sessions/{session_id}": person,
        f"/v1/appeals/{refused['request_id']}": person,
        f"/v1/runs/{run['run_id']}": person,
        f"/v1/answers/batch/{batch['batch_id']}": person,
    }


def statuses(kept):
    return {path.split("/")[2]: call("GET", path, person).status for path, person in kept.items()}


def ran(monkeypatch, **variables):
    """The exit status of make erase, and what it prints."""
    for name in ("USER", "ABOUT", "DOCUMENTS", "DRY", "AS"):
        monkeypatch.setenv(name, variables.get(name, ""))
    printed = StringIO()
    return erase.run(erase.asked(), people.sign_in(erasing()), Console(printed)), printed.getvalue()


def test_nothing_of_a_user_answers_any_more_and_everything_of_another(bookshop, dora, monkeypatch):
    mine, others = lived(bookshop, dora), lived(bookshop, bookshop.carl)
    assert set(statuses(mine).values()) == {200}
    _, said = ran(monkeypatch, USER="dora", DRY="1")
    assert "found: 1 conversations" in said
    assert set(statuses(mine).values()) == {200}
    status, said = ran(monkeypatch, USER="dora")
    assert status == 0
    assert "erased: 1 conversations" in said
    assert "erased: 1 batches" in said
    assert "left in user pool, no end" in said
    assert set(statuses(mine).values()) == {404}
    assert set(statuses(others).values()) == {200}
    for path, list_of in (("/v1/sessions", "sessions"), ("/v1/runs", "runs"), ("/v1/feedback", "feedback"), ("/v1/facts", "facts")):
        assert call("GET", path, dora).body[list_of] == []
    assert call("GET", "/v1/sessions", bookshop.carl).body["sessions"]


def test_a_document_is_redacted_and_no_answer_names_the_person_any_more(bookshop, written, monkeypatch):
    letter = written("prize.md", "# Reading prize\n\nThe reading prize of Harbour Books went to Dorothea Quill of Falmouth.\n")
    assert bookshop.add(bookshop.ada, letter).state == "ready"
    question = "Who got the reading prize of Harbour Books?"
    assert "Quill" in bookshop.ask(bookshop.ada, question).text
    _, said = ran(monkeypatch, ABOUT="dorothea quill", DOCUMENTS="redact")
    assert "prize.md: erased" in said
    assert "Quill" not in bookshop.ask(bookshop.ada, question).text
    file = next((places.STATE / "erasures").glob("*.json"))
    assert "quill" not in file.read_text().lower()
    assert json.loads(file.read_text())["digest"]


def test_only_privacy_officers_may_erase_and_only_in_their_tenant(bookshop, dora, written, monkeypatch):
    body = {"user": people.id_of("dora")}
    assert call("POST", "/v1/erasures", bookshop.ada, body).status == 403
    assert call("POST", "/v1/erasures", None, body).status == 401
    pia = people.sign_in(Domain.read(BOOKSHOP).user("pia"))
    theirs = call("POST", "/v1/sessions", bookshop.bela).body["session_id"]
    begun = call("POST", "/v1/erasures", pia, {"user": people.id_of("bela")})
    assert begun.status == 202
    status, _ = ran(monkeypatch, USER="bela")
    assert status == 0
    assert call("GET", f"/v1/sessions/{theirs}", bookshop.bela).status == 200


def test_a_document_that_was_never_read_needs_a_person(bookshop, written, monkeypatch):
    assert bookshop.add(bookshop.ada, written("broken.pdf", "no pdf")).state == "quarantined"
    status, said = ran(monkeypatch, ABOUT="Nobody Of This Name")
    assert status == 1
    assert "broken.pdf: never read" in said
    assert "unreadable" in OPEN
    document = next(each for each in call("GET", "/v1/documents", bookshop.ada).body["documents"] if each["name"] == "broken.pdf")
    assert call("DELETE", f"/v1/documents/{document['document_id']}", bookshop.ada).status == 202
