"""Who calls which model of Bedrock, with how many tokens. What was asked and answered stays out of the log."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs

from stacks.account.kept import Kept
from stacks.constructs.shared import Shared
from stacks.constructs.trust import service

# Bedrock redacts nothing in this log: a kind of content is in it, or is not.
CONTENTS = ("Audio", "Embedding", "Image", "Text", "Video")
STREAM = "aws/bedrock/modelinvocations"


def log_invocations(stack: Stack, shared: Shared, kept: Kept) -> None:
    """As "Model invocation logging" of the Bedrock User Guide asks. CloudFormation has no type for it."""
    name = f"/causeway/{shared.environment.name}/model-invocations"
    logs.LogGroup(stack, "Invocations", log_group_name=name, encryption_key=shared.logs_key)
    role = _role(stack, name, shared)
    configuration = {
        "CloudWatchConfig": {"LogGroupName": name, "RoleArn": role.role_arn},
        **{f"{kind}DataDeliveryEnabled": False for kind in CONTENTS},
    }
    kept.every_day("Invocations", "bedrock", "PutModelInvocationLoggingConfiguration", {"LoggingConfig": configuration}, passes=[role])


def _role(stack: Stack, group: str, shared: Shared) -> iam.Role:
    calls = {"ArnLike": {"aws:SourceArn": stack.format_arn(service="bedrock", resource="*", arn_format=ArnFormat.NO_RESOURCE_NAME)}}
    role = iam.Role(
        stack,
        "InvocationsRole",
        role_name=f"causeway-{shared.environment.name}-invocation-log",
        assumed_by=service(stack, "bedrock").with_conditions(calls),
        description="Writes the log of calls of models",
        permissions_boundary=shared.boundaries.administration,
    )
    stream = stack.format_arn(
        service="logs", resource="log-group", resource_name=f"{group}:log-stream:{STREAM}", arn_format=ArnFormat.COLON_RESOURCE_NAME
    )
    write = iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[stream])
    iam.ManagedPolicy(stack, "InvocationsPermissions", description="Write the log of calls of models", roles=[role], statements=[write])
    return role
