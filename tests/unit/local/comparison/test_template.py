import re
from typing import Any

import pytest

from local.comparison.template import ANYTHING, Pattern, Stack, joined


class CloudFormation:
    """Answers for one stack with one key."""

    def get_template(self, StackName: str) -> dict[str, Any]:
        return {
            "TemplateBody": {"Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {"Name": {"Ref": "AWS::NoValue"}, "Size": 1}}}}
        }

    def describe_stacks(self, StackName: str) -> dict[str, Any]:
        return {"Stacks": [{"Parameters": [{"ParameterKey": "Colour", "ParameterValue": "red"}]}]}

    def get_paginator(self, name: str) -> Any:
        page = {"StackResourceSummaries": [{"LogicalResourceId": "Key", "PhysicalResourceId": "key-1"}]}
        return type("Pages", (), {"paginate": lambda self, **_: [page]})()


@pytest.fixture
def stack() -> Stack:
    return Stack(CloudFormation(), "causeway-local-data", {"exported": "value"})


@pytest.mark.parametrize(
    ("intrinsic", "value"),
    [
        ({"Ref": "Key"}, "key-1"),
        ({"Ref": "Colour"}, "red"),
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Fn::ImportValue": "exported"}, "value"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Key"}]]}, "a-key-1"),
        ({"Fn::Sub": "${Key}/${AWS::Region}"}, "key-1/us-east-1"),
        ({"Fn::GetAtt": ["Key", "KeyId"]}, "key-1"),
        ({"Fn::GetAZs": ""}, ANYTHING),
    ],
)
def test_intrinsics_give_what_cloudformation_knows(stack: Stack, intrinsic: Any, value: Any) -> None:
    assert stack.resolve(intrinsic) == value


def test_an_arn_is_known_by_the_resource_it_names(stack: Stack) -> None:
    pattern = stack.resolve({"Fn::GetAtt": ["Key", "Arn"]})
    assert re.fullmatch(pattern.regex, "arn:aws:kms:us-east-1:0:key/key-1")
    assert not re.fullmatch(pattern.regex, "arn:aws:kms:us-east-1:0:key/other")


def test_a_text_with_an_unknown_part_is_a_pattern() -> None:
    assert joined("/", ["a.b", ANYTHING]) == Pattern(r"a\.b/.+")


def test_a_property_without_value_is_left_out(stack: Stack) -> None:
    assert [resource.properties for resource in stack.resources()] == [{"Size": 1}]
