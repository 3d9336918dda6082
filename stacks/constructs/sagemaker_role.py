"""What a role needs so that SageMaker runs a container in the VPC: an image of AWS, network interfaces, encrypted disks, metrics."""

from collections.abc import Mapping, Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms


def image_statement(stack: Stack, account: str, repository: str) -> iam.PolicyStatement:
    images = stack.format_arn(service="ecr", account=account, resource="repository", resource_name=repository)
    return allow(["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], [images])


def metrics_statement() -> iam.PolicyStatement:
    return allow(["cloudwatch:PutMetricData"], ["*"], {"StringLike": {"cloudwatch:namespace": "/aws/sagemaker/*"}})


def network_statements(stack: Stack, subnets: Sequence[str], groups: Sequence[str]) -> list[iam.PolicyStatement]:
    """subnets, groups: ids of those that the interfaces are in."""
    named = [stack.format_arn(service="ec2", resource="subnet", resource_name=subnet) for subnet in subnets]
    named += [stack.format_arn(service="ec2", resource="security-group", resource_name=group) for group in groups]
    describe = [f"ec2:Describe{what}" for what in ("DhcpOptions", "NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs")]
    owned = ["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission"]
    return [
        allow(["ec2:CreateNetworkInterface"], [interfaces(stack), *named]),
        allow(owned, [interfaces(stack)]),
        allow([*describe, "ecr:GetAuthorizationToken"], ["*"]),
    ]


def disk_statements(key: kms.IKey | None) -> list[iam.PolicyStatement]:
    """SageMaker gives the instances' disks a grant on the key, in the role's name. key: None for disks without a key of ours."""
    if key is None:
        return []
    grant = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    return [allow(["kms:CreateGrant"], [key.key_arn], grant), allow(["kms:DescribeKey"], [key.key_arn])]


def interfaces(stack: Stack) -> str:
    return stack.format_arn(service="ec2", resource="network-interface", resource_name="*")


def allow(actions: Sequence[str], resources: Sequence[str], conditions: Mapping[str, object] | None = None) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=list(resources), conditions=dict(conditions or {}))
