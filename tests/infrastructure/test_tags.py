"""Whose each resource is, who pays for it, and what it holds."""

import importlib
from functools import cache
from typing import Any

from stacks.constructs.tags import DATA_CLASS, REQUIRED
from tests.infrastructure.synthesized import Resource, Synthesized

# What identifies a person, or what one said, by the beginning of its id.
ACTS = ("AWS::AppConfig::Deployment",)  # something that was done: it costs nothing and holds nothing
RESTRICTED = ("Conversations", "Reviews", "Records", "AgentRuns", "Erasures", "Audit", "Users")


@cache
def can_be_tagged(kind: str) -> bool:
    """Whether CloudFormation takes tags for a type, as CDK knows its schema."""
    if kind in ACTS:
        return False
    owner, _, rest = kind.partition("::")
    if owner != "AWS":
        return False
    service, _, name = rest.partition("::")
    module = importlib.import_module(f"aws_cdk.aws_{service.lower()}")
    made = getattr(module, f"Cfn{name}")
    return hasattr(made, "tags") or hasattr(made, "cdk_tag_manager")


def tags_of(resource: Resource) -> dict[str, str]:
    for name in ("Tags", "BackupPlanTags", "BackupVaultTags", "UserPoolTags", "ResourceTags", "HostedZoneTags"):
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


def test_stores_of_what_people_are_and_said_are_restricted(app: Synthesized) -> None:
    stores = app.all("AWS::DynamoDB::GlobalTable", "AWS::S3::Bucket", "AWS::Cognito::UserPool")
    restricted = {each.id for each in stores if class_of(each) == "restricted" and not each.stack.endswith("-replica")}
    for beginning in RESTRICTED:
        named = [each for each in stores if each.id.startswith(beginning) and not each.stack.endswith("-replica")]
        assert named, beginning
        assert {each.id for each in named} <= restricted, beginning


def test_records_of_who_did_what_are_restricted(prod: Synthesized) -> None:
    kept = prod.all("AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::Logs::LogGroup")
    records = [each for each in kept if each.stack.endswith(("-account", "-people"))]
    assert len({each.type for each in records}) == 3
    assert {class_of(each) for each in records} == {"restricted"}


def class_of(store: Resource) -> str:
    tags = store.properties["Replicas"][0]["Tags"] if "Replicas" in store.properties else None
    return {each["Key"]: each["Value"] for each in tags}[DATA_CLASS] if tags else tags_of(store)[DATA_CLASS]
