"""The tables of a deployment, by the names that their template has for them, and how they are meant to be set."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.console import Trouble
from operating.account import Account

TYPE = "AWS::DynamoDB::GlobalTable"
HASH = re.compile(r"[0-9A-F]{8}$")  # that the CDK puts behind the names of constructs
Setting = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """name: of its construct. physical: as DynamoDB knows it. properties: of its template."""

    name: str
    physical: str
    properties: Mapping[str, Any]

    def here(self, region: str) -> Mapping[str, Any]:
        """What the template says of the replica in a region."""
        replicas: list[dict[str, Any]] = self.properties["Replicas"]
        return next((each for each in replicas if each["Region"] == region), replicas[0])

    def elsewhere(self, region: str) -> list[str]:
        """The other regions that hold a replica."""
        here = self.here(region)
        return [str(each["Region"]) for each in self.properties["Replicas"] if each is not here]


def tables(account: Account) -> dict[str, Table]:
    """By name. Raises Trouble when nothing is deployed."""
    cloudformation, stack = account.client("cloudformation"), f"causeway-{account.environment}-data"
    try:
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
        found = {each["LogicalResourceId"]: each for page in pages for each in page["StackResourceSummaries"]}
        body = cloudformation.get_template(StackName=stack)["TemplateBody"]
    except cloudformation.exceptions.ClientError as error:
        raise Trouble(f"{account.environment} ({account.where}) has no stack {stack}: {error}") from error
    template = json.loads(body) if isinstance(body, str) else body
    made = [
        Table(HASH.sub("", name), found[name]["PhysicalResourceId"], resource["Properties"])
        for name, resource in template["Resources"].items()
        if resource["Type"] == TYPE and name in found
    ]
    return {each.name: each for each in sorted(made, key=lambda each: each.name)}
