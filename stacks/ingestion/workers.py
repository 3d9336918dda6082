"""The two functions of ingestion, each with the rights its code needs."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_

from stacks.constructs.function import EVERY_UPLOAD, CausewayFunction
from stacks.constructs.layer import layer
from stacks.constructs.shared import Shared
from stacks.data.intake import intake
from stacks.data.stack import DataStack
from stacks.events.stack import EventsStack
from stacks.ingestion.lanes import Lane
from stacks.ingestion.settings import Ingestion
from stacks.ingestion.textract import Textract
from stacks.ingestion.uploads import LaneName
from stacks.models.settings import Embedding
from stacks.models.stack import ModelsStack
from stacks.search.stack import SearchStack

SECONDS = 300
# For their turn to be embedded. What is loaded in bulk reserves so little ahead that an upload is next within seconds.
PATIENCE_SECONDS: Mapping[LaneName, int] = {"uploads": 20, "bulk": 5}
PERSONAL_DATA = ("comprehend:DetectPiiEntities",)
SCANS = ("textract:GetDocumentTextDetection", "textract:StartDocumentTextDetection")
NO_RESOURCE = "DetectPiiEntities reads the text of its request, and Textract's actions work on jobs: AWS defines no resource for either."
REGISTRY = ("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem")
FINGERPRINTS = ("dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query")


class Workers:
    """`read` and `index`, made in the stack `scope`."""

    def __init__(
        self,
        scope: Stack,
        *,
        settings: Ingestion,
        shared: Shared,
        key: kms.IKey,
        data: DataStack,
        search: SearchStack,
        models: ModelsStack,
        events: EventsStack,
        lanes: Sequence[Lane],
        textract: Textract | None,
    ) -> None:
        """key: encrypts the queues, and the functions' variables and dead letters."""
        self.textract = textract
        self.scope, self.settings, self.shared, self.key = scope, settings, shared, key
        self.data, self.search, self.models, self.events, self.lanes = data, search, models, events, lanes
        self.answering = layer(scope, "answering", shared.environment)
        self.documents = layer(scope, "documents", shared.environment)
        self.read = self._read_documents()
        self.index = self._index_documents()

    def _worker(
        self,
        id: str,
        name: str,
        concurrency: int,
        variables: Mapping[str, str],
        queues: Mapping[str, Mapping[str, str]],
        layers: Sequence[lambda_.ILayerVersion] = (),
    ) -> CausewayFunction:
        """queues: by the ARN of each that fills it, as `causeway.runtime.deliveries.queues_of` reads them."""
        shared = {
            "DOCUMENTS_BUCKET": self.data.documents.bucket_name,
            "REGISTRY_TABLE": self.data.registry.table_name,
            "QUEUES": self.scope.to_json_string(queues),
            **self.data.fingerprints.variables(),
        }
        function = CausewayFunction(
            self.scope,
            id,
            shared=self.shared,
            name=name,
            key=self.key,
            layers=[self.answering, *layers],
            timeout=Duration.seconds(SECONDS),
            concurrency=concurrency,
            variables={**shared, **variables},
        )
        function.allow(["kms:Decrypt", "kms:GenerateDataKey"], [self.data.documents_key.key_arn, self.data.registry_key.key_arn])
        function.allow(FINGERPRINTS, [self.data.fingerprints.table.table_arn])
        function.allow(["kms:Decrypt"], [self.data.fingerprints.key.key_arn])
        function.allow(REGISTRY, [self.data.registry.table_arn])
        function.allow(["s3:ListBucket"], [self.data.documents.bucket_arn])
        self.events.let_publish(function)
        return function

    def _read_documents(self) -> CausewayFunction:
        variables = {
            "INCOMING_BUCKET": self.data.incoming.bucket_name,
            "MAX_DOCUMENT_BYTES": str(self.settings.max_document_bytes),
            "MAX_LOST_SHARE": str(self.settings.max_lost_share),
            **self.models.embedding_variables(lambda size: {"SERVED_LANGUAGES": ",".join(size.languages)}),
            "INTAKE": intake(self.data.settings.data.domain).variable,
            "TOKEN_KEY": self.data.token_key.key_arn,
            **({"COMPREHEND": "on"} if self.settings.comprehend else {}),
            **({"TEXTRACT_ROLE": self.textract.role.role_arn} if self.textract else {}),
        }
        queues = {
            lane.to_read.queue_arn: {
                "own": lane.to_read.queue_url,
                "onward": lane.to_index.queue_url,
                **({"notices": self.textract.topics[lane.name].topic_arn} if self.textract else {}),
            }
            for lane in self.lanes
        }
        concurrency = self.settings.readers + self.settings.bulk_readers
        function = self._worker("Read", "read-documents", concurrency, variables, queues, [self.documents])
        # Without the right to list, S3 calls an object that is gone forbidden, not missing.
        function.allow(["s3:GetObject", "s3:GetObjectVersion"], [self.data.incoming.arn_for_objects("*")], why=EVERY_UPLOAD)
        function.allow(["s3:ListBucket"], [self.data.incoming.bucket_arn])
        function.allow(["dynamodb:BatchGetItem", "dynamodb:UpdateItem"], [self.data.fingerprints.table.table_arn])
        function.allow(["kms:GenerateMac"], [self.data.token_key.key_arn])
        if recognised := [*(PERSONAL_DATA if self.settings.comprehend else ()), *(SCANS if self.textract else ())]:
            function.allow(recognised, ["*"], why=NO_RESOURCE)
        if self.textract:
            self.textract.let_pass(function)
        self._allow_folders(function, "s3:GetObject", "s3:PutObject", "s3:DeleteObject")
        function.allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], [self.data.documents.arn_for_objects("recognised/*")])
        self._allow_sending(function, [queue for lane in self.lanes for queue in (lane.to_read.queue_arn, lane.to_index.queue_arn)])
        return function

    def _index_documents(self) -> CausewayFunction:
        queues = {
            lane.to_index.queue_arn: {
                "own": lane.to_index.queue_url,
                "again": lane.to_read.queue_url,
                "patience": str(PATIENCE_SECONDS[lane.name]),
            }
            for lane in self.lanes
        }
        concurrency = self.settings.indexers + self.settings.bulk_indexers
        variables = {**self.search.variables, **self.models.embedding_variables(self.rate)}
        function = self._worker("Index", "index-documents", concurrency, variables, queues)
        self._allow_folders(function, "s3:GetObject", "s3:DeleteObject")
        # In every environment: what a batch gave may come after batches have been switched off.
        function.allow(["s3:DeleteObject", "s3:GetObject"], [self.data.documents.arn_for_objects("vectors/*")])
        self._allow_sending(function, [queue for lane in self.lanes for queue in (lane.to_read.queue_arn, lane.to_index.queue_arn)])
        self.models.allow_embed(function)
        self.search.allow_index(function, "write")
        return function

    def rate(self, size: Embedding) -> Mapping[str, str]:
        """What all who index may embed together by a model, as variables."""
        quota = size.texts_a_minute
        return {} if quota is None else {"TEXTS_A_MINUTE": f"{quota * self.settings.embedding_share:g}"}

    def _allow_folders(self, function: CausewayFunction, *actions: str) -> None:
        """Passages, pictures, and what is in quarantine, in the documents bucket."""
        for action in actions:
            folders = ["processed"] if action == "s3:GetObject" else ["processed", "pictures", "quarantine"]
            function.allow([action], [self.data.documents.arn_for_objects(f"{folder}/*") for folder in folders])

    def _allow_sending(self, function: CausewayFunction, queues: Sequence[str]) -> None:
        function.allow(["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:SendMessage"], queues)
