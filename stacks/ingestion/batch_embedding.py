"""Passages of the lane `bulk` embedded by batch jobs of Bedrock, by a state machine that somebody starts. See docs/decisions/243."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.function import CausewayFunction
from stacks.constructs.function_alarms import errors
from stacks.constructs.nag import acknowledge_wildcard
from stacks.constructs.perimeter import role_name
from stacks.constructs.shared import Shared
from stacks.constructs.state_machine import StateMachine
from stacks.constructs.trust import service
from stacks.data.stack import BATCH_ROLE, DataStack
from stacks.ingestion.batch_states import FOLDER, JOB_HOURS, LEFT_AFTER_HOURS, definition
from stacks.ingestion.lanes import Lane
from stacks.ingestion.settings import BatchEmbedding as Settings
from stacks.models.stack import ModelsStack

SECONDS = 900
HIDDEN_SECONDS = SECONDS + 60
NAMES = "A batch is named when it begins; the folder holds batches alone."
JOBS = "Bedrock names a job's ARN when it is made."


class BatchEmbedding(Construct):
    """Nothing runs, and nothing costs, until somebody starts `machine`."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: Settings,
        shared: Shared,
        key: kms.Key,
        data: DataStack,
        models: ModelsStack,
        bulk: Lane,
        layer: lambda_.ILayerVersion,
    ) -> None:
        """models: whose first embedding is on Bedrock. key: encrypts executions, and the function's variables and dead letters."""
        super().__init__(scope, id)
        self.settings, self.shared, self.key, self.layer = settings, shared, key, layer
        self.data, self.models, self.bulk = data, models, bulk
        self.model = models.embeddings[0].model
        self.role = self._role()
        self.function = self._function()
        self.machine = self._machine()
        errors(self.function, shared.alarm_topic)

    def _role(self) -> iam.Role:
        """By which a job reads texts and writes vectors, from Bedrock's own network."""
        bucket = self.data.documents
        jobs = {"ArnLike": {"aws:SourceArn": self._jobs}}
        role = iam.Role(
            self,
            "Role",
            role_name=role_name(self.shared.environment, BATCH_ROLE),
            assumed_by=service(self, "bedrock").with_conditions(jobs),
            description="Batch jobs of Bedrock: texts of passages in, vectors out",
            permissions_boundary=self.shared.boundaries.jobs,
        )
        texts, vectors = (bucket.arn_for_objects(f"{FOLDER}/*/{way}/*") for way in ("input", "output"))
        policy = iam.ManagedPolicy(
            self,
            "Files",
            description="Texts of passages that a batch job reads, and vectors that it writes",
            roles=[role],
            statements=[
                iam.PolicyStatement(actions=["s3:GetObject"], resources=[texts]),
                iam.PolicyStatement(actions=["s3:GetObject", "s3:PutObject"], resources=[vectors]),
                iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn]),
                iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[self.data.documents_key.key_arn]),
            ],
        )
        for each in (texts, vectors):
            acknowledge_wildcard(policy, each, reasons.OBJECTS, NAMES)
        return role

    def _function(self) -> CausewayFunction:
        function = CausewayFunction(
            self,
            "Steps",
            shared=self.shared,
            name="embed-batch",
            key=self.key,
            layers=[self.layer],
            timeout=Duration.seconds(SECONDS),
            concurrency=self.settings.batches + 1,
            variables=self._variables(),
        )
        documents, queue = self.data.documents, self.bulk.to_index.queue_arn
        function.allow(["kms:Decrypt", "kms:GenerateDataKey"], [self.data.documents_key.key_arn])
        function.allow(["kms:Decrypt"], [self.data.registry_key.key_arn])
        function.allow(["dynamodb:GetItem"], [self.data.registry.table_arn])
        function.allow(["s3:ListBucket"], [documents.bucket_arn])
        function.allow(["s3:GetObject"], [documents.arn_for_objects("processed/*")])
        function.allow(["s3:PutObject"], [documents.arn_for_objects("vectors/*")])
        function.allow(["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], [documents.arn_for_objects(f"{FOLDER}/*")])
        function.allow([f"sqs:{verb}" for verb in ("ChangeMessageVisibility", "DeleteMessage", "ReceiveMessage", "SendMessage")], [queue])
        return function

    def _variables(self) -> Mapping[str, str]:
        return {
            **self.models.embedding_variables(),
            "DOCUMENTS_BUCKET": self.data.documents.bucket_name,
            "REGISTRY_TABLE": self.data.registry.table_name,
            "TO_INDEX": self.bulk.to_index.queue_url,
            "HIDDEN_SECONDS": str(HIDDEN_SECONDS),
            "BATCHES": str(self.settings.batches),
            "PASSAGES": str(self.settings.passages),
            "LEFT_AFTER_HOURS": str(LEFT_AFTER_HOURS),
        }

    def _machine(self) -> StateMachine:
        machine = StateMachine(
            self,
            "BatchEmbedding",
            shared=self.shared,
            name="batch-embedding",
            key=self.key,
            functions=[self.function.invoked],
            definition=definition(self.function.invoked.function_arn, SECONDS, self.settings.batches, self._job()),
        )
        model = Stack.of(self).format_arn(service="bedrock", account="", resource="foundation-model", resource_name=self.model)
        machine.permissions.add_statements(
            iam.PolicyStatement(actions=["bedrock:CreateModelInvocationJob"], resources=[model, self._jobs]),
            iam.PolicyStatement(actions=["bedrock:GetModelInvocationJob"], resources=[self._jobs]),
            iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=[self.role.role_arn],
                conditions={"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}},
            ),
        )
        acknowledge_wildcard(machine.permissions, self._jobs, reasons.NAMES, JOBS)
        return machine

    @property
    def _jobs(self) -> str:
        return Stack.of(self).format_arn(service="bedrock", resource="model-invocation-job", resource_name="*")

    def _job(self) -> dict[str, Any]:
        """As Step Functions spells what CreateModelInvocationJob takes."""
        place = f"'s3://{self.data.documents.bucket_name}/{FOLDER}/' & $batch"
        return {
            "JobName": f"{{% 'causeway-{self.shared.environment.name}-' & $batch %}}",
            "ClientRequestToken": "{% $batch %}",
            "RoleArn": self.role.role_arn,
            "ModelId": self.model,
            "InputDataConfig": {"S3InputDataConfig": {"S3InputFormat": "JSONL", "S3Uri": f"{{% {place} & '/input/records.jsonl' %}}"}},
            "OutputDataConfig": {
                "S3OutputDataConfig": {"S3Uri": f"{{% {place} & '/output/' %}}", "S3EncryptionKeyId": self.data.documents_key.key_arn}
            },
            "TimeoutDurationInHours": JOB_HOURS,
        }
