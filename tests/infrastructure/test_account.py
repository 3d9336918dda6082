"""What watches the account, in the templates of prod: who writes its records, what is told to people, what AWS will say to each call."""

import json
import re
from functools import cache
from typing import Any

import pytest
from botocore.session import Session
from botocore.validate import ParamValidator
from moto.events.models import EventPattern

from stacks.account.benchmark import checks
from stacks.account.drift import OF_BUCKETS, OF_KEYS, OF_POLICIES, OF_ROLES, OF_WATCHERS
from stacks.account.stack import FEATURES
from tests.infrastructure.policies import Request, Resolver, verdict
from tests.infrastructure.resolving import ACCOUNT
from tests.infrastructure.synthesized import TOP, Resource, Synthesized, as_list

TRAIL = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/causeway-prod-trail"
SERVICE = {"aws:PrincipalIsAWSService": "true", "aws:SecureTransport": "true", "s3:TlsVersion": "1.3"}
OWNED = {"s3:x-amz-acl": "bucket-owner-full-control"}
SEVEN_YEARS = 7 * 365


@cache
def resolver(app: Synthesized) -> Resolver:
    return Resolver(app)


def account_of(app: Synthesized, *types: str) -> list[Resource]:
    return [each for each in app.all(*types) if each.stack.endswith("-account")]


def one(app: Synthesized, kind: str, id: str = "") -> Resource:
    (found,) = [each for each in account_of(app, kind) if each.id.startswith(id)]
    return found


def bucket_policy(app: Synthesized, id: str) -> tuple[str, dict[str, Any]]:
    """The ARN of a bucket, and its policy."""
    bucket = one(app, "AWS::S3::Bucket", id)
    (policy,) = [each for each in account_of(app, "AWS::S3::BucketPolicy") if app.target(each.stack, each.properties["Bucket"]) == bucket]
    return resolver(app).arn(bucket), resolver(app).document(policy, "PolicyDocument")


def key_policy(app: Synthesized) -> dict[str, Any]:
    return resolver(app).document(one(app, "AWS::KMS::Key", "History"), "KeyPolicy")


def test_one_environment_owns_what_an_account_has_once(app: Synthesized) -> None:
    assert bool(account_of(app)) == (app.name == "prod")


def test_the_trail_follows_calls_in_every_region_and_requests_of_data_here(prod: Synthesized) -> None:
    trail = resolver(prod).value("causeway-prod-account", one(prod, "AWS::CloudTrail::Trail").properties)
    assert trail["IsLogging"]
    assert trail["IsMultiRegionTrail"]
    assert trail["IncludeGlobalServiceEvents"]
    assert trail["EnableLogFileValidation"]
    assert trail["KMSKeyId"] == resolver(prod).arn(one(prod, "AWS::KMS::Key", "History"))
    assert {each["InsightType"] for each in trail["InsightSelectors"]} == {"ApiCallRateInsight", "ApiErrorRateInsight"}
    selected = [{each["Field"]: each for each in selector["FieldSelectors"]} for selector in trail["AdvancedEventSelectors"]]
    assert [each["eventCategory"]["Equals"] for each in selected] == [["Management"], ["Data"], ["Data"], ["Data"]]
    own = f"{resolver(prod).arn(one(prod, 'AWS::S3::Bucket', 'HistoryTrail'))}/"
    objects = next(each for each in selected if each.get("resources.type", {}).get("Equals") == ["AWS::S3::Object"])
    assert objects["resources.ARN"]["NotStartsWith"] == [own]


def test_every_bucket_table_and_function_of_ours_has_its_requests_followed(prod: Synthesized) -> None:
    """A name that CloudFormation makes begins with the stack's."""
    for resource in prod.all("AWS::S3::Bucket", "AWS::DynamoDB::GlobalTable", "AWS::Lambda::Function"):
        name = resource.properties.get("BucketName") or resource.properties.get("FunctionName") or resource.stack
        assert str(resolver(prod).value(resource.stack, name)).startswith("causeway-"), resource


