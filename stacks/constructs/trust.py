"""Which service may assume a role, and only for this account."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

# Services whose documentation shows aws:SourceAccount in a trust policy. For others the condition applies only if they send the key.
DOCUMENTED = ("bedrock", "sagemaker", "states", "textract", "vpc-flow-logs")


def service(scope: Construct, name: str) -> iam.ServicePrincipal:
    """The service `{name}.amazonaws.com`, acting for resources of this account."""
    operator = "StringEquals" if name in DOCUMENTED else "StringEqualsIfExists"
    return iam.ServicePrincipal(f"{name}.amazonaws.com", conditions={operator: {"aws:SourceAccount": Stack.of(scope).account}})
