"""What was changed by hand, looked for each day and told to people. See docs/decisions/277-drift-is-looked-for-each-day.md."""

from collections.abc import Iterable

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.nag import acknowledge
from stacks.constructs.parameters import publish
from stacks.constructs.perimeter import role_name
from stacks.constructs.queues import dead_letter_queue
from stacks.constructs.shared import Shared
from stacks.constructs.state_machine import StateMachine
from stacks.constructs.trust import service
from stacks.drift.detection import READS, definition, looked_at
from stacks.drift.settings import Drift
from stacks.environment import Environment

MACHINE = "drift"
DETECT = (
    "cloudformation:BatchDescribeTypeConfigurations",  # DetectStackDrift asks for it with the same rights
    "cloudformation:DescribeStackDriftDetectionStatus",
    "cloudformation:DetectStackDrift",
    "cloudformation:DetectStackResourceDrift",
)


class DriftStack(Stack):
    """An execution that fails says which stack is not as it was deployed."""

    def __init__(
        self, scope: Construct, id: str, *, environment: Environment, settings: Drift, shared: Shared, stacks: Iterable[Stack]
    ) -> None:
        """stacks: that are looked at, all in this region."""
        super().__init__(scope, id, env=environment.aws, termination_protection=environment.protect_data)
        self.shared = shared
        self.key = kms.Key(self, "Key", description="The machine that looks for drift, and what its schedule could not start")
        self.machine = self._machine(definition(looked_at(stacks)))
        self.undelivered = self._undelivered()
        self._schedule(settings)
        publish(self, environment.name, {"machine": self.machine.arn})

    def _machine(self, states: dict[str, object]) -> StateMachine:
        machine = StateMachine(self, "Drift", shared=self.shared, name=MACHINE, key=self.key, functions=[], definition=states)
        reads = sorted({*DETECT, *(action for actions in READS.values() for action in actions)})
        machine.permissions.add_statements(iam.PolicyStatement(sid="LookForDrift", actions=reads, resources=["*"]))
        why = "CloudFormation reads each resource with the rights of whoever has it look, and each action only describes or lists."
        acknowledge(machine.permissions, ["AwsSolutions-IAM5[Resource::*]"], reasons.ACCOUNT, why)
        return machine

    def _undelivered(self) -> sqs.Queue:
        queue = dead_letter_queue(self, "DeadLetters", key=self.key, topic=self.shared.alarm_topic)
        acknowledge(queue, ["AwsSolutions-SQS3"], reasons.DEAD_LETTERS, "A schedule writes to it, at which the rule does not look.")
        return queue

    def _schedule(self, settings: Drift) -> None:
        scheduler.CfnSchedule(
            self,
            "Daily",
            name=f"causeway-{self.shared.environment.name}-{MACHINE}",
            description="Has CloudFormation look for what was changed by hand",
            schedule_expression=f"cron(0 {settings.hour} * * ? *)",
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="FLEXIBLE", maximum_window_in_minutes=30),
            kms_key_arn=self.key.key_arn,
            target=scheduler.CfnSchedule.TargetProperty(
                arn=self.machine.arn,
                role_arn=self._starter().role_arn,
                input="{}",
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=self.undelivered.queue_arn),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(maximum_event_age_in_seconds=3600, maximum_retry_attempts=10),
            ),
        )

    def _starter(self) -> iam.Role:
        role = iam.Role(
            self,
            "Starter",
            role_name=role_name(self.shared.environment, "drift-schedule"),
            assumed_by=service(self, "scheduler"),
            description="Starts the search for drift",
            permissions_boundary=self.shared.boundaries.machines,
        )
        iam.ManagedPolicy(
            self,
            "StarterPermissions",
            description="The machine, dead letters and their key",
            roles=[role],
            statements=[
                iam.PolicyStatement(actions=["states:StartExecution"], resources=[self.machine.arn]),
                iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self.undelivered.queue_arn]),
                iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[self.key.key_arn]),
            ],
        )
        return role