def test_records_are_kept_for_seven_years_and_copied(prod: Synthesized) -> None:
    for bucket in account_of(prod, "AWS::S3::Bucket"):
        (rule,) = bucket.properties["LifecycleConfiguration"]["Rules"]
        assert rule["ExpirationInDays"] >= SEVEN_YEARS, bucket
        assert bucket.properties["ReplicationConfiguration"], bucket
        assert bucket.properties["LoggingConfiguration"], bucket
    locked = [one(prod, "AWS::S3::Bucket", "HistoryTrail"), *(each for each in prod.all("AWS::S3::Bucket") if each.id.startswith("Trail"))]
    assert [each.stack.rsplit("-")[-1] for each in locked] == ["account", "replica"]
    for bucket in locked:
        lock = bucket.properties["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
        assert lock["Mode"] == "GOVERNANCE", bucket
        assert lock["Days"] >= SEVEN_YEARS, bucket


def test_config_writes_into_no_locked_bucket(prod: Synthesized) -> None:
    """It delivers to none."""
    for bucket in (each for each in prod.all("AWS::S3::Bucket") if "Configuration" in each.id):
        assert "ObjectLockConfiguration" not in bucket.properties, bucket


@pytest.mark.parametrize(
    ("service", "bucket", "folder", "sent"),
    [
        ("cloudtrail", "HistoryTrail", f"AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/a.json.gz", {"aws:SourceArn": TRAIL}),
        ("config", "HistoryConfiguration", f"AWSLogs/{ACCOUNT}/Config/us-east-1/a.json.gz", {"aws:SourceAccount": ACCOUNT}),
    ],
)
def test_a_service_writes_its_own_records_for_this_account_alone(
    prod: Synthesized, service: str, bucket: str, folder: str, sent: dict[str, str]
) -> None:
    arn, policy = bucket_policy(prod, bucket)
    name, key = f"{service}.amazonaws.com", key_policy(prod)

    def says(action: str, resource: str, **others: str) -> str | None:
        context = {**SERVICE, **OWNED, **sent, **others}
        return verdict(key if action.startswith("kms:") else policy, Request(action, resource, context, service=name))

    assert says("s3:PutObject", f"{arn}/{folder}") == "allow"
    assert says("s3:GetBucketAcl", arn) == "allow"
    assert says("s3:PutObject", f"{arn}/elsewhere") is None
    assert says("s3:GetObject", f"{arn}/{folder}") is None
    encrypts = {"kms:EncryptionContext:aws:cloudtrail:arn": TRAIL}
    assert says("kms:GenerateDataKey", "*", **encrypts) == "allow"
    stranger = dict.fromkeys(sent, "999988887777")
    assert says("s3:PutObject", f"{arn}/{folder}", **stranger) is None
    assert says("kms:GenerateDataKey", "*", **encrypts, **stranger) is None


def test_config_records_as_the_role_that_buckets_and_keys_spare(prod: Synthesized) -> None:
    role = resolver(prod).value("causeway-prod-account", one(prod, "AWS::Config::ConfigurationRecorder").properties["RoleARN"])
    assert role == f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"


def camel(value: Any) -> Any:
    """What the scheduler takes in upper camel case, as the services' own descriptions spell it."""
    if isinstance(value, dict):
        return {name if name.startswith("S3") else name[0].lower() + name[1:]: camel(inner) for name, inner in value.items()}
    return [camel(each) for each in value] if isinstance(value, list) else value


def test_aws_takes_what_schedules_send(prod: Synthesized) -> None:
    sent = {}
    for schedule in account_of(prod, "AWS::Scheduler::Schedule"):
        target = resolver(prod).value(schedule.stack, schedule.properties["Target"])
        service, operation = target["Arn"].removeprefix("arn:aws:scheduler:::aws-sdk:").split(":")
        shape = Session().get_service_model(service).operation_model(operation[0].upper() + operation[1:]).input_shape
        parameters = {name[0].lower() + name[1:]: value for name, value in camel(json.loads(target["Input"])).items()}
        assert not ParamValidator().validate(parameters, shape).has_errors(), schedule
        role = prod.target(schedule.stack, schedule.properties["Target"]["RoleArn"])
        allowed = {
            action
            for statement in prod.statements()
            if role in list(resolver(prod).roles(statement.policy))
            for action in statement.actions
        }
        assert f"{service}:{operation[0].upper()}{operation[1:]}" in allowed, schedule
        sent[f"{service}:{operation}"] = parameters
    assert sent.keys() == {"inspector2:enable", "bedrock:putModelInvocationLoggingConfiguration", "macie2:createClassificationJob"}
    contents = {
        name: value for name, value in sent["bedrock:putModelInvocationLoggingConfiguration"]["loggingConfig"].items() if "Delivery" in name
    }
    shape = Session().get_service_model("bedrock").shape_for("LoggingConfig")
    assert contents == {name: False for name in shape.members if name.endswith("DataDeliveryEnabled")}


def test_config_records_every_kind_of_resource_into_our_bucket(prod: Synthesized) -> None:
    recorder = one(prod, "AWS::Config::ConfigurationRecorder").properties
    assert recorder["RecordingGroup"] == {"AllSupported": True, "IncludeGlobalResourceTypes": True}
    assert recorder["RecordingMode"]["RecordingFrequency"] == "CONTINUOUS"
    channel = one(prod, "AWS::Config::DeliveryChannel")
    stored = prod.target(channel.stack, channel.properties["S3BucketName"])
    assert stored == one(prod, "AWS::S3::Bucket", "HistoryConfiguration")
    encrypted = prod.target(channel.stack, channel.properties["S3KmsKeyArn"])
    assert encrypted == one(prod, "AWS::KMS::Key", "History")


def test_threats_standards_access_and_personal_data_are_looked_for(prod: Synthesized) -> None:
    detector = one(prod, "AWS::GuardDuty::Detector").properties
    assert detector["Enable"]
    assert {each["Name"]: each["Status"] for each in detector["Features"]} == dict.fromkeys(FEATURES, "ENABLED")
    analyzers = {each.properties["Type"] for each in account_of(prod, "AWS::AccessAnalyzer::Analyzer")}
    assert analyzers == {"ACCOUNT", "ACCOUNT_UNUSED_ACCESS"}
    assert one(prod, "AWS::Macie::Session").properties["Status"] == "ENABLED"
    assert one(prod, "AWS::SecurityHub::Hub").properties["EnableDefaultStandards"] is False
    standards = account_of(prod, "AWS::SecurityHub::Standard")
    arns = {str(resolver(prod).value(each.stack, each.properties["StandardsArn"])) for each in standards}
    assert {arn.split("/")[1] for arn in arns} == {
        *("aws-foundational-security-best-practices", "cis-aws-foundations-benchmark", "nist-800-53", "pci-dss"),
    }


def test_logs_of_apis_traces_and_unexpected_costs_are_switched_on(prod: Synthesized) -> None:
    account = one(prod, "AWS::ApiGateway::Account")
    role = prod.target(account.stack, account.properties["CloudWatchRoleArn"])
    assert role
    (trusted,) = role.properties["AssumeRolePolicyDocument"]["Statement"]
    assert trusted["Principal"] == {"Service": "apigateway.amazonaws.com"}
    assert account.raw["DeletionPolicy"] == role.raw["DeletionPolicy"] == "RetainExceptOnCreate"
    assert one(prod, "AWS::XRay::TransactionSearchConfig").properties["IndexingPercentage"] == 5
    policy = one(prod, "AWS::Logs::ResourcePolicy")
    spans = json.loads(resolver(prod).value(policy.stack, policy.properties["PolicyDocument"]))
    request = Request("logs:PutLogEvents", f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:aws/spans:x", {"aws:SourceAccount": ACCOUNT})
    from_here = {**request.context, "aws:SourceArn": f"arn:aws:xray:us-east-1:{ACCOUNT}:x"}
    assert verdict(spans, Request(request.action, request.resource, from_here, service="xray.amazonaws.com")) == "allow"
    assert verdict(spans, Request(request.action, request.resource, request.context, service="xray.amazonaws.com")) is None
    monitor = one(prod, "AWS::CE::AnomalyMonitor").properties
    assert json.loads(monitor["MonitorSpecification"])["Tags"]["Key"] == "application"


def rules(app: Synthesized) -> dict[str, Resource]:
    return {
        each.properties["Name"].rpartition("-")[2]: each
        for each in app.all("AWS::Events::Rule")
        if "-finding-" in each.properties.get("Name", "")
    }


def matches(app: Synthesized, rule: str, event: dict[str, Any]) -> bool:
    found = rules(app)[rule]
    pattern = resolver(app).value(found.stack, found.properties["EventPattern"])
    return bool(EventPattern.load(json.dumps(pattern)).matches_event(event))


def test_what_is_found_reaches_people_by_a_role_that_may_publish(prod: Synthesized) -> None:
    assert set(rules(prod)) == {
        *("Access", "Control", "PersonalData", "Threat", "Vulnerability", "Rule", "RightsChanged", "WatchChanged", "RoleAssumed"),
        *("SecretRead", "SecretChanged", "SecretOld", "ParameterChanged"),
    }
    for rule in rules(prod).values():
        (target,) = rule.properties["Targets"]
        topic, role = prod.target(rule.stack, target["Arn"]), prod.target(rule.stack, target["RoleArn"])
        assert topic, rule
        assert topic.id.startswith("Alarms"), rule
        key = prod.target(topic.stack, topic.properties["KmsMasterKeyId"])
        allowed = {
            (action, str(prod.target(statement.policy.stack, resource)))
            for statement in prod.statements()
            if role in list(resolver(prod).roles(statement.policy))
            for action in statement.actions
            for resource in statement.resources
        }
        assert allowed == {("sns:Publish", str(topic)), ("kms:Decrypt", str(key)), ("kms:GenerateDataKey", str(key))}, rule
        queue = prod.target(rule.stack, target["DeadLetterConfig"]["Arn"])
        assert queue, rule
        assert [each for each in prod.all("AWS::CloudWatch::Alarm") if queue.id in json.dumps(each.properties)], rule


def test_each_sentence_has_its_values_and_a_page_that_says_what_to_do(prod: Synthesized) -> None:
    for rule in rules(prod).values():
        (target,) = rule.properties["Targets"]
        sentence = json.loads(target["InputTransformer"]["InputTemplate"])
        assert set(re.findall(r"<(\w+)>", sentence)) == set(target["InputTransformer"]["InputPathsMap"]), rule
        page = re.search(r"See docs/operations/([a-z-]+\.md)$", sentence)
        assert page, rule
        assert (TOP / "docs" / "operations" / page[1]).is_file(), rule


def call(name: str, parameters: dict[str, Any], who: dict[str, Any], source: str = "aws.iam") -> dict[str, Any]:
    return {
        "source": source,
        "detail-type": "AWS API Call via CloudTrail",
        "detail": {"eventName": name, "requestParameters": parameters, "userIdentity": who, "sourceIPAddress": "192.0.2.1"},
    }


def session(role: str) -> dict[str, Any]:
    issuer = {"arn": f"arn:aws:iam::{ACCOUNT}:role/{role}"}
    return {"type": "AssumedRole", "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/x", "sessionContext": {"sessionIssuer": issuer}}


PERSON = {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/break-glass/ada"}
DEPLOY = session(f"cdk-hnb659fds-cfn-exec-role-{ACCOUNT}-us-east-1")


@pytest.mark.parametrize(
    ("role", "who", "told"),
    [
        ("causeway-prod-break-glass", PERSON, True),
        ("causeway-prod-answers", session("Administrator"), True),
        ("causeway-prod-agent-rows", session("causeway-prod-agents"), False),
        ("causeway-prod-answers", {"type": "AWSService", "invokedBy": "lambda.amazonaws.com"}, False),
        ("somebody-elses", PERSON, False),
    ],
)
def test_whoever_assumes_a_role_that_is_not_for_them_is_told_of(prod: Synthesized, role: str, who: dict[str, Any], told: bool) -> None:
    event = call("AssumeRole", {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/{role}"}, who, source="aws.sts")
    assert matches(prod, "RoleAssumed", event) == told


@pytest.mark.parametrize(("who", "told"), [(PERSON, True), (session("Administrator"), True), (DEPLOY, False)])
def test_rights_changed_by_hand_are_told_and_those_changed_by_a_deploy_are_not(prod: Synthesized, who: dict[str, Any], told: bool) -> None:
    for names, parameters in (
        (OF_ROLES, {"roleName": "causeway-prod-answers"}),
        (OF_POLICIES, {"policyArn": f"arn:aws:iam::{ACCOUNT}:policy/causeway-prod-jobs-boundary"}),
        (OF_BUCKETS, {"bucketName": "causeway-prod-data-documents"}),
        (OF_KEYS, {"keyId": "1234"}),
    ):
        for name in names:
            assert matches(prod, "RightsChanged", call(name, parameters, who)) == told, name
    assert not matches(prod, "RightsChanged", call("PutRolePolicy", {"roleName": "theirs"}, who))
    for name in OF_WATCHERS:
        assert matches(prod, "WatchChanged", call(name, {}, who, source="aws.any")) == told, name


def test_findings_that_matter_are_told_and_small_ones_are_not(prod: Synthesized) -> None:
    threat = {"source": "aws.guardduty", "detail-type": "GuardDuty Finding"}
    assert matches(prod, "Threat", {**threat, "detail": {"severity": 5.5, "title": "x"}})
    assert not matches(prod, "Threat", {**threat, "detail": {"severity": 2, "title": "x"}})
    broken = {
        "source": "aws.config",
        "detail-type": "Config Rules Compliance Change",
        "detail": {
            "messageType": "ComplianceChangeNotification",
            "configRuleName": "causeway-prod-tags",
            "newEvaluationResult": {"complianceType": "NON_COMPLIANT"},
        },
    }
    assert matches(prod, "Rule", broken)
    assert not matches(prod, "Rule", {**broken, "detail": {**broken["detail"], "configRuleName": "theirs"}})


def test_the_benchmark_is_a_pack_that_config_takes(prod: Synthesized) -> None:
    body = one(prod, "AWS::Config::ConformancePack").properties["TemplateBody"]
    assert len(body.encode()) <= 51_200
    found = json.loads(body)["Resources"]
    assert len(found) == len(checks()) >= 30
    assert {each["Type"] for each in found.values()} == {"AWS::Config::ConfigRule"}
    assert len({each["Properties"]["ConfigRuleName"] for each in found.values()}) == len(found)


def test_the_remedy_closes_buckets_of_ours_and_can_do_nothing_else(prod: Synthesized) -> None:
    remedy = one(prod, "AWS::Config::RemediationConfiguration").properties
    rule = prod.target("causeway-prod-account", remedy["ConfigRuleName"])
    assert rule
    assert rule.properties["Scope"] == {"TagKey": "application", "TagValue": "causeway"}
    (policy,) = [each for each in prod.all("AWS::IAM::ManagedPolicy") if each.id.startswith("ConfigurationRemedy")]
    document = resolver(prod).document(policy, "PolicyDocument")
    assert verdict(document, Request("s3:PutBucketPublicAccessBlock", "arn:aws:s3:::causeway-prod-data-documents")) == "allow"
    assert verdict(document, Request("s3:PutBucketPublicAccessBlock", "arn:aws:s3:::theirs")) is None
    assert {action for each in as_list(document["Statement"]) for action in as_list(each["Action"])} == {
        "s3:GetBucketPublicAccessBlock",
        "s3:PutBucketPublicAccessBlock",
    }


def test_every_caller_of_this_account_may_be_guarded_by_its_guardrail(prod: Synthesized) -> None:
    """Without the right to apply it, every call of a model would be refused."""
    policy = resolver(prod).document(one(prod, "AWS::Bedrock::ResourcePolicy"), "PolicyDocument")
    guardrail = resolver(prod).value("causeway-prod-account", one(prod, "AWS::Bedrock::ResourcePolicy").properties["ResourceArn"])
    asked = Request("bedrock:ApplyGuardrail", guardrail, {"aws:PrincipalAccount": ACCOUNT})
    assert verdict(policy, asked) == "allow"
    assert verdict(policy, Request("bedrock:ApplyGuardrail", guardrail, {"aws:PrincipalAccount": "999988887777"})) is None
    version = one(prod, "AWS::Bedrock::EnforcedGuardrailConfiguration").properties["GuardrailVersion"]
    published = prod.target("causeway-prod-account", version)
    assert published
    assert published.type == "AWS::Bedrock::GuardrailVersion"
