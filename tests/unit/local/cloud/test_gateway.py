import asyncio
import json
from types import SimpleNamespace

import pytest

from local.cloud.gateway import _failing, _naming_the_key, _silent, _with_the_reason, reason

MODEL = {"type": "object", "required": ["question"]}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{}", '[object has missing required properties (["question"])]'),
        (b"[1]", '[instance type (array) does not match any allowed primitive type (allowed: ["object"])]'),
        (b"null", '[instance type (null) does not match any allowed primitive type (allowed: ["object"])]'),
        (b'{"question": ', "[the body is not JSON]"),
        (b'{"question": "\xff"}', "[the body is not JSON]"),
        (b"", "[the body is not JSON]"),
        (None, "[the body is not JSON]"),
    ],
)
def test_a_refused_body_is_told_what_the_model_misses(body, said):
    assert reason(MODEL, body) == said


def answered(result):
    """Status and body of a call whose function ended so: through the pieces that `install` puts into ministack, in its order."""

    async def invoke():
        response, error = _silent(lambda result: (result.get("response"), result.get("error")))(result)
        return (502, {}, json.dumps({"message": error}).encode()) if error else (response["statusCode"], {}, response["body"])

    def error_of(kind, message):
        return SimpleNamespace(response_type=kind, message=message)

    found = asyncio.run(_failing(invoke, error_of)())
    return found if isinstance(found, tuple) else _with_the_reason(lambda error, _: (500, {}, error.response_type.encode()))(found, None)


def test_a_function_that_failed_is_answered_by_the_gateway_response_and_its_words_stay_inside():
    status, _, body = answered({"error": "Traceback: /var/task/secret.py"})
    assert (status, body) == (502, b"DEFAULT_5XX")


def test_a_call_that_lambda_refused_is_answered_by_the_gateway_response_and_names_no_function():
    status, _, body = answered(
        {"throttle": True, "error": "Rate Exceeded: function causeway-local-answers at ReservedConcurrentExecutions"}
    )
    assert (status, body) == (500, b"INTEGRATION_FAILURE")


def test_a_502_of_the_functions_own_goes_through():
    assert answered({"response": {"statusCode": 502, "body": b"model-rejected"}}) == (502, {}, b"model-rejected")


KEY = {"id": "key-1", "value": "secret"}


def identity(headers, planned):
    """Of an event for a request with these headers, at an API that is in a usage plan or in none."""
    rest = SimpleNamespace(
        _api_key_from_request=lambda headers: headers.get("x-api-key"),
        _resolve_api_key=lambda value: KEY if value == "secret" else None,
        _usage_plans_for_key=lambda key, api, stage: [("plan", {}, {})] if planned else [],
    )
    context = {"apiId": "api", "stage": "local", "identity": {"sourceIp": "127.0.0.1"}}
    return _naming_the_key(lambda: {"headers": headers, "requestContext": context}, rest)()["requestContext"]["identity"]


def test_an_event_names_the_key_whose_plan_has_counted_it_and_no_other():
    assert identity({"x-api-key": "secret"}, planned=True) == {"sourceIp": "127.0.0.1", "apiKey": "secret", "apiKeyId": "key-1"}
    assert identity({"x-api-key": "secret"}, planned=False) == {"sourceIp": "127.0.0.1"}
    assert identity({"x-api-key": "guessed"}, planned=True) == identity({}, planned=True) == {"sourceIp": "127.0.0.1"}
