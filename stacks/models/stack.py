"""Chat models, the guardrail they must carry, and the embedding model."""

import hashlib
import json
from collections.abc import Mapping

from aws_cdk import CfnDeletionPolicy, RemovalPolicy, Stack
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.constructs.shared import Shared
from stacks.data.stack import DataStack
from stacks.environment import Environment
from stacks.models import guardrail
from stacks.models.embedding import BedrockEmbedding, Embedding, SageMakerEmbedding
from stacks.models.settings import ModelTier
from stacks.network.stack import NetworkStack


class ModelsStack(Stack):
    """The catalogue of model tiers in SSM, a guardrail with a published version, and where texts become vectors."""

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
        self.chat_model = ChatModel(self, self.settings.models.answer_model)
        self.embedding = self._embedding()
        self._publish()

    def parameter(self, name: str) -> str:
        """The full name of one of this stack's parameters."""
        return f"/causeway/{self.settings.name}/models/{name}"

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

    def _embedding(self) -> Embedding:
        if self.settings.models.embedding.provider == "bedrock":
            return BedrockEmbedding(self, "Embedding", environment=self.settings)
        return SageMakerEmbedding(
            self,
            "Embedding",
            environment=self.settings,
            shared=self.shared,
            network=self.network,
            data=self.data,
            key=self.key,
        )

    def _publish(self) -> None:
        self._parameter("GuardrailId", "guardrail-id", self.guardrail.attr_guardrail_id)
        self._parameter("GuardrailVersionNumber", "guardrail-version", self.guardrail_version.attr_version)
        self._parameter("EmbeddingModel", "embedding", self.embedding.model)
        for name, tier in self.settings.models.tiers.items():
            self._parameter(f"Tier{name.title().replace('-', '')}", f"catalogue/{name}", tier.model_dump_json(exclude={"regions"}))

    def _parameter(self, id: str, name: str, value: str) -> None:
        ssm.StringParameter(self, id, parameter_name=self.parameter(name), string_value=value)


class ChatModel:
    """The model that writes answers, and the permission to call it with the guardrail and not without."""

    def __init__(self, models: ModelsStack, tier: ModelTier) -> None:
        self._models, self._tier = models, tier

    def variables(self, scope: Construct) -> Mapping[str, str]:
        """The model with its limit, and the guardrail, whose version is read from SSM at deployment: a replaced one must lock no stack.

        The fingerprint makes a new guardrail publish a new version of the function too.
        """
        version = ssm.StringParameter.value_for_string_parameter(scope, self._models.parameter("guardrail-version"))
        return {
            "CHAT_MODEL": self._tier.model,
            "MAX_OUTPUT_TOKENS": str(self._tier.output_tokens),
            "GUARDRAIL_ID": self._models.guardrail.attr_guardrail_id,
            "GUARDRAIL_VERSION": version,
            "GUARDRAIL_FINGERPRINT": self._models.guardrail_fingerprint,
        }

    def allow_converse(self, function: CausewayFunction) -> None:
        """Let `function` call the inference profile, and its models through it, with any published version of the guardrail."""
        models, guardrail_arn = self._models, self._models.guardrail.attr_guardrail_arn
        guarded = {"StringLike": {"bedrock:GuardrailIdentifier": f"{guardrail_arn}:*"}}
        profile = models.format_arn(service="bedrock", resource="inference-profile", resource_name=self._tier.model)
        function.allow(["bedrock:InvokeModel"], [profile], guarded)
        through_it = {**guarded, "StringEquals": {"bedrock:InferenceProfileArn": profile}}
        function.allow(["bedrock:InvokeModel"], self._foundation_models(), through_it)
        function.allow(["bedrock:ApplyGuardrail"], [guardrail_arn])
        function.allow(["kms:Decrypt"], [models.key.key_arn])

    def _foundation_models(self) -> list[str]:
        """The model behind the profile `us.vendor.model` in each region the profile routes to."""
        model = self._tier.model.partition(".")[2]
        return [
            self._models.format_arn(service="bedrock", region=region, account="", resource="foundation-model", resource_name=model)
            for region in self._tier.regions
        ]
