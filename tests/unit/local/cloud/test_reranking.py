import json

from local.cloud.reranking import serving
from tests.unit.local.models.test_relevance import embed


def others(model, headers, body):
    return 418, {}, model.encode()


def error(code, message, status):
    return status, {}, f"{code}: {message}".encode()


invoke = serving(others, error, lambda: embed)
REQUEST = {"api_version": 2, "query": "Where do pirates wait?", "documents": ["Books travel.", "Pirates wait in our cellar."]}


def test_a_rerank_model_is_answered_by_the_small_model():
    for model in ("cohere.rerank-v3-5:0", "arn:aws:bedrock:us-east-1::foundation-model/cohere.rerank-v3-5:0"):
        status, _, body = invoke(model, {}, json.dumps(REQUEST).encode())
        assert (status, json.loads(body)["results"][0]["index"]) == (200, 1)


def test_other_models_are_answered_as_before():
    assert invoke("anthropic.claude", {}, b"{}") == (418, {}, b"anthropic.claude")


def test_a_request_that_bedrock_refuses_is_refused_by_its_error():
    for wrong in (b"", b"[]", json.dumps({**REQUEST, "api_version": 1}).encode()):
        status, headers, body = invoke("cohere.rerank-v3-5:0", {}, wrong)
        assert (status, headers["x-amzn-ErrorType"]) == (400, "ValidationException")
        assert body.startswith(b"ValidationException: Malformed input request")
