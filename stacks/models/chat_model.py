"""The models that write answers, and the permission to call them with the guardrail and not without."""

from collections.abc import Mapping, Sequence

from aws_cdk import Stack
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.constructs.function import CausewayFunction, compact
from stacks.models.settings import ModelTier

GUARDRAIL_VERSION = "guardrail-version"
ASK = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]  # Converse and ConverseStream


class ChatModel:
    """What a function needs that calls the model of one tier, those of its fallbacks and that of a second opinion: variables and rights."""

    def __init__(
        self,
        stack: Stack,
        *,
        tier: ModelTier,
        fallbacks: Sequence[ModelTier],
        second: ModelTier | None,
        guardrail: bedrock.CfnGuardrail,
        fingerprint: str,
        key: kms.IKey,
        environment: str,
    ) -> None:
        """stack: the one that publishes the guardrail's version. fingerprint: changes with the guardrail. key: encrypts the guardrail."""
        self._stack, self._guardrail = stack, guardrail
        self._tier, self._fallbacks, self._second = tier, tuple(fallbacks), second
        self._fingerprint, self._key, self._environment = fingerprint, key, environment

    @property
    def _tiers(self) -> list[ModelTier]:
        """Each once."""
        tiers = (self._tier, *self._fallbacks, *([self._second] if self._second else []))
        return list({tier.model: tier for tier in tiers}.values())

    def variables(self, scope: Construct) -> Mapping[str, str]:
        """The models with the limit that all of them keep, and the guardrail.

        The guardrail's version is read from SSM at deployment: an export could not change while another stack imports it.
        The fingerprint makes a new guardrail publish a new version of the function too.
        """
        parameter = f"/causeway/{self._environment}/models/{GUARDRAIL_VERSION}"
        in_claims = [tier.model for tier in self._tiers if tier.claims]
        return {
            "CHAT_MODEL": self._tier.model,
            **({"FALLBACK_MODELS": ",".join(tier.model for tier in self._fallbacks)} if self._fallbacks else {}),
            **({"SECOND_MODEL": self._second.model} if self._second else {}),
            **({"MODELS_IN_CLAIMS": ",".join(in_claims)} if in_claims else {}),
            "MAX_OUTPUT_TOKENS": str(min(tier.output_tokens for tier in self._tiers)),
            "GUARDRAIL_ID": self._guardrail.attr_guardrail_id,
            "GUARDRAIL_VERSION": ssm.StringParameter.value_for_string_parameter(scope, parameter),
            "GUARDRAIL_FINGERPRINT": self._fingerprint,
        }

    @property
    def prices(self) -> Mapping[str, str]:
        """What a million tokens of each model cost, as a variable."""
        return {"MODEL_PRICES": compact({tier.model: tier.usd_per_million.model_dump() for tier in self._tiers})}

    def allow_converse(self, function: CausewayFunction) -> None:
        """Let `function` call the inference profiles, and their models through them, with any published version of the guardrail."""
        arn = self._guardrail.attr_guardrail_arn
        guarded = {"StringLike": {"bedrock:GuardrailIdentifier": f"{arn}:*"}}
        profiles = [
            self._stack.format_arn(service="bedrock", resource="inference-profile", resource_name=tier.model) for tier in self._tiers
        ]
        function.allow(ASK, profiles, guarded)
        models = [model for tier in self._tiers for model in self._foundation_models(tier)]
        # One statement for all of them: a profile leads to its own model only, and a policy has 6,144 characters.
        function.allow(ASK, models, {**guarded, "StringEquals": {"bedrock:InferenceProfileArn": profiles}})
        function.allow(["bedrock:ApplyGuardrail"], [arn])
        function.allow(["kms:Decrypt"], [self._key.key_arn])

    def _foundation_models(self, tier: ModelTier) -> list[str]:
        """The model behind the profile `us.vendor.model` in each region the profile routes to."""
        model = tier.model.partition(".")[2]
        return [
            self._stack.format_arn(service="bedrock", region=region, account="", resource="foundation-model", resource_name=model)
            for region in tier.regions
        ]
