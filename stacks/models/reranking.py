"""The model that puts search results in order, and the permission to call it."""

from collections.abc import Mapping

from aws_cdk import Stack
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.environment import Environment


class Reranking(Construct):
    """What a function needs that reranks: variables and rights. Both are empty where no model reranks."""

    def __init__(self, scope: Construct, id: str, *, environment: Environment) -> None:
        super().__init__(scope, id)
        self._models = environment.models

    @property
    def variables(self) -> Mapping[str, str]:
        if self._models.reranker is None:
            return {}
        return {"RERANK_MODEL": self._models.reranker, "RERANK_WEIGHT": str(self._models.rerank_weight)}

    def allow_rerank(self, function: CausewayFunction) -> None:
        """InvokeModel on the one model. The API `Rerank` takes no resource, and an endpoint of the VPC more."""
        if self._models.reranker:
            model = Stack.of(self).format_arn(
                service="bedrock", account="", resource="foundation-model", resource_name=self._models.reranker
            )
            function.allow(["bedrock:InvokeModel"], [model])
