"""Syncs of buckets: a state machine that mirrors a prefix into the incoming bucket, by a schedule for each source of the environment."""

import json
from collections.abc import Sequence
from hashlib import sha256

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.function import EVERY_UPLOAD, CausewayFunction
from stacks.constructs.function_alarms import errors
from stacks.constructs.nag import acknowledge_wildcard
from stacks.constructs.perimeter import role_name
from stacks.constructs.shared import Shared
from stacks.constructs.state_machine import StateMachine
from stacks.data.stack import DataStack
from stacks.ingestion.settings import Ingestion, Source
from stacks.ingestion.sync_states import definition

SECONDS = 300
A_DAY = 86400
FUNCTION, MACHINE = "sync-bucket", "sync"
OBJECTS_OF_A_SOURCE = "Objects below a prefix that the environment's ingestion.sources names; their keys are known at run time only."
CHILDREN = "A distributed Map runs its batches as executions of the same machine, named at run time; the machine is named."


class Syncing(Construct):
    """The machine is there without sources as well: somebody may start it by hand for a bucket that the roles may read."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: Ingestion,
        shared: Shared,
        key: kms.Key,
        data: DataStack,
        layers: Sequence[lambda_.ILayerVersion],
    ) -> None:
        """key: encrypts executions, schedules, and the function's variables and dead letters."""
        super().__init__(scope, id)
        self.settings, self.shared, self.key, self.data = settings, shared, key, data
        self.function = self._function(layers)
        self.machine = self._machine()
        errors(self.function, shared.alarm_topic)
        self._schedule([source for source in settings.sources if source.every_hours])

    def _function(self, layers: Sequence[lambda_.ILayerVersion]) -> CausewayFunction:
        data = self.data
        function = CausewayFunction(
            self,
            "Steps",
            shared=self.shared,
            name=FUNCTION,
            key=self.key,
            layers=layers,
            timeout=Duration.seconds(SECONDS),
            concurrency=self.settings.sync_concurrency + 1,
            variables={
                "INCOMING_BUCKET": data.incoming.bucket_name,
                "DOCUMENTS_BUCKET": data.documents.bucket_name,
                "MAX_DOCUMENT_BYTES": str(self.settings.max_document_bytes),
            },
        )
        function.allow(["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], [data.incoming.arn_for_objects("*")], why=EVERY_UPLOAD)
        function.allow(["s3:GetObject", "s3:PutObject"], [data.documents.arn_for_objects("syncs/*")])
        function.allow(["s3:ListBucket"], [data.incoming.bucket_arn, data.documents.bucket_arn])
        function.allow(["kms:Decrypt", "kms:GenerateDataKey"], [data.documents_key.key_arn])
        for source in self.settings.sources:
            function.allow(["s3:GetObject"], [f"{self._arn(source)}/{source.prefix}*"], why=OBJECTS_OF_A_SOURCE)
            function.allow(["s3:ListBucket"], [self._arn(source)])
            if source.key_arn:
                function.allow(["kms:Decrypt"], [source.key_arn])
        return function

    def _machine(self) -> StateMachine:
        machine = StateMachine(
            self,
            "Sync",
            shared=self.shared,
            name=MACHINE,
            key=self.key,
            functions=[self.function.invoked],
            definition=definition(self.function.invoked.function_arn, SECONDS, self.settings.sync_concurrency),
        )
        name = f"causeway-{self.shared.environment.name}-{MACHINE}"
        children = self._states(f"execution:{name}:*")
        machine.permissions.add_statements(
            iam.PolicyStatement(actions=["states:StartExecution"], resources=[self._states(f"stateMachine:{name}")]),
            iam.PolicyStatement(actions=["states:DescribeExecution", "states:StopExecution"], resources=[children]),
        )
        acknowledge_wildcard(machine.permissions, children, reasons.NAMES, CHILDREN)
        buckets = sorted({self._arn(source) for source in self.settings.sources})
        if buckets:
            machine.permissions.add_statements(iam.PolicyStatement(actions=["s3:ListBucket"], resources=buckets))
        return machine

    def _schedule(self, sources: Sequence[Source]) -> None:
        role = self._scheduling() if sources else None
        for source in sources:
            place = sha256(f"{source.bucket}/{source.prefix}\n{source.tenant}".encode()).hexdigest()[:8]
            scheduler.CfnSchedule(
                self,
                f"Schedule-{place}",
                name=f"causeway-{self.shared.environment.name}-sync-{place}",
                description=f"Mirrors {source.bucket}/{source.prefix} as documents of {source.tenant}",
                schedule_expression=f"rate({source.every_hours} hour{'s' if source.every_hours != 1 else ''})",
                flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="FLEXIBLE", maximum_window_in_minutes=15),
                kms_key_arn=self.key.key_arn,
                target=scheduler.CfnSchedule.TargetProperty(
                    arn=self.machine.arn,
                    role_arn=role.role_arn if role else "",
                    input=json.dumps({"bucket": source.bucket, "prefix": source.prefix, "tenant": source.tenant}),
                    dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=self.function.dead_letters.queue_arn),
                    retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(maximum_event_age_in_seconds=A_DAY, maximum_retry_attempts=185),
                ),
            )

    def _scheduling(self) -> iam.Role:
        """The role by which EventBridge Scheduler starts the machine."""
        role = iam.Role(
            self,
            "Scheduling",
            role_name=role_name(self.shared.environment, "sync-schedule"),
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}}
            ),
            description="Starts syncs of buckets",
            permissions_boundary=self.shared.boundaries.machines,
        )
        iam.ManagedPolicy(
            self,
            "SchedulingPermissions",
            description="The state machine of syncs, dead letters and their key",
            roles=[role],
            statements=[
                iam.PolicyStatement(actions=["states:StartExecution"], resources=[self.machine.arn]),
                iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self.function.dead_letters.queue_arn]),
                iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[self.key.key_arn]),
            ],
        )
        return role

    def _arn(self, source: Source) -> str:
        return f"arn:{Stack.of(self).partition}:s3:::{source.bucket}"

    def _states(self, resource: str) -> str:
        stack = Stack.of(self)
        return f"arn:{stack.partition}:states:{stack.region}:{stack.account}:{resource}"
