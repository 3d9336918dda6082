"""What functions need that answer from the documents of a tenant: variables and rights. Stacks that make such functions share this."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.constructs.function import CausewayFunction, compact
from stacks.constructs.function_alarms import questions_uncounted
from stacks.data.boosts import boosts
from stacks.data.stack import DataStack
from stacks.environment import Environment
from stacks.models.settings import Embedding
from stacks.models.stack import ModelsStack
from stacks.search.stack import SearchStack, pipeline_of


@dataclass(frozen=True)
class Answering:
    """The stacks that answers come from."""

    settings: Environment
    data: DataStack
    search: SearchStack
    models: ModelsStack

    def variables(self, scope: Construct, whole: bool = False) -> Mapping[str, str]:
        """scope: the stack of the function. whole: it gives no answer rather than one that goes without a service."""
        size = self.settings.assistant
        without = () if whole else size.answers_without
        return {
            **self.search.variables,
            "REGISTRY_TABLE": self.data.registry.table_name,
            **({"ANSWERS_WITHOUT": ",".join(without)} if without else {}),
            **self.data.conversations.variables(),
            **self.data.reviews.variables(),
            **self.data.permissions.variables(),
            "INSTRUCTIONS_IN_DOCUMENTS": size.instructions_in_documents,
            **ordering(self.settings),
            "UNCHECKED": size.unchecked_sentences,
            "WORDING": size.wording,
            **self.models.embedding_variables(self._fit),
            **self.models.reranking.variables,
            **self.models.chat_model.variables(scope),
        }

    def _fit(self, model: Embedding) -> Mapping[str, str]:
        """What is calibrated for an embedding model. Where no margin was measured, no passage is clearly best."""
        size, calibrated = self.settings.assistant, model.calibrated
        confidence = size.confidence_beside if model is self.settings.models.embedding_beside else size.confidence
        margin = calibrated.clear_margin if self.settings.models.reranker else None
        return {
            "SEARCH_PIPELINE": pipeline_of(model),
            "LEAST_SIMILARITY": str(calibrated.least_similarity),
            "EMBEDDING_LANGUAGES": ",".join(model.languages),
            **({"CONFIDENCE": confidence.variable} if confidence else {}),
            **({"CLEAR_MARGIN": str(margin)} if margin else {}),
        }

    def allow_finding(self, function: CausewayFunction) -> None:
        """Let `function` find the passages that a user may read."""
        function.allow(["dynamodb:BatchGetItem", "dynamodb:GetItem"], [self.data.registry.table_arn])
        function.allow(["kms:Decrypt"], [self.data.registry_key.key_arn])
        self.data.permissions.let_read(function)
        self.search.allow_index(function, "read")
        self.models.allow_embed(function)
        self.models.reranking.allow_rerank(function)

    def allow_remembering(self, function: CausewayFunction) -> None:
        """Let `function` read conversations, and add turns to them."""
        memory = ["PutItem", "Query", "UpdateItem"]
        self.data.conversations.allow(function, memory=memory, sessions=["UpdateItem"], archive=["GetObject"])

    def limit_asking(self, function: CausewayFunction, topic: sns.ITopic) -> None:
        """Let `function` refuse users who ask more than they may, and alarm when it cannot count what they ask."""
        function.tell("QUESTIONS_A_MINUTE", compact(self.settings.assistant.questions_a_minute))
        self.data.conversations.let_count(function)
        questions_uncounted(function, topic)


def ordering(environment: Environment) -> Mapping[str, str]:
    """What is done with passages between the search and the prompt, as variables; none where nothing is boosted or joined."""
    told = {"BOOSTS": boosts(environment.data.domain).variable, "JOIN_TOKENS": str(environment.assistant.join_tokens or "")}
    return {name: value for name, value in told.items() if value}
