"""The embedding model's folder in the artifacts bucket: weights and code, put together before the endpoint is made."""

import hashlib
from pathlib import Path

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.constructs.layer import layer
from stacks.constructs.perimeter import weights_bucket
from stacks.constructs.shared import Shared
from stacks.data.stack import DataStack
from stacks.models.settings import Embedding

CODE = Path(__file__).resolve().parents[2] / "sagemaker" / "embedding" / "code"
NOT_CODE = ["tests", "**/__pycache__", "**/*.pyc", "**/.*", "**/*.md"]
ASSEMBLE_TIMEOUT = Duration.minutes(14)


class ModelArtifact(Construct):
    """prefix: the folder, as in `embedding/1-0123456789ab/`. uri: its S3 URI, known once the folder is complete."""

    def __init__(self, scope: Construct, id: str, *, settings: Embedding, shared: Shared, data: DataStack, key: kms.IKey) -> None:
        """key: encrypts the assembling function's variables and dead letters."""
        super().__init__(scope, id)
        self.size, self.data = settings, data
        self.weights_bucket = weights_bucket(shared.environment.region)
        self.code = assets.Asset(self, "Code", path=str(CODE), exclude=NOT_CODE)
        self.prefix = self._prefix()
        self.assembler = _assembler(self, shared, data, key)
        self._allow_its_parts()
        self.uri = self._assembled().get_att_string("Uri")

    def _prefix(self) -> str:
        """A folder of its own for every combination of weights and code, so that a roll-back finds the former one."""
        parts = f"{self.size.artifact} {self.code.asset_hash}"
        return f"embedding/{self.size.revision}-{hashlib.sha256(parts.encode()).hexdigest()[:12]}/"

    def _allow_its_parts(self) -> None:
        function = self.assembler
        weights = f"arn:{Stack.of(self).partition}:s3:::{self.weights_bucket}"
        function.allow(["s3:ListBucket"], [weights], {"StringLike": {"s3:prefix": f"{self.size.artifact}*"}})
        folder = "The folder of one revision of the model, file by file; which files there are is for the model's publisher to say."
        function.allow(["s3:GetObject"], [f"{weights}/{self.size.artifact}*"], why=folder)
        function.allow(["s3:GetObject"], [f"{self.code.bucket.bucket_arn}/{self.code.s3_object_key}"])

    def _assembled(self) -> CustomResource:
        artifact = CustomResource(
            self,
            "Folder",
            service_token=self.assembler.function.function_arn,
            service_timeout=ASSEMBLE_TIMEOUT.plus(Duration.minutes(1)),
            resource_type="Custom::ModelArtifact",
            properties={
                "WeightsBucket": self.weights_bucket,
                "WeightsPrefix": self.size.artifact,
                "CodeBucket": self.code.s3_bucket_name,
                "CodeKey": self.code.s3_object_key,
                "Prefix": self.prefix,
            },
        )
        artifact.node.add_dependency(self.assembler.permissions)
        return artifact


def _assembler(scope: Construct, shared: Shared, data: DataStack, key: kms.IKey) -> CausewayFunction:
    """One for all models of the stack. It has the place that it had when there was one model: no other resource may take its name over."""
    place = _child(_child(Stack.of(scope), "Embedding"), "Artifact")
    made = place.node.try_find_child("Assembler")
    if isinstance(made, CausewayFunction):
        return made
    function = CausewayFunction(
        place,
        "Assembler",
        shared=shared,
        name="model-artifact",
        key=key,
        layers=[layer(place, "answering", shared.environment)],
        publish=False,
        timeout=ASSEMBLE_TIMEOUT,
        concurrency=2,
        variables={"ARTIFACTS_BUCKET": data.artifacts.bucket_name},
    )
    any_revision = "A new revision's folder is written at once; permission for that folder alone would still be spreading through IAM."
    function.allow(["s3:PutObject"], [data.artifacts.arn_for_objects("embedding/*")], why=any_revision)
    function.allow(["kms:Decrypt", "kms:GenerateDataKey"], [data.artifacts_key.key_arn])
    return function


def _child(scope: Construct, id: str) -> Construct:
    found = scope.node.try_find_child(id)
    return found if isinstance(found, Construct) else Construct(scope, id)
