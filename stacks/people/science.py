"""The role of those who measure answers: what was asked how often and with which outcome, and never by whom or in which words."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.nag import acknowledge_wildcard
from stacks.constructs.persons import person_role
from stacks.constructs.settings import DataScientists
from stacks.constructs.shared import Shared

DATA_SCIENTIST = "data-scientist"
# Functions that log a line for each turn, and for each rating: `make experiment` counts these.
MEASURED = ("answer-batch", "answer-stream", "answers", "sessions")
BY_NAME = "The log groups of answers, this environment's parameters and what AppConfig deploys for it; its ids are known after a deploy."


def data_scientist(scope: Construct, settings: DataScientists, shared: Shared) -> iam.Role:
    stack, environment = Stack.of(scope), shared.environment
    role = person_role(
        scope,
        "DataScientist",
        name=DATA_SCIENTIST,
        description="Measures answers: reads experiments, lines of turns and ratings",
        persons=settings,
        shared=shared,
        boundary=shared.boundaries.science,
    )
    groups = [_log_group(stack, f"/causeway/{environment.name}/{name}") for name in MEASURED]
    parameters = stack.format_arn(service="ssm", resource="parameter", resource_name=f"causeway/{environment.name}/*")
    applications = stack.format_arn(service="appconfig", resource="application", resource_name="*")
    tagged = {"StringEquals": {"aws:ResourceTag/application": "causeway", "aws:ResourceTag/environment": environment.name}}
    statements = [
        iam.PolicyStatement(actions=["logs:FilterLogEvents", "logs:GetQueryResults", "logs:StartQuery"], resources=groups),
        iam.PolicyStatement(actions=["ssm:GetParameter"], resources=[parameters]),
        iam.PolicyStatement(
            actions=["appconfig:GetHostedConfigurationVersion", "appconfig:ListDeployments"], resources=[applications], conditions=tagged
        ),
        *(_documents(stack, environment.name) if settings.documents else []),
    ]
    policy = iam.ManagedPolicy(scope, "DataScientistPermissions", description="Measure answers", roles=[role], statements=statements)
    for arn in dict.fromkeys(each for statement in statements for each in statement.resources if "*" in each):
        acknowledge_wildcard(policy, arn, reasons.NAMES, BY_NAME)
    return role


def _log_group(stack: Stack, name: str) -> str:
    return stack.format_arn(service="logs", resource="log-group", resource_name=f"{name}:*", arn_format=ArnFormat.COLON_RESOURCE_NAME)


def _documents(stack: Stack, environment: str) -> list[iam.PolicyStatement]:
    """Documents as they were read, and no upload. A key opens nothing but objects of that bucket; the bucket, nothing from outside."""
    bucket = f"arn:{stack.partition}:s3:::causeway-{environment}-data-documents*"
    keys = stack.format_arn(service="kms", resource="key", resource_name="*")
    of_the_bucket = {
        "StringLike": {
            "kms:ViaService": f"s3.{stack.region}.amazonaws.com",
            "kms:EncryptionContext:aws:s3:arn": [bucket, f"{bucket}/*"],
        }
    }
    return [
        iam.PolicyStatement(actions=["s3:GetObject"], resources=[f"{bucket}/processed/*"]),
        iam.PolicyStatement(actions=["kms:Decrypt"], resources=[keys], conditions=of_the_bucket),
    ]
