"""Erasing people: the function of the routes, the queue, and the function that finds and erases every trace."""

import json
from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.agents.tenant_role import Granted, TenantRole
from stacks.constructs.alarms import alarm
from stacks.constructs.deliveries import deliver
from stacks.constructs.function import EVERY_UPLOAD, CausewayFunction
from stacks.constructs.function_alarms import errors
from stacks.constructs.queues import dead_letter_queue, watch_age
from stacks.constructs.shared import Shared
from stacks.data.replicas import ERASED_AFTER_DAYS
from stacks.data.stack import DataStack
from stacks.environment import Environment

ASK_SECONDS, ERASE_SECONDS = 10, 300
AT_THE_SAME_TIME = 2
MAX_DELIVERIES = 100  # of a message whose worker died; what waits for a service is a new message
LONGEST_WAIT_SECONDS = 3600
TOO_LATE = Duration.hours(36)


class Erasing(Construct):
    """What is written down and not sent is sent by whoever asks again; a message that cannot be handled is a dead letter."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        shared: Shared,
        data: DataStack,
        key: kms.IKey,
        layer: lambda_.ILayerVersion,
        sealing: lambda_.ILayerVersion,
    ) -> None:
        """sealing: the layer with which values of tokens are opened."""
        super().__init__(scope, id)
        self.settings, self.shared, self.data, self.key, self.layer, self.sealing = environment, shared, data, key, layer, sealing
        self.dead_letters = dead_letter_queue(self, "DeadLetters", key=key, topic=shared.alarm_topic)
        self.queue = self._queue()
        self.function, self.worker = self._asks(), self._erases()
        deliver(self, "Deliveries", queue=self.queue, function=self.worker, at_once=1, concurrency=AT_THE_SAME_TIME)
        self._watch()

    def _queue(self) -> sqs.Queue:
        queue = sqs.Queue(
            self,
            "ErasureQueue",
            encryption_master_key=self.key,
            visibility_timeout=Duration.seconds(ERASE_SECONDS),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=MAX_DELIVERIES),
        )
        watch_age(queue, topic=self.shared.alarm_topic, seconds=LONGEST_WAIT_SECONDS)
        return queue

    def _asks(self) -> CausewayFunction:
        function = self._function("Asks", "erasures", ASK_SECONDS, self.settings.assistant.erasure_concurrency, {})
        self.data.erasures.allow(function, ["GetItem", "PutItem", "Query"])
        self.data.permissions.let_read(function)
        function.allow(["dynamodb:BatchGetItem"], [self.data.registry.table_arn])
        function.allow(["kms:Decrypt"], [self.data.registry_key.key_arn])
        function.allow(["sqs:SendMessage"], [self.queue.queue_arn])
        return function

    def _erases(self) -> CausewayFunction:
        data = self.data
        variables = {
            **{name: value for name, value in data.conversations.variables().items() if name != "REMEMBERING"},
            **data.reviews.variables(),
            **data.batches.variables(),
            "INCOMING_BUCKET": data.incoming.bucket_name,
            "DOCUMENTS_BUCKET": data.documents.bucket_name,
            "AUDIT_BUCKET": data.audit.bucket.bucket_name,
            "TOKEN_KEY": data.token_key.key_arn,
            "SETTLE_SECONDS": str(self.settings.assistant.erasure_settle_seconds),
            "RETENTION": json.dumps(self._retention()),
        }
        function = self._function("Erases", "erase", ERASE_SECONDS, AT_THE_SAME_TIME, variables, [self.sealing])
        data.erasures.allow(function, ["GetItem", "PutItem", "Query"])
        self._let_erase_users(function)
        self._let_change_documents(function)
        data.audit.let_write(function)
        function.allow(["sqs:ChangeMessageVisibility", "sqs:SendMessage"], [self.queue.queue_arn])
        return function

    def _let_erase_users(self, function: CausewayFunction) -> None:
        data = self.data
        data.conversations.allow(
            function,
            memory=["BatchWriteItem", "Query"],
            sessions=["DeleteItem", "PutItem", "Query", "UpdateItem"],
            archive=["DeleteObject"],
        )
        data.reviews.allow(function, "DeleteItem", "Query")
        data.batches.allow(function, ["BatchWriteItem", "Query"], by_owner=True)
        data.permissions.let(function, ["DeleteItem", "GetItem"])
        granted = [Granted(data.runs, ["BatchWriteItem", "Query"], by_owner=True)]
        TenantRole(self, "Rows", shared=self.shared, name="erase-rows", functions=[function], granted=granted)

    def _let_change_documents(self, function: CausewayFunction) -> None:
        """Like an uploader: what is stored anew is read by ingestion."""
        data = self.data
        function.allow(["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], [data.incoming.arn_for_objects("*")], why=EVERY_UPLOAD)
        function.allow(["s3:GetObject"], [data.documents.arn_for_objects("processed/*")])
        function.allow(["s3:ListBucket"], [data.incoming.bucket_arn, data.documents.bucket_arn])
        function.allow(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"], [data.registry.table_arn])
        function.allow(["dynamodb:Query"], [f"{data.registry.table_arn}/index/by-change"])
        function.allow(["kms:GenerateMac"], [data.token_key.key_arn])
        function.allow(["kms:Decrypt", "kms:GenerateDataKey"], [data.documents_key.key_arn, data.registry_key.key_arn])

    def _retention(self) -> Mapping[str, int]:
        data = self.settings.data
        return {
            "logs": self.settings.foundation.log_retention_days,
            "recovery": data.recovery_days,
            "versions": data.noncurrent_version_days,
            "archive_versions": ERASED_AFTER_DAYS,
            "events": self.settings.events.archive_days,
            "archive": self.data.conversations.remembering.archive_days,
        }

    def _function(
        self, id: str, name: str, seconds: int, concurrency: int, variables: Mapping[str, str], layers: Sequence[lambda_.ILayerVersion] = ()
    ) -> CausewayFunction:
        return CausewayFunction(
            self,
            id,
            shared=self.shared,
            name=name,
            key=self.key,
            layers=[self.layer, *layers],
            timeout=Duration.seconds(seconds),
            concurrency=concurrency,
            variables={
                "ERASURE_QUEUE": self.queue.queue_url,
                "REGISTRY_TABLE": self.data.registry.table_name,
                **self.data.erasures.variables(),
                **self.data.permissions.variables(),
                **variables,
            },
        )

    def _watch(self) -> None:
        for function in (self.function, self.worker):
            errors(function, self.shared.alarm_topic)
        alarm(
            self,
            "Late",
            metric=self.worker.counted("ErasureOpenSeconds", Duration.hours(1), "Maximum"),
            threshold=TOO_LATE.to_seconds(),
            unit="seconds",
            meaning="The erasure of a person does not come to its end",
            topic=self.shared.alarm_topic,
        )
