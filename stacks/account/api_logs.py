"""The role by which API Gateway writes the logs of every API of the account and region."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam

from stacks.constructs import reasons
from stacks.constructs.nag import acknowledge
from stacks.constructs.shared import Shared
from stacks.constructs.trust import service

# API Gateway tries these when the role is set, and refuses one that lacks any of them.
ACTIONS = (
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:PutLogEvents",
)


def let_api_gateway_log(stack: Stack, shared: Shared) -> apigateway.CfnAccount:
    """It stays when the stack is deleted: APIs of others may log by it."""
    role = iam.Role(
        stack,
        "ApiLogsRole",
        assumed_by=service(stack, "apigateway"),
        description="Writes the logs of APIs",
        permissions_boundary=shared.boundaries.administration,
    )
    write = iam.PolicyStatement(actions=list(ACTIONS), resources=["*"])
    policy = iam.ManagedPolicy(stack, "ApiLogsPermissions", description="Write the logs of APIs", roles=[role], statements=[write])
    why = "One role writes the logs of all APIs of the account, whose groups others name. API Gateway refuses one with less."
    acknowledge(policy, ["AwsSolutions-IAM5[Resource::*]"], reasons.ACCOUNT, why)
    account = apigateway.CfnAccount(stack, "ApiLogs", cloud_watch_role_arn=role.role_arn)
    account.node.add_dependency(policy)
    for each in (account, role.node.default_child, policy.node.default_child):
        each.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)  # type: ignore[union-attr]
    return account
