import pytest

from local.cloud.gateway import reason

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
