"""Conversations over the running API: read along, remembered, followed up, exported, deleted, and by OpenAI's own client."""

import json
import time

import openai
import pytest

from local.app.api import base_url, call
from local.app.stream import PATH, events
from local.commands import logs
from local.commands.chat import Chat, obeyed
from tests.local.test_answers import RETURNS

ONLINE = "And for online orders?"


@pytest.fixture
def session(bookshop):
    return call("POST", "/v1/sessions", bookshop.ada).require("no session")["session_id"]


def test_the_first_event_comes_before_the_model_has_finished(bookshop):
    arrived = [(time.monotonic(), event) for event in events(bookshop.ada, {"question": RETURNS})]
    names = [event.name for _, event in arrived]
    assert names[0] == "retrieved"
    assert names[-1] == "done"
    whole = "".join(event.data["text"] for _, event in arrived if event.name == "delta")
    assert whole == arrived[-1][1].data["answer"]
    assert "30 days" in whole
    # The stand-in writes 100 words a second: retrieval's event is there long before its last word.
    assert arrived[-1][0] - arrived[0][0] > 0.005 * len(whole.split())


def test_a_streamed_question_that_is_refused_gets_a_problem(bookshop):
    reply = call("POST", PATH, bookshop.ada, {"question": ""})
    assert (reply.status, reply.headers["content-type"]) == (400, "application/problem+json")
    assert call("POST", PATH, None, {"question": RETURNS}).status == 401


def interrupted():
    """The log line of each turn whose reader went away, once there is one."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        lines = [json.loads(line.message) for line in logs.read(0) if line.message.startswith("{")]
        if found := [line for line in lines if line.get("outcome") == "caller-gone"]:
            return found
        time.sleep(0.2)
    return []


def test_a_reader_who_goes_away_ends_the_model_s_call(bookshop):
    reading = events(bookshop.ada, {"question": RETURNS})
    assert next(reading).name == "retrieved"
    reading.close()
    (line,) = interrupted()
    assert line["usage_estimated"] == 1
    assert 0 < line["output_tokens"] < 60
    assert line["generate_ms"] < 1500


def test_a_follow_up_is_understood_and_the_conversation_is_exported_and_deleted(bookshop, session):
    bookshop.ask(bookshop.ada, RETURNS, session_id=session)
    *_, done = events(bookshop.ada, {"question": ONLINE, "session_id": session})
    assert "ordered online" in done.data["answer"]
    assert done.data["session"]["turn"] == 2
    export = call("GET", f"/v1/sessions/{session}", bookshop.ada).body
    assert [turn["question"] for turn in export["turns"]] == [RETURNS, ONLINE]
    assert call("GET", f"/v1/sessions/{session}", bookshop.bela).status == 404
    assert call("DELETE", f"/v1/sessions/{session}", bookshop.ada).status == 200
    assert call("GET", f"/v1/sessions/{session}", bookshop.ada).status == 404
    assert bookshop.ask(bookshop.ada, RETURNS, session_id=session).status == 404


def test_the_chat_command_answers_shows_why_and_takes_feedback(bookshop):
    chat = Chat(bookshop.ada)
    chat.begin()
    said = "".join("".join(obeyed(chat, line)) for line in (RETURNS, "/why", "/history", "/bad too long", "/new", "/history"))
    assert "policies/returns.md" in said
    assert f"searched for: {RETURNS}" in said
    assert f"1. {RETURNS}" in said
    assert "Nothing has been said yet." in said
    assert any(each["reason"] == "too long" for each in call("GET", "/v1/feedback", bookshop.ada).body["feedback"])


def test_what_a_user_says_of_herself_is_noted_known_to_the_next_conversation_and_forgotten_on_request(bookshop, session):
    said = "Please remember that I prefer paperbacks."
    *_, done = events(bookshop.ada, {"question": said, "session_id": session})
    assert done.data["noted"] == [said]
    chat = Chat(bookshop.ada)
    chat.begin()
    answered = "".join(obeyed(chat, RETURNS))
    assert "30 days" in answered
    assert "paperbacks" not in answered
    (turn,) = [
        json.loads(line.message) for line in logs.read(0) if chat.last["done"]["request_id"] in line.message and '"turn"' in line.message
    ]
    assert turn["facts"] == 1
    assert said in "".join(obeyed(chat, "/facts"))
    assert call("GET", "/v1/facts", bookshop.bela).body == {"facts": [], "next": None}
    assert "1 forgotten" in "".join(obeyed(chat, "/forget 1"))
    assert "Nothing is kept." in "".join(obeyed(chat, "/facts"))
    call("POST", "/v1/answers", bookshop.ada, {"question": said, "session_id": session}).require("no answer")
    assert call("DELETE", f"/v1/sessions/{session}", bookshop.ada).body["facts"] == 1
    assert call("GET", "/v1/facts", bookshop.ada).body["facts"] == []


@pytest.fixture
def client(bookshop):
    return openai.OpenAI(base_url=f"{base_url()}/openai/v1", api_key=bookshop.ada.token, max_retries=0)


def test_openais_client_lists_the_model_and_gets_an_answer(client):
    assert [model.id for model in client.models.list()] == ["causeway"]
    answer = client.chat.completions.create(model="causeway", messages=[{"role": "user", "content": RETURNS}])
    assert "30 days" in answer.choices[0].message.content
    assert answer.usage.total_tokens > 0
    assert answer.causeway["citations"][0]["title"]


def test_openais_client_reads_along(client):
    stream = client.chat.completions.create(
        model="causeway", messages=[{"role": "user", "content": RETURNS}], stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    assert "30 days" in text
    assert "[1] " in text
    assert chunks[-1].usage.total_tokens > 0


def test_openais_client_is_told_what_is_wrong(client):
    with pytest.raises(openai.BadRequestError, match="1000 characters"):
        client.chat.completions.create(model="causeway", messages=[{"role": "user", "content": "q" * 1001}])
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="nobody").models.list()
