"""Settings of the account that CloudFormation has no type for: EventBridge Scheduler sets them, and sets them again each day."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.nag import acknowledge
from stacks.constructs.shared import Shared
from stacks.constructs.trust import service
from stacks.constructs.undelivered import Undelivered

A_DAY = 86400


class Kept(Construct):
    """Who switches one of them off has it back within a day. What AWS refuses is a dead letter, and an alarm.

    See docs/decisions/253-settings-that-are-set-again.md.
    """

    def __init__(self, scope: Construct, id: str, *, shared: Shared, undelivered: Undelivered) -> None:
        super().__init__(scope, id)
        self.shared, self._undelivered = shared, undelivered

    def every_day(
        self, id: str, api: str, operation: str, parameters: Mapping[str, Any], passes: Sequence[iam.IRole] = ()
    ) -> scheduler.CfnSchedule:
        """Call an operation now and each day. api: the SDK's name of the service, which is also IAM's. operation: as IAM spells it.

        parameters: in upper camel case, as the scheduler takes them. passes: roles that it hands to the service.
        """
        return self._schedule(id, api, operation, parameters, passes, "rate(1 day)")

    def every_month(self, id: str, api: str, operation: str, parameters: Mapping[str, Any]) -> scheduler.CfnSchedule:
        """As `every_day`, on the first of each month."""
        return self._schedule(id, api, operation, parameters, (), "cron(0 3 1 * ? *)")

    def _schedule(
        self, id: str, api: str, operation: str, parameters: Mapping[str, Any], passes: Sequence[iam.IRole], when: str
    ) -> scheduler.CfnSchedule:
        role, policy = self._role(id, f"{api}:{operation}", passes)
        stack = Stack.of(self)
        schedule = scheduler.CfnSchedule(
            self,
            id,
            name=f"causeway-{self.shared.environment.name}-kept-{id.lower()}",
            description=f"{api}:{operation}",
            schedule_expression=when,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            kms_key_arn=self._undelivered.key.key_arn,
            target=scheduler.CfnSchedule.TargetProperty(
                arn=f"arn:{stack.partition}:scheduler:::aws-sdk:{api}:{operation[0].lower()}{operation[1:]}",
                role_arn=role.role_arn,
                input=stack.to_json_string(parameters),
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=self._undelivered.queue.queue_arn),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(maximum_event_age_in_seconds=A_DAY // 2, maximum_retry_attempts=20),
            ),
        )
        schedule.node.add_dependency(policy)
        return schedule

    def _role(self, id: str, action: str, passes: Sequence[iam.IRole]) -> tuple[iam.Role, iam.ManagedPolicy]:
        role = iam.Role(
            self,
            f"{id}Role",
            assumed_by=service(self, "scheduler"),
            description=f"Calls {action}",
            permissions_boundary=self.shared.boundaries.administration,
        )
        policy = iam.ManagedPolicy(
            self,
            f"{id}Permissions",
            description=f"Call {action}; its dead letters",
            roles=[role],
            statements=[
                iam.PolicyStatement(actions=[action], resources=["*"]),
                iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self._undelivered.queue.queue_arn]),
                iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[self._undelivered.key.key_arn]),
                *([iam.PolicyStatement(actions=["iam:PassRole"], resources=[each.role_arn for each in passes])] if passes else []),
            ],
        )
        why = "The setting is the account's: AWS gives the action no resource, or one that exists only once it was called."
        acknowledge(policy, ["AwsSolutions-IAM5[Resource::*]"], reasons.ACCOUNT, why)
        return role, policy
