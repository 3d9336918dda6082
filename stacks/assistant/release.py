"""How new versions of functions take over: golden questions first, then a tenth of the traffic for five minutes, and back at an alarm.

See docs/decisions/267-a-golden-question-before-traffic.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.constructs.alarms import alarm
from stacks.constructs.function import CausewayFunction, compact
from stacks.constructs.function_alarms import MINUTE, errors
from stacks.constructs.shared import Shared
from stacks.constructs.trust import service

CANARY = codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES
CHECK_TIMEOUT = Duration.minutes(10)


@dataclass(frozen=True)
class Released:
    """path: of the API, which the golden questions are put to. errors: takes the release back. slow: half of its answers take longer."""

    function: CausewayFunction
    alias: lambda_.Alias
    path: str
    errors: cloudwatch.Alarm
    slow: Duration


class Releases(Construct):
    """A deployment group for each of `released`, and the function that all of them ask before traffic."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        shared: Shared,
        key: kms.IKey,
        layer: lambda_.ILayerVersion,
        released: Sequence[Released],
        questions: Sequence[Mapping[str, str]],
    ) -> None:
        super().__init__(scope, id)
        self._shared = shared
        self._check = CausewayFunction(
            self,
            "Check",
            shared=shared,
            name="check-release",
            key=key,
            layers=[layer],
            publish=False,
            timeout=CHECK_TIMEOUT,
            concurrency=len(released),
            variables={
                "CANDIDATES": compact([{"arn": each.alias.version.function_arn, "path": each.path} for each in released]),
                "GOLDEN_QUESTIONS": compact(questions),
            },
        )
        groups = [self._group(each) for each in released]
        self._let_check(released, groups)
        self._watch()
        for each in released:  # a version gets traffic only when its check and the rights of it are up to date
            each.alias.node.add_dependency(self._check.function, cast(Construct, self._check.permissions))

    def _group(self, released: Released) -> codedeploy.LambdaDeploymentGroup:
        scope, alarms = released.function, [released.errors, self._slow(released)]
        return codedeploy.LambdaDeploymentGroup(
            scope,
            "Release",
            alias=released.alias,
            deployment_config=CANARY,
            alarms=alarms,
            pre_hook=self._check.function,
            auto_rollback=codedeploy.AutoRollbackConfig(deployment_in_alarm=True, failed_deployment=True, stopped_deployment=True),
            role=self._role(released, alarms).without_policy_updates(),
        )

    def _slow(self, released: Released) -> cloudwatch.Alarm:
        """Of the newest version alone: beside nine tenths of the traffic, nobody would see that it is slow."""
        live, version = f"{released.function.function.function_name}:{released.alias.alias_name}", released.alias.version.version
        names = {"FunctionName": released.function.function.function_name, "Resource": live, "ExecutedVersion": version}
        return alarm(
            released.function,
            "Slow",
            metric=cloudwatch.Metric(namespace="AWS/Lambda", metric_name="Duration", dimensions_map=names, period=MINUTE, statistic="p50"),
            threshold=released.slow.to_milliseconds(),
            unit="milliseconds, 2 minutes in a row",
            periods=2,
            meaning=f"Half of the answers of {released.function.name}'s newest version are slow",
            topic=self._shared.alarm_topic,
        )

    def _role(self, released: Released, alarms: Sequence[cloudwatch.Alarm]) -> iam.Role:
        scope = released.function
        role = iam.Role(
            scope,
            "ReleaseRole",
            assumed_by=service(scope, "codedeploy"),
            description="Moves the alias of a function from version to version",
            permissions_boundary=self._shared.boundaries.administration,
        )
        function = released.function.function.function_arn
        move = ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"]
        policy = iam.ManagedPolicy(
            scope,
            "ReleasePermissions",
            description="Move the alias, have it checked and look at the alarms",
            roles=[role],
            statements=[
                iam.PolicyStatement(actions=move, resources=[function, f"{function}:live"]),
                iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[self._check.function.function_arn]),
                iam.PolicyStatement(actions=["cloudwatch:DescribeAlarms"], resources=[each.alarm_arn for each in alarms]),
            ],
        )
        released.alias.node.add_dependency(policy)
        return role

    def _let_check(self, released: Sequence[Released], groups: Sequence[codedeploy.LambdaDeploymentGroup]) -> None:
        versions = [each.alias.version.function_arn for each in released]
        live = [f"{each.function.function.function_arn}:live" for each in released]
        self._check.allow(["lambda:InvokeFunction"], [*versions, *live])
        self._check.allow(["codedeploy:PutLifecycleEventHookExecutionStatus"], [each.deployment_group_arn for each in groups])

    def _watch(self) -> None:
        topic = self._shared.alarm_topic
        errors(self._check, topic)
        alarm(
            self._check,
            "Unproven",
            metric=self._check.counted("ReleasesUnproven", MINUTE),
            threshold=1,
            unit="releases a minute",
            meaning="A release got traffic although no golden question showed that it finds documents",
            topic=topic,
        )
