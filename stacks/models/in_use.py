"""What stops a deployment that would take away an embedding model which answers are found by. See docs/decisions/248."""

from collections.abc import Sequence

from aws_cdk import CustomResource, Duration
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.constructs.layer import layer
from stacks.constructs.shared import Shared
from stacks.data.stack import DataStack
from stacks.models.embedding import Embedding

TIMEOUT = Duration.minutes(1)


class ModelsInUse(Construct):
    """Asks the registry which models the living generations of the index have, before any other of them changes or goes."""

    def __init__(self, scope: Construct, id: str, *, shared: Shared, data: DataStack, key: kms.IKey, models: Sequence[Embedding]) -> None:
        """key: encrypts the function's variables and dead letters. models: of the environment, the first one first."""
        super().__init__(scope, id)
        self.function = self._function(shared, data, key)
        self.check = self._check(models)

    def come_before(self, models: Sequence[Embedding]) -> None:
        """So that a refused deployment leaves the endpoints as they are."""
        for model in models:
            model.wait_for(self.check)

    def _function(self, shared: Shared, data: DataStack, key: kms.IKey) -> CausewayFunction:
        function = CausewayFunction(
            self,
            "Check",
            shared=shared,
            name="models-in-use",
            key=key,
            layers=[layer(self, "answering", shared.environment)],
            publish=False,
            timeout=TIMEOUT,
            concurrency=2,
            variables={"REGISTRY_TABLE": data.registry.table_name},
        )
        function.allow(["dynamodb:GetItem", "dynamodb:UpdateItem"], [data.registry.table_arn])
        function.allow(["kms:Decrypt"], [data.registry_key.key_arn])
        return function

    def _check(self, models: Sequence[Embedding]) -> CustomResource:
        told = [
            {
                "Name": each.size.name,
                "Provider": each.size.provider,
                "Model": each.model,
                "Dimensions": each.size.dimensions,
                "Version": each.size.version,
            }
            for each in models
        ]
        check = CustomResource(
            self,
            "Models",
            service_token=self.function.function.function_arn,
            service_timeout=TIMEOUT.plus(Duration.minutes(1)),
            resource_type="Custom::EmbeddingModels",
            properties={"Models": told},
        )
        check.node.add_dependency(self.function.permissions)
        return check
