"""From an object in the incoming bucket to searchable passages: event, queue, state machine."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.constructs.alarms import alarm
from stacks.constructs.function import CausewayFunction
from stacks.constructs.layer import layer
from stacks.constructs.nag import acknowledge
from stacks.constructs.queues import dead_letter_queue, watch_age
from stacks.constructs.shared import Shared
from stacks.data.stack import DataStack
from stacks.environment import Environment
from stacks.ingestion import workflow
from stacks.ingestion.uploads import route_uploads
from stacks.models.stack import ModelsStack
from stacks.search.stack import INDEX_ALIAS, SearchStack

STARTER_SECONDS = 30
WORKER_SECONDS = {"Register": 60, "Read": 600, "Embed": 840, "Index": 300, "Quarantine": 60, "Remove": 120}
FOLDERS = ("raw", "processed", "embeddings")
REGISTRY = ("dynamodb:GetItem", "dynamodb:UpdateItem")
LOGS_AND_TRACES = [
    *(f"logs:{verb}LogDelivery" for verb in ("Create", "Delete", "Get", "Update")),
    *("logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:ListLogDeliveries", "logs:PutResourcePolicy"),
    *("xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"),
]


class IngestionStack(Stack):
    """One execution per upload or deletion; nothing accepted is lost, and a bad document stops no other."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        shared: Shared,
        data: DataStack,
        search: SearchStack,
        models: ModelsStack,
    ) -> None:
        super().__init__(scope, id, env=environment.aws)
        self.settings, self.shared = environment, shared
        self.data, self.search, self.models = data, search, models
        self.key = self._key()
        self.answering, self.documents = layer(self, "answering", self.settings), layer(self, "documents", self.settings)
        self.workers = self._workers()
        self.state_machine = self._state_machine()
        self.dead_letters, self.queue = self._queues()
        self.rule = route_uploads(self, self.settings.name, data.incoming, self.queue, self.dead_letters)
        self.starter = self._starter()
        self._watch()
        self._publish()

    def _key(self) -> kms.Key:
        """Opened to the services that carry events and execution logs for this account."""
        key = kms.Key(self, "Key", description="Events on their way to ingestion, executions, and the functions' variables")
        here = {"StringEquals": {"aws:SourceAccount": self.account}}
        for service, actions in (("events", ["kms:Decrypt", "kms:GenerateDataKey"]), ("delivery.logs", ["kms:Decrypt"])):
            principal = iam.ServicePrincipal(f"{service}.amazonaws.com")
            key.add_to_resource_policy(iam.PolicyStatement(principals=[principal], actions=actions, resources=["*"], conditions=here))
        return key

    def _workers(self) -> Mapping[str, CausewayFunction]:
        return {
            "Register": self._register_document(),
            "Read": self._read_document(),
            "Embed": self._embed_passages(),
            "Index": self._index_passages(),
            "Quarantine": self._quarantine_document(),
            "Remove": self._remove_document(),
        }

    def _worker(self, task: str, name: str, variables: Mapping[str, str], layers: Sequence[lambda_.ILayerVersion] = ()) -> CausewayFunction:
        function = CausewayFunction(
            self,
            task,
            shared=self.shared,
            name=name,
            key=self.key,
            layers=[self.answering, *layers],
            timeout=Duration.seconds(WORKER_SECONDS[task]),
            concurrency=self.settings.ingestion.concurrency,
            variables={"DOCUMENTS_BUCKET": self.data.documents.bucket_name, **variables},
        )
        function.allow(["kms:Decrypt", "kms:GenerateDataKey"], [self.data.documents_key.key_arn])
        return function

    def _register_document(self) -> CausewayFunction:
        size = str(self.settings.ingestion.max_document_bytes)
        incoming = {"INCOMING_BUCKET": self.data.incoming.bucket_name, "MAX_DOCUMENT_BYTES": size}
        function = self._worker("Register", "register-document", {**incoming, **self._registry_variable()})
        self._allow_uploads(function)
        self._allow_folders(function, write=["raw"])
        self._allow_registry(function)
        return function

    def _read_document(self) -> CausewayFunction:
        function = self._worker("Read", "read-document", {"MAX_LOST_SHARE": str(self.settings.ingestion.max_lost_share)}, [self.documents])
        self._allow_folders(function, read=["raw"], write=["processed"])
        return function

    def _embed_passages(self) -> CausewayFunction:
        function = self._worker("Embed", "embed-passages", self.models.embedding.variables)
        self._allow_folders(function, read=["processed"], write=["embeddings"])
        self.models.embedding.allow_embed(function)
        return function

    def _index_passages(self) -> CausewayFunction:
        function = self._worker("Index", "index-passages", {**self._search_variables(), **self._registry_variable()})
        self._allow_folders(function, read=["processed", "embeddings"], remove=FOLDERS)
        self._allow_registry(function)
        self.search.allow_index(function, "write")
        return function

    def _quarantine_document(self) -> CausewayFunction:
        function = self._worker("Quarantine", "quarantine-document", self._registry_variable())
        self._allow_folders(function, read=["raw"], write=["quarantine"], remove=[*FOLDERS, "quarantine"])
        self._allow_registry(function)
        return function

    def _remove_document(self) -> CausewayFunction:
        function = self._worker("Remove", "remove-document", {**self._search_variables(), **self._registry_variable()})
        self._allow_folders(function, remove=[*FOLDERS, "quarantine"])
        self._allow_registry(function)
        self.search.allow_index(function, "write")
        return function

    def _registry_variable(self) -> Mapping[str, str]:
        return {"REGISTRY_TABLE": self.data.registry.table_name}

    def _search_variables(self) -> Mapping[str, str]:
        return {"SEARCH_ENDPOINT": self.search.endpoint, "SEARCH_INDEX": INDEX_ALIAS}

    def _allow_registry(self, function: CausewayFunction) -> None:
        function.allow(REGISTRY, [self.data.registry.table_arn])
        function.allow(["kms:Decrypt", "kms:GenerateDataKey"], [self.data.registry_key.key_arn])

    def _allow_uploads(self, function: CausewayFunction) -> None:
        """Reading uploads. Without the right to list, S3 calls an object that is gone forbidden, not missing."""
        function.allow(["s3:GetObject", "s3:GetObjectVersion"], [self.data.incoming.arn_for_objects("*")])
        function.allow(["s3:ListBucket"], [self.data.incoming.bucket_arn])

    def _allow_folders(
        self, function: CausewayFunction, read: Sequence[str] = (), write: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> None:
        """Folders of the documents bucket."""
        if read or remove:
            function.allow(["s3:ListBucket"], [self.data.documents.bucket_arn])
        for action, folders in (("s3:GetObject", read), ("s3:PutObject", write), ("s3:DeleteObject", remove)):
            if folders:
                function.allow([action], [self.data.documents.arn_for_objects(f"{folder}/*") for folder in folders])

    def _state_machine(self) -> sfn.StateMachine:
        name = f"causeway-{self.settings.name}-ingestion"
        functions = {task: function.invoked.function_arn for task, function in self.workers.items()}
        timeouts = {task: seconds + 10 for task, seconds in WORKER_SECONDS.items()}
        role, permissions = self._state_machine_role(list(functions.values()))
        machine = sfn.StateMachine(
            self,
            "StateMachine",
            state_machine_name=name,
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_string(self.to_json_string(workflow.definition(functions, timeouts))),
            role=role.without_policy_updates(),
            tracing_enabled=True,
            logs=sfn.LogOptions(destination=self._execution_log(), level=sfn.LogLevel.ALL, include_execution_data=False),
            encryption_configuration=sfn.CustomerManagedEncryptionConfiguration(self._key_as_it_is()),
            removal_policy=self.settings.removal_policy,
        )
        machine.node.add_dependency(permissions)
        return machine

    def _key_as_it_is(self) -> kms.IKey:
        """The key behind its ARN: given the key itself, CDK would open it to log delivery of any account."""
        return kms.Key.from_key_arn(self, "StateMachineKey", self.key.key_arn)

    def _execution_log(self) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            "ExecutionLog",
            log_group_name=f"/causeway/{self.settings.name}/ingestion",
            encryption_key=self.shared.logs_key,
        )

    def _state_machine_role(self, functions: Sequence[str]) -> tuple[iam.Role, iam.ManagedPolicy]:
        role = iam.Role(
            self,
            "StateMachineRole",
            assumed_by=iam.ServicePrincipal("states.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": self.account}}),
            description="Runs the ingestion state machine",
            permissions_boundary=self.shared.permission_boundary,
        )
        policy = iam.ManagedPolicy(
            self,
            "StateMachinePermissions",
            description="Workers of the ingestion state machine, its log and its traces",
            roles=[role],
            statements=[
                iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=list(functions)),
                iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[self.key.key_arn]),
                iam.PolicyStatement(sid="LogsAndTraces", actions=LOGS_AND_TRACES, resources=["*"]),
            ],
        )
        acknowledge(
            policy,
            ["AwsSolutions-IAM5[Resource::*]"],
            "Log delivery and X-Ray actions take no resource; the other statements name theirs.",
        )
        return role, policy

    def _queues(self) -> tuple[sqs.Queue, sqs.Queue]:
        dead = dead_letter_queue(self, "DeadLetters", key=self.key, topic=self.shared.alarm_topic)
        queue = sqs.Queue(
            self,
            "Queue",
            encryption_master_key=self.key,
            visibility_timeout=Duration.seconds(6 * STARTER_SECONDS),
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=self.settings.ingestion.max_receives),
        )
        watch_age(queue, self.shared.alarm_topic, Duration.minutes(15))
        return dead, queue

    def _starter(self) -> CausewayFunction:
        size = self.settings.ingestion
        function = CausewayFunction(
            self,
            "Start",
            shared=self.shared,
            name="start-ingestion",
            key=self.key,
            layers=[self.answering],
            timeout=Duration.seconds(STARTER_SECONDS),
            concurrency=size.starter_concurrency,
            variables={"STATE_MACHINE_ARN": self.state_machine.state_machine_arn},
        )
        function.allow(["states:StartExecution"], [self.state_machine.state_machine_arn])
        function.allow(["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], [self.queue.queue_arn])
        source = lambda_.EventSourceMapping(
            self,
            "Deliveries",
            target=function.invoked,
            event_source_arn=self.queue.queue_arn,
            batch_size=10,
            max_concurrency=size.starter_concurrency,
            report_batch_item_failures=True,
        )
        source.node.add_dependency(function.permissions)
        acknowledge(
            source,
            ["Serverless-LambdaEventSourceMappingDestination"],
            "A queue's event source takes no failure destination; the queue's own redrive policy sends what fails to the dead letters.",
        )
        return function

    def _watch(self) -> None:
        topic, minutes = self.shared.alarm_topic, Duration.minutes(5)
        dead = self.dead_letters.metric_approximate_number_of_messages_visible(period=minutes)
        alarm(self, "DeadLettersDepth", dead, 1, topic, "An upload's event could not be handled; redrive it when the cause is gone")
        failures: Mapping[str, cloudwatch.Metric] = {
            "Failed": self.state_machine.metric_failed(period=minutes),
            "TimedOut": self.state_machine.metric_timed_out(period=minutes),
            "Throttled": self.state_machine.metric_throttled(period=minutes),
        }
        for id, metric in failures.items():
            alarm(self, f"Executions{id}", metric, 1, topic, f"Ingestion executions: {id}")

    def _publish(self) -> None:
        self._parameter("StateMachineArn", "state-machine-arn", self.state_machine.state_machine_arn)
        self._parameter("QueueUrl", "queue-url", self.queue.queue_url)
        self._parameter("DeadLetterQueueUrl", "dead-letter-queue-url", self.dead_letters.queue_url)

    def _parameter(self, id: str, name: str, value: str) -> None:
        ssm.StringParameter(self, id, parameter_name=f"/causeway/{self.settings.name}/ingestion/{name}", string_value=value)
