"""Batches over the running API: answered by the event sources of both queues, waiting for a service that is away, cancelled."""

import time

import pytest

from local.app import batches
from local.app.api import call
from local.app.batches import Sending
from local.commands import batch
from tests.local.test_answers import RETURNS
from tests.local.test_failures import frozen

PATIENCE = 90.0


def send(person, questions, token, **more):
    body = {"client_token": token, "questions": [{"question": each} for each in questions], **more}
    return call("POST", batches.PATH, person, body).require("the batch was not taken")


def shown(person, sent):
    return call("GET", f"{batches.PATH}/{sent['batch_id']}", person).require("no such batch")


def until(person, sent, wanted):
    """The batch's page once `wanted` holds of it."""
    end = time.monotonic() + PATIENCE
    while not wanted(page := shown(person, sent)):
        assert time.monotonic() < end, page
        time.sleep(0.3)
    return page


@pytest.mark.parametrize("priority", ["normal", "high"])
def test_a_file_of_questions_is_answered_as_each_of_them_alone(bookshop, priority, tmp_path):
    file = tmp_path / "questions.txt"
    file.write_text(f"{RETURNS}\nDo you sell vinyl records?\n" + "How much is a gift card?\n" * 24)
    results = Sending(batches.read(file), lambda: bookshop.ada, priority=priority, pause=0.3).run()
    alone = bookshop.ask(bookshop.ada, RETURNS).body
    assert {**results[0]["answer"], "request_id": ""} == {**alone, "request_id": ""}
    assert [each["state"] for each in results] == ["answered"] * 26
    assert batch.report(results)[0].startswith("26 answered")
    again = Sending(batches.read(file), lambda: bookshop.ada, priority=priority, pause=0.3).run()
    assert [each["answer"]["request_id"] for each in again] == [each["answer"]["request_id"] for each in results]


def test_a_batch_waits_for_a_model_that_is_away_and_is_answered_when_it_is_back(bookshop):
    with frozen("chat"):
        sent = send(bookshop.ada, [RETURNS], "while-the-model-is-away")
        waiting = until(bookshop.ada, sent, lambda page: page["results"][0]["problem"])
    assert waiting["results"][0]["problem"]["type"] == "urn:causeway:problem:model-unavailable"
    answered = until(bookshop.ada, sent, lambda page: page["state"] == "finished")["results"][0]
    assert (answered["state"], answered["answer"]["degraded"]) == ("answered", [])
    assert answered["attempts"] > 1


def test_what_has_not_begun_is_cancelled_and_nobody_else_sees_the_batch(bookshop):
    sent = send(bookshop.ada, [f"{RETURNS} And number {number}?" for number in range(200)], "cancelled-soon")
    for method in ("GET", "DELETE"):
        assert call(method, f"{batches.PATH}/{sent['batch_id']}", bookshop.bela).status == 404
    call("DELETE", f"{batches.PATH}/{sent['batch_id']}", bookshop.ada).require("it was not cancelled")
    counts = until(bookshop.ada, sent, lambda page: page["state"] == "finished")["counts"]
    assert counts["cancelled"] > 100
    assert counts["cancelled"] + counts["answered"] == 200
