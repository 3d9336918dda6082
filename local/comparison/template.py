"""The deployed templates, with intrinsic functions resolved as far as CloudFormation's answers allow."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from local.settings import ACCOUNT, REGION

PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::URLSuffix": "amazonaws.com",
}
SAME_AS_REF = ("GroupId", "KeyId", "VpcId", "RestApiId", "UserPoolId", "NatGatewayId")
NOTHING = object()


@dataclass(frozen=True)
class Pattern:
    """A text with parts that only the resource knows: a regular expression for the whole value. id: the resource's own."""

    regex: str
    id: str = ""

    def __str__(self) -> str:
        return self.regex.replace("\\", "").replace(".+", "…")


ANYTHING = Pattern(".+")


@dataclass(frozen=True)
class Resource:
    """One resource of a stack: the value of Ref, and its resolved properties."""

    stack: str
    logical_id: str
    kind: str
    id: str
    properties: dict[str, Any]


class Stack:
    """One deployed stack."""

    def __init__(self, cloudformation: Any, name: str, exports: dict[str, str]) -> None:
        self.name = name
        self._cloudformation = cloudformation
        self._exports = exports

    @cached_property
    def _template(self) -> dict[str, Any]:
        body = self._cloudformation.get_template(StackName=self.name)["TemplateBody"]
        template: dict[str, Any] = json.loads(body) if isinstance(body, str) else body
        return template

    @cached_property
    def _ids(self) -> dict[str, str]:
        pages = self._cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.name)
        return {each["LogicalResourceId"]: each["PhysicalResourceId"] for page in pages for each in page["StackResourceSummaries"]}

    @cached_property
    def _parameters(self) -> dict[str, str]:
        stack = self._cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
        return {each["ParameterKey"]: each.get("ResolvedValue", each.get("ParameterValue")) for each in stack.get("Parameters", [])}

    def resources(self) -> Iterator[Resource]:
        """Every resource that was created."""
        for logical_id, resource in self._template["Resources"].items():
            if logical_id in self._ids:
                properties = self.resolve(resource.get("Properties", {}))
                yield Resource(self.name, logical_id, resource["Type"], self._ids[logical_id], properties)

    def resolve(self, value: Any) -> Any:
        """The value with every intrinsic function replaced by its result, or by a Pattern."""
        if isinstance(value, list):
            return [each for each in map(self.resolve, value) if each is not NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name == "Ref" or name.startswith("Fn::"):
                return self._function(name, argument)
        return {key: each for key, each in ((key, self.resolve(each)) for key, each in value.items()) if each is not NOTHING}

    def _function(self, name: str, argument: Any) -> Any:
        if name == "Ref":
            return self._ref(argument)
        if name == "Fn::GetAtt":
            logical_id, attribute = argument if isinstance(argument, list) else argument.split(".", 1)
            return self._attribute(logical_id, attribute)
        if name == "Fn::Join":
            separator, parts = argument
            return joined(separator, self.resolve(parts))
        if name == "Fn::Sub" and isinstance(argument, str):
            return joined("", [self._placeholder(each) for each in re.split(r"(\$\{[^!][^}]*\})", argument)])
        if name == "Fn::ImportValue":
            return self._exports.get(str(self.resolve(argument)), ANYTHING)
        return ANYTHING

    def _placeholder(self, text: str) -> Any:
        if not text.startswith("${"):
            return text
        name = text[2:-1]
        return self._attribute(*name.split(".", 1)) if "." in name else self._ref(name)

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NOTHING
        known = PSEUDO | {"AWS::StackName": self.name} | self._parameters | self._ids
        return known.get(name, ANYTHING)

    def _attribute(self, logical_id: str, attribute: str) -> Any:
        """A Pattern: an ARN contains the resource's name; the value of any other attribute is unknown."""
        id = self._ids.get(logical_id)
        if id is not None and attribute in SAME_AS_REF:
            return id
        if id is None or not attribute.endswith("Arn"):
            return ANYTHING
        regex = f"{re.escape(id)}.*" if id.startswith("arn:") else f"arn:.*{re.escape(max(re.split('[/|]', id), key=len))}.*"
        return Pattern(regex, id)


def joined(separator: str, parts: Any) -> Any:
    """The joined text, or a Pattern when a part is one."""
    if not isinstance(parts, list):
        return ANYTHING
    if not any(isinstance(each, Pattern) for each in parts):
        return separator.join(str(each) for each in parts)
    return Pattern(re.escape(separator).join(each.regex if isinstance(each, Pattern) else re.escape(str(each)) for each in parts))


def deployed(cloudformation: Any, prefix: str) -> Iterator[Stack]:
    """The stacks whose names begin with prefix."""
    exports = {each["Name"]: each["Value"] for page in cloudformation.get_paginator("list_exports").paginate() for each in page["Exports"]}
    for page in cloudformation.get_paginator("describe_stacks").paginate():
        for stack in page["Stacks"]:
            if stack["StackName"].startswith(prefix) and not stack["StackStatus"].startswith("DELETE"):
                yield Stack(cloudformation, stack["StackName"], exports)
