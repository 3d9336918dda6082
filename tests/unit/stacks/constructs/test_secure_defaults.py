"""A bare construct, made by someone who thought of nothing."""

from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.assertions import Match, Template

from stacks.constructs.secure_defaults import secure
from stacks.environment import load


@pytest.fixture(scope="module")
def template() -> Template:
    app = App()
    prod = load("prod")
    secure(app, prod, log_retention=prod.log_retention, recovery_days=prod.data.recovery_days)
    stack = Stack(app, "bare", env=load("prod").aws)
    s3.Bucket(stack, "Bucket")
    s3.Bucket(stack, "Chosen", versioned=False)
    dynamodb.TableV2(stack, "Table", partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING))
    sqs.Queue(stack, "Queue")
    sns.Topic(stack, "Topic")
    logs.LogGroup(stack, "Logs")
    code = lambda_.Code.from_inline("def handler(event, context): ...")
    lambda_.Function(stack, "Function", code=code, handler="index.handler", runtime=lambda_.Runtime.PYTHON_3_14)
    kms.Key(stack, "Another")
    return Template.from_stack(stack)


@pytest.mark.parametrize(
    ("type", "properties"),
    [
        (
            "AWS::S3::Bucket",
            {
                "PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "BlockPublicPolicy": True},
                "VersioningConfiguration": {"Status": "Enabled"},
                "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            },
        ),
        (
            "AWS::DynamoDB::GlobalTable",
            {
                "SSESpecification": {"SSEType": "KMS"},
                "Replicas": [
                    Match.object_like({"DeletionProtectionEnabled": True, "PointInTimeRecoverySpecification": {"RecoveryPeriodInDays": 35}})
                ],
            },
        ),
        ("AWS::SQS::Queue", {"KmsMasterKeyId": Match.any_value(), "MessageRetentionPeriod": 1209600}),
        ("AWS::SNS::Topic", {"KmsMasterKeyId": Match.any_value()}),
        ("AWS::Logs::LogGroup", {"RetentionInDays": 400}),
        ("AWS::Lambda::Function", {"MemorySize": 2048, "TracingConfig": {"Mode": "Active"}, "LoggingConfig": {"LogFormat": "JSON"}}),
        ("AWS::KMS::Key", {"EnableKeyRotation": True}),
    ],
)
def test_a_bare_construct_is_secure(template: Template, type: str, properties: dict[str, Any]) -> None:
    template.has_resource_properties(type, Match.object_like(properties))


@pytest.mark.parametrize("type", ["AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"])
def test_a_bare_construct_refuses_plain_http(template: Template, type: str) -> None:
    denied = {"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    template.has_resource_properties(type, {"PolicyDocument": {"Statement": Match.array_with([Match.object_like(denied)])}})


def test_what_a_construct_says_itself_wins(template: Template) -> None:
    buckets = template.find_resources("AWS::S3::Bucket")
    (chosen,) = [resource for id, resource in buckets.items() if id.startswith("Chosen")]
    assert "VersioningConfiguration" not in chosen["Properties"]


def test_what_names_no_key_shares_the_key_of_its_stack(template: Template) -> None:
    assert len([id for id in template.find_resources("AWS::KMS::Key") if id.startswith("Key")]) == 1
