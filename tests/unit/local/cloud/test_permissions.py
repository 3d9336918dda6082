"""What of a request AWS checks, where ministack checks something else."""

import pytest

from local.cloud.permissions import OF_VERSION, ROWS, checks, filled_in, guardrail

HERE = "arn:aws:bedrock:us-east-1"
PROFILE = f"{HERE}:000000000000:inference-profile/us.vendor.model-v1:0"


def actions(action: str, resource: str = "*", **keys: object) -> list[str]:
    return [checked for checked, _, _ in checks(action, resource, keys)]


def test_a_batch_of_messages_has_the_rights_of_a_message() -> None:
    assert actions("sqs:SendMessageBatch") == ["sqs:SendMessage"]
    assert actions("sqs:DeleteMessageBatch") == ["sqs:DeleteMessage"]
    assert actions("sqs:ReceiveMessage") == ["sqs:ReceiveMessage"]
    assert actions("dynamodb:BatchWriteItem") == ["dynamodb:BatchWriteItem"]


@pytest.mark.parametrize(
    ("asked", "checked"),
    [
        ("Converse", "InvokeModel"),
        ("ConverseStream", "InvokeModelWithResponseStream"),
        ("InvokeModel", "InvokeModel"),
        ("InvokeModelWithResponseStream", "InvokeModelWithResponseStream"),
    ],
)
def test_a_profile_is_checked_and_then_the_model_behind_it(asked: str, checked: str) -> None:
    found = list(checks(f"bedrock:{asked}", f"{HERE}::foundation-model/us.vendor.model-v1:0", {"bedrock:GuardrailIdentifier": "g:1"}))
    profile, model = found
    assert profile == (f"bedrock:{checked}", PROFILE, {"bedrock:GuardrailIdentifier": "g:1"})
    keys = {"bedrock:GuardrailIdentifier": "g:1", "bedrock:InferenceProfileArn": PROFILE}
    assert model == (f"bedrock:{checked}", f"{HERE}::foundation-model/vendor.model-v1:0", keys)


def test_a_batch_that_deletes_versions_has_the_right_for_versions() -> None:
    assert list(checks("s3:DeleteObject", "arn:aws:s3:::b/k", {OF_VERSION: True})) == [("s3:DeleteObjectVersion", "arn:aws:s3:::b/k", {})]
    assert actions("s3:DeleteObject") == ["s3:DeleteObject"]


def test_a_model_without_a_profile_is_checked_once() -> None:
    assert list(checks("bedrock:InvokeModel", f"{HERE}::foundation-model/cohere.rerank-v3-5:0", {})) == [
        ("bedrock:InvokeModel", f"{HERE}::foundation-model/cohere.rerank-v3-5:0", {})
    ]


def test_the_guardrail_of_a_request_is_known_with_its_version() -> None:
    named = b'{"guardrailConfig": {"guardrailIdentifier": "gr-1", "guardrailVersion": "3"}}'
    whole = named.replace(b"gr-1", f"{HERE}:000000000000:guardrail/gr-1".encode())
    expected = {"bedrock:GuardrailIdentifier": f"{HERE}:000000000000:guardrail/gr-1:3"}
    assert guardrail(named) == guardrail(whole) == expected
    assert [guardrail(body) for body in (b"", b"{}", b"[]", b"no json", b'{"guardrailConfig": null}')] == [{}] * 5


def test_each_table_of_a_request_is_checked_for_its_own_rows_and_for_its_indexes() -> None:
    rows = {"runs": ["harbour#1"], "users": ["7"]}
    table = "arn:aws:dynamodb:us-east-1:000000000000:table/"
    asked = {
        name: next(checks("dynamodb:Query", table + name, {ROWS: rows}))[2] for name in ("runs", "runs/index/by-state", "users", "other")
    }
    assert asked == {
        "runs": {"dynamodb:LeadingKeys": ["harbour#1"]},
        "runs/index/by-state": {"dynamodb:LeadingKeys": ["harbour#1"]},
        "users": {"dynamodb:LeadingKeys": ["7"]},
        "other": {},
    }


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("harbour", "harbour#*"),
        ("", "${aws:PrincipalTag/tenant}#*"),
        (None, "${aws:PrincipalTag/tenant}#*"),
        ("*", "${aws:PrincipalTag/tenant}#*"),
    ],
)
def test_a_tag_of_the_caller_stands_in_a_condition_unless_it_would_match_anything(value: str | None, result: str) -> None:
    condition = {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["${aws:PrincipalTag/tenant}#*"]},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }
    found = filled_in(condition, {"aws:PrincipalTag/tenant": value}.get)
    assert found == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [result]}, "Null": {"dynamodb:LeadingKeys": "false"}}
