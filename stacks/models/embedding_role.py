"""What SageMaker may do to run the embedding endpoint."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.nag import acknowledge, acknowledge_wildcard
from stacks.constructs.sagemaker_role import allow, disk_statements, image_statement, interfaces, metrics_statement, network_statements
from stacks.constructs.trust import service

# AWS's own registry of deep learning containers.
IMAGES_ACCOUNT = "763104351884"
IMAGES_REPOSITORY = "huggingface-pytorch-inference"


@dataclass(frozen=True)
class Uses:
    """What the endpoint uses: its folder in a bucket with its key, its log group, where its interfaces are, and the key of its disks."""

    bucket: s3.IBucket
    key: kms.IKey
    prefix: str
    log_group: logs.ILogGroup
    subnets: Sequence[str]
    security_group: str
    disk_key: kms.IKey | None


def execution_role(scope: Construct, name: str, uses: Uses, boundary: iam.IManagedPolicy) -> tuple[iam.Role, iam.ManagedPolicy]:
    """The role and its only policy. The container itself has no network and no credentials."""
    stack = Stack.of(scope)
    role = iam.Role(
        scope,
        "Role",
        role_name=name,
        assumed_by=service(scope, "sagemaker"),
        description="What SageMaker does for the embedding endpoint; its container has no network and no credentials",
        permissions_boundary=boundary,
    )
    policy = iam.ManagedPolicy(
        scope,
        "Permissions",
        description="Model folder, container image, network interfaces, logs, metrics",
        roles=[role],
        statements=[
            *_model_statements(stack, uses),
            *network_statements(stack, uses.subnets, [uses.security_group]),
            *disk_statements(uses.disk_key),
        ],
    )
    folder = uses.bucket.arn_for_objects(f"{uses.prefix}*")
    acknowledge_wildcard(policy, folder, reasons.OBJECTS, "The folder of one revision of the model, read file by file.")
    acknowledge_wildcard(
        policy, interfaces(stack), reasons.NAMES, "SageMaker makes the endpoint's interfaces; they have no name before that."
    )
    acknowledge(
        policy,
        ["AwsSolutions-IAM5[Resource::*]"],
        reasons.NO_RESOURCE,
        "ecr:GetAuthorizationToken, ec2:Describe* and metrics take no resource.",
    )
    return role, policy


def _model_statements(stack: Stack, uses: Uses) -> list[iam.PolicyStatement]:
    return [
        allow(["s3:GetObject"], [uses.bucket.arn_for_objects(f"{uses.prefix}*")]),
        allow(["s3:ListBucket"], [uses.bucket.bucket_arn], {"StringLike": {"s3:prefix": f"{uses.prefix}*"}}),
        allow(["kms:Decrypt"], [uses.key.key_arn]),
        image_statement(stack, IMAGES_ACCOUNT, IMAGES_REPOSITORY),
        allow(["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], [uses.log_group.log_group_arn]),
        metrics_statement(),
    ]
