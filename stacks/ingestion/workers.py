"""The functions that the ingestion state machine calls, each with the rights its code needs."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_

from stacks.constructs.function import EVERY_UPLOAD, CausewayFunction
from stacks.constructs.layer import layer
from stacks.constructs.shared import Shared
from stacks.data.stack import DataStack
from stacks.ingestion.settings import Ingestion
from stacks.models.stack import ModelsStack
from stacks.search.stack import SearchStack

SECONDS = {"Register": 60, "Read": 600, "Embed": 840, "Index": 300, "Quarantine": 60, "Remove": 120}
FOLDERS = ("raw", "processed", "embeddings")
REGISTRY = ("dynamodb:GetItem", "dynamodb:UpdateItem")


class Workers:
    """One function for each task of the state machine, made in the stack `scope`."""

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
    ) -> None:
        """key: encrypts the functions' variables and dead letters."""
        self.scope, self.settings, self.shared, self.key = scope, settings, shared, key
        self.data, self.search, self.models = data, search, models
        self.answering = layer(scope, "answering", shared.environment)
        self.documents = layer(scope, "documents", shared.environment)
        self.by_task: Mapping[str, CausewayFunction] = {
            "Register": self._register_document(),
            "Read": self._read_document(),
            "Embed": self._embed_passages(),
            "Index": self._index_passages(),
            "Quarantine": self._quarantine_document(),
            "Remove": self._remove_document(),
        }

    def _worker(self, task: str, name: str, variables: Mapping[str, str], layers: Sequence[lambda_.ILayerVersion] = ()) -> CausewayFunction:
        function = CausewayFunction(
            self.scope,
            task,
            shared=self.shared,
            name=name,
            key=self.key,
            layers=[self.answering, *layers],
            timeout=Duration.seconds(SECONDS[task]),
            concurrency=self.settings.concurrency,
            variables={"DOCUMENTS_BUCKET": self.data.documents.bucket_name, **variables},
        )
        function.allow(["kms:Decrypt", "kms:GenerateDataKey"], [self.data.documents_key.key_arn])
        return function

    def _register_document(self) -> CausewayFunction:
        size = str(self.settings.max_document_bytes)
        incoming = {"INCOMING_BUCKET": self.data.incoming.bucket_name, "MAX_DOCUMENT_BYTES": size}
        function = self._worker("Register", "register-document", {**incoming, **self._registry_variable()})
        self._allow_uploads(function)
        self._allow_folders(function, write=["raw"])
        self._allow_registry(function)
        return function

    def _read_document(self) -> CausewayFunction:
        variables = {
            "MAX_LOST_SHARE": str(self.settings.max_lost_share),
            "SERVED_LANGUAGES": ",".join(self.models.settings.models.embedding.languages),
        }
        function = self._worker("Read", "read-document", variables, [self.documents])
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
        return self.search.variables

    def _allow_registry(self, function: CausewayFunction) -> None:
        function.allow(REGISTRY, [self.data.registry.table_arn])
        function.allow(["kms:Decrypt", "kms:GenerateDataKey"], [self.data.registry_key.key_arn])

    def _allow_uploads(self, function: CausewayFunction) -> None:
        """Reading uploads. Without the right to list, S3 calls an object that is gone forbidden, not missing."""
        function.allow(["s3:GetObject", "s3:GetObjectVersion"], [self.data.incoming.arn_for_objects("*")], why=EVERY_UPLOAD)
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
