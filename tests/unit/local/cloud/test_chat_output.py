"""The JSON schema of a Converse request, as other servers take it, and as Bedrock refuses it."""

import json

import pytest

from causeway.answering.claims import CLAIMS
from causeway.models.chat import Block, ChatRequest
from causeway.models.converse import Converse, Guardrail
from causeway.runtime.dependencies import Dependency
from local.cloud.chat import payload
from local.cloud.chat_output import response_format
from local.cloud.chat_server import ChatFailed


def output(schema, kind="json_schema", **more):
    text = schema if isinstance(schema, str) else json.dumps(schema)
    return {"textFormat": {"type": kind, "structure": {"jsonSchema": {"schema": text, "name": "claims"}}}, **more}


def test_what_the_app_asks_for_becomes_a_response_format():
    converse = Converse(None, "m", Guardrail("g", "1"), Dependency("model", 1.0, 1.0))
    asked = converse._parameters(ChatRequest("s", (Block("q"),), 10, 0.0, output=CLAIMS))
    form = response_format(asked["outputConfig"])
    assert form == {"type": "json_schema", "json_schema": {"name": "claims", "schema": CLAIMS.schema, "strict": True}}


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (output({"type": "string"}, effort="high"), "serves no outputConfig.effort"),
        (output({"type": "string"}, kind="regex"), "type is 'regex'"),
        (output("{"), "is no JSON"),
        (output({"type": "object", "properties": {}}), "additionalProperties: false"),
        (output({"type": "array", "items": {"type": "object"}}), "additionalProperties: false"),
        (output({"type": "object", "properties": {"n": {"minimum": 1}}, "additionalProperties": False}), "minimum is not supported"),
        (output({"anyOf": [{"type": "string", "maxLength": 9}]}), "maxLength is not supported"),
        (output({"type": "array", "minItems": 2}), "minItems can be 0 or 1"),
        (output({"$ref": "https://example.org/schema"}), "another document"),
    ],
)
def test_what_bedrock_does_not_take_is_an_error_that_says_so(wanted, said):
    with pytest.raises(ChatFailed, match=said) as refused:
        response_format(wanted)
    assert refused.value.error == ("ValidationException", 400)


def test_a_field_named_as_a_keyword_is_no_keyword():
    schema = {"type": "object", "properties": {"minimum": {"type": "integer"}}, "additionalProperties": False}
    assert response_format(output(schema))["json_schema"]["schema"] == schema


def test_no_output_is_no_response_format():
    assert "response_format" not in payload("m", [], [], {}, None)
    assert payload("m", [], [], {}, None, output({"type": "string"}))["response_format"]["type"] == "json_schema"
