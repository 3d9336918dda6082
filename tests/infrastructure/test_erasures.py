"""Every place where data of people may be is known to erasing, in every environment."""

import json
import re
from collections.abc import Iterator

from causeway.agents.rows import BY_OWNER as RUNS_BY_OWNER
from causeway.batches.rows import BY_OWNER as BATCHES_BY_OWNER
from causeway.erasure.places import BATCHED_DAYS, PLACES, QUEUE_DAYS, SLOW_SEARCH_DAYS, SNAPSHOT_DAYS, Retention
from causeway.retrieval.snapshots import POLICIES
from tests.infrastructure.synthesized import Resource, Synthesized

EACH_BY_ITSELF = ("AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table", "AWS::S3::Bucket")
# Types that keep nothing of what people say, do or are called: rights, wiring, code, models, alarms, settings; names of columns, and lines
# with hashed ids on their way into a bucket that is listed.
KEEP_NOTHING = re.compile(
    r"AWS::(IAM|KMS|EC2|CDK|Lambda|ApiGateway|SSM|CloudWatch|CodeDeploy|AppConfig|ApplicationAutoScaling|EventSchemas|WAFv2|Scheduler|"
    r"SageMaker|SecretsManager|Bedrock|AccessAnalyzer|CE|XRay|Athena|Glue|KinesisFirehose)::\w+|AWS::S3::BucketPolicy|AWS::SQS::QueuePolicy|AWS::SNS::(TopicPolicy|Subscription)|AWS::Logs::(ResourcePolicy|SubscriptionFilter)|"
    r"AWS::Events::(Rule|EventBusPolicy)|AWS::Backup::(BackupPlan|BackupSelection|RestoreTesting\w+)|"
    r"AWS::Cognito::(UserPoolClient|UserPoolDomain|UserPoolIdentityProvider|UserPoolResourceServer|UserPoolRiskConfigurationAttachment|LogDeliveryConfiguration)|"
    r"AWS::Config::(ConfigRule|ConformancePack|DeliveryChannel|RemediationConfiguration)|AWS::SecurityHub::Standard|"
    r"AWS::Route53Resolver::\w+|AWS::StepFunctions::StateMachineAlias|Custom::\w+"
)


def places_of(resource: Resource) -> set[str]:
    """By which names a place may list it."""
    stack = resource.stack.rpartition("-")[2]
    own = f"{stack}/{re.sub(r'[0-9A-F]{8}$', '', resource.id)}"
    return {own} if resource.type in EACH_BY_ITSELF else {own, f"*/{resource.type}"}


def unanswered(resources: list[Resource]) -> list[str]:
    listed = {name for place in PLACES for name in place.resources}
    return [str(each) for each in resources if not KEEP_NOTHING.fullmatch(each.type) and not places_of(each) & listed]


def test_every_store_of_the_templates_has_an_answer(app: Synthesized) -> None:
    assert unanswered(app.all()) == []


def test_a_new_table_or_a_new_kind_of_store_has_none(app: Synthesized) -> None:
    table = Resource("causeway-local-data", "DiariesTable12345678", {"Type": "AWS::DynamoDB::GlobalTable"})
    stream = Resource("causeway-local-data", "Clicks12345678", {"Type": "AWS::Kinesis::Stream"})
    assert unanswered([table, stream, *app.all()]) == [str(table), str(stream)]


def test_no_place_is_listed_that_nobody_has(prod: Synthesized) -> None:
    there = set().union(*map(places_of, prod.all()))
    assert {name for place in PLACES for name in place.resources} <= there


def _functions(app: Synthesized) -> Iterator[dict[str, str]]:
    for function in app.all("AWS::Lambda::Function"):
        if function.properties["Handler"] == "functions.erase.handler":
            yield function.properties["Environment"]["Variables"]


def test_the_days_in_certificates_are_those_of_the_templates(app: Synthesized) -> None:
    (variables,) = _functions(app)
    retention = Retention.model_validate_json(variables["RETENTION"])
    table = next(each for each in app.all("AWS::DynamoDB::GlobalTable") if each.id.startswith("Erasures"))
    recovery = {each["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"] for each in table.properties["Replicas"]}
    assert recovery == {retention.recovery}
    groups = {str(each.properties["LogGroupName"]): each for each in app.all("AWS::Logs::LogGroup")}
    assert groups.pop(f"/causeway/{app.name}/search/slow-search").properties["RetentionInDays"] == SLOW_SEARCH_DAYS
    days = {(each.stack.endswith("-account"), each.properties["RetentionInDays"]) for each in groups.values()}
    assert {each for of_account, each in days if not of_account} == {retention.logs}
    assert max((each for of_account, each in days if of_account), default=0) <= retention.logs
    assert {each.properties["MessageRetentionPeriod"] for each in app.all("AWS::SQS::Queue")} == {QUEUE_DAYS * 86400}
    assert {each.properties["RetentionDays"] for each in app.all("AWS::Events::Archive")} == {retention.events}
    rules = {
        each.id.rstrip("0123456789ABCDEF"): each.properties["LifecycleConfiguration"]["Rules"]
        for each in app.all("AWS::S3::Bucket")
        if each.stack.endswith("-data")
    }
    days = {
        name: [
            rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
            for rule in found
            if "NoncurrentVersionExpiration" in rule and "Prefix" not in rule
        ]
        for name, found in rules.items()
    }
    assert days["Incoming"] == days["Documents"] == [retention.versions]
    batched = [rule["ExpirationInDays"] for rule in rules["Documents"] if rule.get("Prefix") in ("embedding-batches/", "vectors/")]
    assert batched == [BATCHED_DAYS, BATCHED_DAYS]
    assert days["ConversationsArchive"] == [retention.archive_versions]
    longest = max(int(each.kept.removesuffix("d")) for each in POLICIES)
    assert [longest + each for each in days["Snapshots"]] == [SNAPSHOT_DAYS]
    assert {rule.get("ExpirationInDays") for rule in rules["ConversationsArchive"]} >= {retention.archive}
    assert {rule.get("ExpirationInDays") for rule in rules["AuditBucket"]} == {retention.logs}


def test_what_an_owner_has_is_found_by_an_index_that_holds_keys_alone(app: Synthesized) -> None:
    assert RUNS_BY_OWNER == BATCHES_BY_OWNER
    for begin in ("Batches", "AgentRuns"):
        (table,) = (each for each in app.all("AWS::DynamoDB::GlobalTable") if each.id.startswith(begin))
        (index,) = table.properties["GlobalSecondaryIndexes"]
        assert index["IndexName"] == RUNS_BY_OWNER
        assert index["KeySchema"][0]["AttributeName"] == "owner"
        assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}


def test_runs_are_erased_by_the_role_of_the_tenant_alone(app: Synthesized) -> None:
    for statement in app.statements():
        if "erase" in json.dumps(statement.policy.properties.get("Description", "")) and "AgentRuns" in json.dumps(statement.resources):
            raise AssertionError(f"{statement.policy} reaches every tenant's runs")
