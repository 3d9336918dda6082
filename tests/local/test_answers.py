"""Questions through API Gateway, the answer function, the search engine and the model."""

import json

import pytest
from botocore.exceptions import ClientError

from local.app.api import call
from local.app.aws import client
from local.app.uploads import Library
from local.commands import logs

RETURNS = "How many days do I have to return a book?"
REFUSAL = "I could not find this in the documents."


def test_a_question_is_answered_with_the_words_of_a_document_of_the_caller(bookshop):
    reply = bookshop.ask(bookshop.ada, RETURNS)
    body = reply.body
    assert reply.status == 200
    assert "30 days" in body["answer"]
    assert body["grounded"] is True
    assert body["usage"]["input_tokens"] > 0
    first = body["citations"][0]
    assert f"[{first['n']}]" in body["answer"]
    assert Library(bookshop.ada).records()[first["document"]]["name"] == "policies/returns.md"
    assert "30 days" in first["quote"]


def test_the_model_is_asked_for_claims_whose_citations_become_marks(bookshop):
    body = bookshop.ask(bookshop.ada, RETURNS).body
    lines = [json.loads(line.message) for line in logs.related(list(logs.read(0)), body["request_id"]) if line.message.startswith("{")]
    (turn,) = [line for line in lines if line["message"] == "turn"]
    assert (turn["structure"], turn["claims"] > 0) == ("claims", True)
    assert body["answer"].count("[") >= turn["claims"]


def test_bedrock_refuses_a_schema_that_it_does_not_take(deployment):
    schema = {"type": "object", "properties": {"text": {"type": "string", "minLength": 1}}, "additionalProperties": False}
    form = {"type": "json_schema", "structure": {"jsonSchema": {"schema": json.dumps(schema)}}}
    messages = [{"role": "user", "content": [{"text": "Hello"}]}]
    with pytest.raises(ClientError, match="minLength is not supported") as refused:
        client("bedrock-runtime").converse(modelId="m", messages=messages, outputConfig={"textFormat": form})
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_two_tenants_get_two_answers_to_one_question(bookshop):
    answers = {person.name: bookshop.ask(person, RETURNS).body for person in (bookshop.ada, bookshop.bela)}
    assert "30 days" in answers["ada"]["answer"]
    assert "14 days" in answers["bela"]["answer"]
    for person in (bookshop.ada, bookshop.bela):
        own = Library(person).records().keys()
        assert all(citation["document"] in own for citation in answers[person.name]["citations"])


def test_a_question_that_no_document_answers_is_refused_not_guessed(bookshop):
    body = bookshop.ask(bookshop.ada, "Who was the first emperor of Rome?").body
    assert (body["answer"], body["citations"], body["grounded"], body["confidence"]) == (REFUSAL, [], False, 0)


def test_filters_narrow_the_search_to_a_document(bookshop):
    body = bookshop.ask(bookshop.ada, RETURNS, filters={"source": "policies/memberships.md"}).body
    assert "30 days of buying" not in body["answer"]


def test_another_tenants_document_id_finds_nothing(bookshop):
    theirs = next(iter(Library(bookshop.bela).records()))
    reply = bookshop.ask(bookshop.ada, RETURNS, filters={"document_id": theirs})
    assert (reply.status, reply.body["answer"], reply.body["citations"]) == (200, REFUSAL, [])


@pytest.mark.parametrize(
    "question", ["".join(map(chr, range(0x4E00, 0x4E00 + 1000))), " ".join(f"w{number:03}" for number in range(200)), "🙂" * 1000]
)
def test_a_question_of_the_longest_kind_is_searched(bookshop, question):
    assert bookshop.ask(bookshop.ada, question).status == 200


def test_health_needs_no_token(deployment):
    reply = call("GET", "/v1/health")
    assert (reply.status, reply.body) == (200, {"status": "ok"})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "question"),
        ({"question": ""}, "question"),
        ({"question": "   "}, "question"),
        ({"question": "a" * 1001}, "question"),
        ({"question": 7}, "question"),
        ({"question": "Why?", "top_k": 0}, "top_k"),
        ({"question": "Why?", "top_k": "5"}, "top_k"),
        ({"question": "Why?", "filters": {"colour": "red"}}, "filters.colour"),
        ({"question": "Why?", "session_id": "s"}, "session_id"),
        ({"question": "Why?", "tenant": "lantern"}, "tenant"),
    ],
)
def test_a_wrong_body_is_a_400_that_names_the_field(deployment, body, field):
    reply = call("POST", "/v1/answers", deployment.ada, body)
    assert reply.status == 400
    assert reply.headers["content-type"].startswith("application/problem+json")
    assert reply.body["type"] == "urn:causeway:problem:invalid-request"
    assert field in reply.text
    assert reply.body["request_id"]
