"""Chat models, the guardrail they must carry, and the embedding model."""

import hashlib
import json
from collections.abc import Callable, Mapping

from aws_cdk import CfnDeletionPolicy, RemovalPolicy, Stack
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.constructs.function import CausewayFunction, compact
from stacks.constructs.parameters import publish
from stacks.constructs.shared import Shared
from stacks.data.stack import DataStack
from stacks.environment import Environment
from stacks.models import guardrail
from stacks.models.chat_model import GUARDRAIL_VERSION, ChatModel
from stacks.models.embedding import BedrockEmbedding, Embedding, SageMakerEmbedding
from stacks.models.in_use import ModelsInUse
from stacks.models.reranking import Reranking
from stacks.models.settings import FIRST
from stacks.models.settings import Embedding as Size
from stacks.network.stack import NetworkStack


class ModelsStack(Stack):
    """The chat model, a guardrail with a published version, and where texts become vectors."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        shared: Shared,
        network: NetworkStack,
        data: DataStack,
    ) -> None:
        super().__init__(scope, id, env=environment.aws, termination_protection=environment.protect_data)
        self.settings, self.shared, self.network, self.data = environment, shared, network, data
        self.key = self._key()
        self.guardrail = self._guardrail()
        self.guardrail_version = self._guardrail_version()
        self.chat_model = self._chat_model()
        self.embeddings = self._embeddings()
        self.in_use = ModelsInUse(self, "ModelsInUse", shared=shared, data=data, key=self.key, models=self.embeddings)
        self.in_use.come_before(self.embeddings)
        self.reranking = Reranking(self, "Reranking", environment=environment)
        self._publish()

    def _key(self) -> kms.Key:
        return kms.Key(
            self,
            "Key",
            description="Guardrail, embedding endpoint and the functions that set them up",
        )

    def _guardrail(self) -> bedrock.CfnGuardrail:
        return bedrock.CfnGuardrail(
            self,
            "Guardrail",
            name=f"causeway-{self.settings.name}",
            description="What questions and answers may not hold",
            blocked_input_messaging=guardrail.BLOCKED_INPUT,
            blocked_outputs_messaging=guardrail.BLOCKED_OUTPUT,
            kms_key_arn=self.key.key_arn,
            content_policy_config=guardrail.content_policy(),
            topic_policy_config=guardrail.topic_policy(),
            word_policy_config=guardrail.word_policy(),
            sensitive_information_policy_config=guardrail.sensitive_information_policy(),
            contextual_grounding_policy_config=guardrail.grounding_policy(),
        )

    @property
    def guardrail_fingerprint(self) -> str:
        """Changes with the guardrail's contents; a changed description replaces the published version."""
        policies = [
            guardrail.content_policy(),
            guardrail.topic_policy(),
            guardrail.word_policy(),
            guardrail.sensitive_information_policy(),
            guardrail.grounding_policy(),
            guardrail.BLOCKED_INPUT,
            guardrail.BLOCKED_OUTPUT,
        ]
        return hashlib.sha256(json.dumps(self.resolve(policies), sort_keys=True).encode()).hexdigest()[:16]

    def _guardrail_version(self) -> bedrock.CfnGuardrailVersion:
        """Functions keep calling the former version until they are deployed themselves, so it stays when it is replaced."""
        version = bedrock.CfnGuardrailVersion(
            self, "GuardrailVersion", guardrail_identifier=self.guardrail.attr_guardrail_id, description=self.guardrail_fingerprint
        )
        version.apply_removal_policy(RemovalPolicy.DESTROY)
        version.cfn_options.update_replace_policy = CfnDeletionPolicy.RETAIN
        return version

    def _chat_model(self) -> ChatModel:
        return ChatModel(
            self,
            tier=self.settings.models.answer_model,
            fallbacks=self.settings.models.fallback_models,
            second=self.settings.models.second_model,
            guardrail=self.guardrail,
            fingerprint=self.guardrail_fingerprint,
            key=self.key,
            environment=self.settings.name,
        )

    def embedding_variables(self, fit: Callable[[Size], Mapping[str, str]] = lambda size: {}) -> Mapping[str, str]:
        """Of a function that has to know the embedding models. fit: what else differs between them, by the section of the environment."""
        first, *others = ({**each.variables, **fit(each.size)} for each in self.embeddings)
        if not others:
            return first
        beside = {name.lower(): others[0].get(name) for name in sorted({*first, *others[0]}) if first.get(name) != others[0].get(name)}
        return {**first, "EMBEDDING_BESIDE": compact(beside)}

    def allow_embed(self, function: CausewayFunction) -> None:
        """Let `function` turn texts into vectors, by any of the models."""
        for embedding in self.embeddings:
            embedding.allow_embed(function)

    def _embeddings(self) -> list[Embedding]:
        """In the environment's order; the one that is called first is made first, since its place holds what is made once for all."""
        sizes = self.settings.models.embeddings
        made = {size.name: self._embedding(size) for size in sorted(sizes, key=lambda size: size.name != FIRST)}
        return [made[size.name] for size in sizes]

    def _embedding(self, size: Size) -> Embedding:
        scope = self if size.name == FIRST else Construct(self, f"Model-{size.name}")
        if size.provider == "bedrock":
            return BedrockEmbedding(scope, "Embedding", size=size)
        return SageMakerEmbedding(
            scope,
            "Embedding",
            size=size,
            environment=self.settings,
            shared=self.shared,
            network=self.network,
            data=self.data,
            key=self.key,
        )

    def _publish(self) -> None:
        publish(self, self.settings.name, {GUARDRAIL_VERSION: self.guardrail_version.attr_version})
