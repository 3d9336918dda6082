"""Whose each resource is, who pays for it, and what it holds."""

import importlib
from functools import cache
from typing import Any

from stacks.constructs.tags import DATA_CLASS, REQUIRED
from tests.infrastructure.synthesized import Resource, Synthesized

# CloudFormation gives these no tags although CDK's class has the property: what it says of them is nobody's to read.
UNTAGGED: frozenset[str] = frozenset()
RESTRICTED = ("UserPool", "Memory", "Sessions", "Conversations", "Archive", "Audit", "Reviews", "Erasures")


@cache
def can_be_tagged(kind: str) -> bool:
    """Whether CloudFormation takes tags for a type, as CDK knows its schema."""
    owner, _, rest = kind.partition("::")
    if owner != "AWS":
        return False
    service, _, name = rest.partition("::")
    module = importlib.import_module(f"aws_cdk.aws_{service.lower()}")
    made = getattr(module, f"Cfn{name}")
    return hasattr(made, "tags") or hasattr(made, "cdk_tag_manager")


def tags_of(resource: Resource) -> dict[str, str]:
    for name in ("Tags", "UserPoolTags", "ResourceTags", "HostedZoneTags"):
        found: Any = resource.properties.get(name)
        if found:
            return {each["Key"]: each["Value"] for each in found} if isinstance(found, list) else dict(found)
    return {}


def test_everything_that_can_carry_tags_says_whose_it_is_who_pays_and_what_it_holds(app: Synthesized) -> None:
    bare = {}
    for resource in app.all():
        lacking = set(REQUIRED) - tags_of(resource).keys()
        if lacking and can_be_tagged(resource.type) and not resource.properties.get("Replicas"):
            bare[str(resource)] = (resource.type, lacking)
    assert not bare
    tagged = [each for each in app.all() if tags_of(each)]
    assert len(tagged) > 100


def test_tags_say_what_the_environment_says(app: Synthesized) -> None:
    tags, name = app.environment.tags, app.name
    for resource in (each for each in app.all() if tags_of(each)):
        found = tags_of(resource)
        assert (found["environment"], found["owner"], found["cost-centre"]) == (name, tags.owner, tags.cost_centre), resource
        assert found[DATA_CLASS] in ("internal", "confidential", "restricted"), resource


def test_each_replica_of_a_table_is_tagged_as_well(app: Synthesized) -> None:
    for table in app.all("AWS::DynamoDB::GlobalTable"):
        for replica in table.properties["Replicas"]:
            assert {each["Key"] for each in replica["Tags"]} >= set(REQUIRED), (table, replica["Region"])
