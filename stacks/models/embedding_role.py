"""What SageMaker may do to run the embedding endpoint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs.nag import acknowledge, acknowledge_wildcard
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
        statements=[*_model_statements(stack, uses), *_network_statements(stack, uses), *_disk_statements(uses.disk_key)],
    )
    folder = uses.bucket.arn_for_objects(f"{uses.prefix}*")
    acknowledge_wildcard(policy, folder, "The folder of one revision of the model, read file by file.")
    acknowledge_wildcard(policy, _interfaces(stack), "SageMaker makes the endpoint's interfaces; they have no name before that.")
    acknowledge(policy, ["AwsSolutions-IAM5[Resource::*]"], "ecr:GetAuthorizationToken, ec2:Describe* and metrics take no resource.")
    return role, policy


def _model_statements(stack: Stack, uses: Uses) -> list[iam.PolicyStatement]:
    images = stack.format_arn(service="ecr", account=IMAGES_ACCOUNT, resource="repository", resource_name=IMAGES_REPOSITORY)
    return [
        _allow(["s3:GetObject"], [uses.bucket.arn_for_objects(f"{uses.prefix}*")]),
        _allow(["s3:ListBucket"], [uses.bucket.bucket_arn], {"StringLike": {"s3:prefix": f"{uses.prefix}*"}}),
        _allow(["kms:Decrypt"], [uses.key.key_arn]),
        _allow(["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], [images]),
        _allow(["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], [uses.log_group.log_group_arn]),
        _allow(["cloudwatch:PutMetricData"], ["*"], {"StringLike": {"cloudwatch:namespace": "/aws/sagemaker/*"}}),
    ]


def _network_statements(stack: Stack, uses: Uses) -> list[iam.PolicyStatement]:
    subnets = [stack.format_arn(service="ec2", resource="subnet", resource_name=subnet) for subnet in uses.subnets]
    group = stack.format_arn(service="ec2", resource="security-group", resource_name=uses.security_group)
    describe = [f"ec2:Describe{what}" for what in ("DhcpOptions", "NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs")]
    owned = ["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission"]
    return [
        _allow(["ec2:CreateNetworkInterface"], [_interfaces(stack), *subnets, group]),
        _allow(owned, [_interfaces(stack)]),
        _allow([*describe, "ecr:GetAuthorizationToken"], ["*"]),
    ]


def _disk_statements(key: kms.IKey | None) -> list[iam.PolicyStatement]:
    """SageMaker gives the instances' disks a grant on the key, in the role's name."""
    if key is None:
        return []
    grant = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    return [_allow(["kms:CreateGrant"], [key.key_arn], grant), _allow(["kms:DescribeKey"], [key.key_arn])]


def _interfaces(stack: Stack) -> str:
    return stack.format_arn(service="ec2", resource="network-interface", resource_name="*")


def _allow(actions: Sequence[str], resources: Sequence[str], conditions: Mapping[str, object] | None = None) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=list(resources), conditions=dict(conditions or {}))
