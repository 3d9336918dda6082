"""How a new version of a function takes over: a tenth of the traffic for five minutes, and back at an alarm."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.constructs.trust import service

CANARY = codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES


def release_step_by_step(
    scope: Construct, alias: lambda_.Alias, alarms: Sequence[cloudwatch.Alarm], boundary: iam.IManagedPolicy
) -> codedeploy.LambdaDeploymentGroup:
    """Let CodeDeploy move `alias`; any of `alarms` takes the release back."""
    return codedeploy.LambdaDeploymentGroup(
        scope,
        "Release",
        alias=alias,
        deployment_config=CANARY,
        alarms=list(alarms),
        auto_rollback=codedeploy.AutoRollbackConfig(deployment_in_alarm=True, failed_deployment=True, stopped_deployment=True),
        role=_role(scope, alias, alarms, boundary).without_policy_updates(),
    )


def _role(scope: Construct, alias: lambda_.Alias, alarms: Sequence[cloudwatch.Alarm], boundary: iam.IManagedPolicy) -> iam.Role:
    role = iam.Role(
        scope,
        "ReleaseRole",
        assumed_by=service(scope, "codedeploy"),
        description="Moves the alias of a function from version to version",
        permissions_boundary=boundary,
    )
    function = alias.version.lambda_.function_arn
    move = ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"]
    iam.ManagedPolicy(
        scope,
        "ReleasePermissions",
        description="Move the alias and look at the alarms",
        roles=[role],
        statements=[
            iam.PolicyStatement(actions=move, resources=[function, f"{function}:{alias.alias_name}"]),
            iam.PolicyStatement(actions=["cloudwatch:DescribeAlarms"], resources=[each.alarm_arn for each in alarms]),
        ],
    )
    return role
