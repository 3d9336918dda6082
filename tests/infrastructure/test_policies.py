"""The evaluator that the perimeter's tests trust."""

from typing import Any

import pytest

from tests.infrastructure.policies import Request, verdict

READ = Request("s3:GetObject", "arn:aws:s3:::books/a.md", {"aws:SourceVpc": "vpc-1", "aws:PrincipalArn": "arn:aws:iam::1:role/a"})
NOWHERE = Request("s3:GetObject", "arn:aws:s3:::books/a.md")


def statement(effect: str = "Deny", **others: Any) -> dict[str, Any]:
    return {"Effect": effect, "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::books/*", **others}


def said(request: Request, *statements: dict[str, Any]) -> str | None:
    return verdict({"Statement": list(statements)}, request)


@pytest.mark.parametrize(
    ("operator", "key", "value", "given", "missing"),
    [
        ("StringEquals", "aws:SourceVpc", "vpc-1", True, False),
        ("StringEquals", "aws:sourcevpc", ["vpc-0", "vpc-1"], True, False),
        ("StringEquals", "aws:SourceVpc", "vpc-*", False, False),
        ("StringNotEquals", "aws:SourceVpc", "vpc-1", False, True),
        ("StringNotEqualsIfExists", "aws:SourceVpc", "vpc-2", True, True),
        ("StringLike", "aws:SourceVpc", "vpc-*", True, False),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::1:role/*", True, False),
        ("ArnNotLike", "aws:PrincipalArn", ["arn:aws:iam::1:role/b", "arn:aws:iam::1:role/a"], False, True),
        ("Null", "aws:SourceVpc", "true", False, True),
        ("Null", "aws:SourceVpc", "false", True, False),
        ("Null", "aws:SourceVpc", True, False, True),
        ("Null", "aws:SourceVpc", False, True, False),
        ("BoolIfExists", "aws:ViaAWSService", False, True, True),
        ("Bool", "aws:ViaAWSService", "false", False, False),
        ("BoolIfExists", "aws:ViaAWSService", "false", True, True),
    ],
)
def test_conditions_hold_as_the_user_guide_says(operator: str, key: str, value: Any, given: bool, missing: bool) -> None:
    denying = statement(Condition={operator: {key: value}})
    assert said(READ, denying) == ("deny" if given else None)
    assert said(NOWHERE, denying) == ("deny" if missing else None)


def test_all_conditions_of_a_statement_must_hold() -> None:
    both = {"StringEquals": {"aws:SourceVpc": "vpc-1", "aws:PrincipalArn": "arn:aws:iam::1:role/b"}}
    assert said(READ, statement(Condition=both)) is None


def test_a_deny_goes_before_an_allow_and_silence_is_neither() -> None:
    assert said(READ, statement("Allow"), statement()) == "deny"
    assert said(READ, statement("Allow")) == "allow"
    assert said(READ, statement(Action="s3:PutObject"), statement(Resource="arn:aws:s3:::films/*")) is None


def test_actions_match_by_wildcard_in_any_case() -> None:
    assert said(READ, statement(Action=["S3:getobject*"])) == "deny"


def test_a_service_is_allowed_by_its_name_only() -> None:
    by_logging = Request("s3:GetObject", "arn:aws:s3:::books/a.md", service="logging.s3.amazonaws.com")
    assert said(by_logging, statement("Allow", Principal={"Service": "logging.s3.amazonaws.com"})) == "allow"
    assert said(by_logging, statement("Allow", Principal={"Service": "events.amazonaws.com"})) is None
    assert said(by_logging, statement("Allow", Principal={"AWS": "arn:aws:iam::1:root"})) is None


@pytest.mark.parametrize(
    "principal", ["*", {"AWS": "*"}, {"AWS": ["*"]}, {"AWS": ["arn:aws:iam::2:root", "*"]}, {"AWS": "1"}, {"AWS": ["1"]}]
)
def test_everyone_and_an_account_are_meant_however_they_are_written(principal: Any) -> None:
    request = Request("s3:GetObject", "arn:aws:s3:::books/a.md", {"aws:PrincipalAccount": "1"})
    assert said(request, statement("Allow", Principal=principal)) == "allow"


def test_a_bool_of_json_is_one_of_text() -> None:
    request = Request("s3:GetObject", "arn:aws:s3:::books/a.md", {"aws:ViaAWSService": "true"})
    for value in (True, "true", ["true"]):
        assert said(request, statement(Condition={"Bool": {"aws:ViaAWSService": value}})) == "deny"


def test_what_the_evaluator_does_not_know_it_refuses() -> None:
    several = Request("s3:GetObject", "arn:aws:s3:::books/a.md", {"aws:TagKeys": ("a", "b")})
    with pytest.raises(NotImplementedError):
        said(several, statement(Condition={"StringEquals": {"aws:TagKeys": "a"}}))
    with pytest.raises(NotImplementedError):
        said(READ, statement(NotAction="s3:PutObject"))
    with pytest.raises(KeyError):
        said(READ, statement(Condition={"DateLessThan": {"aws:SourceVpc": "2030-01-01"}}))


ROWS = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["${aws:PrincipalTag/tenant}#*"]}, "Null": {"dynamodb:LeadingKeys": "false"}}


@pytest.mark.parametrize(
    ("tag", "keys", "allowed"),
    [
        ("harbour", ("harbour#ada#1",), True),
        ("harbour", ("harbour#ada#1", "harbour#ben#2"), True),
        ("harbour", ("harbour#ada#1", "lighthouse#ada#1"), False),
        ("harbour", ("harbourside#ada#1",), False),
        ("harbour", None, False),
        (None, ("harbour#ada#1",), False),
    ],
)
def test_each_of_several_values_has_to_fit_with_the_variables_filled_in(
    tag: str | None, keys: tuple[str, ...] | None, allowed: bool
) -> None:
    context = {"aws:PrincipalTag/tenant": tag, "dynamodb:LeadingKeys": keys}
    request = Request("dynamodb:PutItem", "arn:aws:dynamodb:::rows", {key: value for key, value in context.items() if value})
    rows = {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "arn:aws:dynamodb:::rows", "Condition": ROWS}
    assert said(request, rows) == ("allow" if allowed else None)


def test_a_trust_policy_names_the_roles_that_may_assume() -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:role/a"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}
    for role, expected in (("a", "allow"), ("b", None)):
        assert said(Request("sts:AssumeRole", "", role=f"arn:aws:iam::1:role/{role}"), trust) == expected
