"""The model that writes answers, and the permission to call it with the guardrail and not without."""

from collections.abc import Mapping

from aws_cdk import Stack
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.models.settings import ModelTier

GUARDRAIL_VERSION = "guardrail-version"
ASK = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]  # Converse and ConverseStream


class ChatModel:
    """What a function needs that calls the model of one tier: variables and rights."""

    def __init__(
        self,
        stack: Stack,
        *,
        tier: ModelTier,
        guardrail: bedrock.CfnGuardrail,
        fingerprint: str,
        key: kms.IKey,
        environment: str,
    ) -> None:
        """stack: the one that publishes the guardrail's version. fingerprint: changes with the guardrail. key: encrypts the guardrail."""
        self._stack, self._tier, self._guardrail = stack, tier, guardrail
        self._fingerprint, self._key, self._environment = fingerprint, key, environment

    def variables(self, scope: Construct) -> Mapping[str, str]:
        """The model with its limit, and the guardrail.

        The guardrail's version is read from SSM at deployment: an export could not change while another stack imports it.
        The fingerprint makes a new guardrail publish a new version of the function too.
        """
        parameter = f"/causeway/{self._environment}/models/{GUARDRAIL_VERSION}"
        return {
            "CHAT_MODEL": self._tier.model,
            "MAX_OUTPUT_TOKENS": str(self._tier.output_tokens),
            "GUARDRAIL_ID": self._guardrail.attr_guardrail_id,
            "GUARDRAIL_VERSION": ssm.StringParameter.value_for_string_parameter(scope, parameter),
            "GUARDRAIL_FINGERPRINT": self._fingerprint,
        }

    def allow_converse(self, function: CausewayFunction) -> None:
        """Let `function` call the inference profile, and its models through it, with any published version of the guardrail."""
        arn = self._guardrail.attr_guardrail_arn
        guarded = {"StringLike": {"bedrock:GuardrailIdentifier": f"{arn}:*"}}
        profile = self._stack.format_arn(service="bedrock", resource="inference-profile", resource_name=self._tier.model)
        function.allow(ASK, [profile], guarded)
        through_it = {**guarded, "StringEquals": {"bedrock:InferenceProfileArn": profile}}
        function.allow(ASK, self._foundation_models(), through_it)
        function.allow(["bedrock:ApplyGuardrail"], [arn])
        function.allow(["kms:Decrypt"], [self._key.key_arn])

    def _foundation_models(self) -> list[str]:
        """The model behind the profile `us.vendor.model` in each region the profile routes to."""
        model = self._tier.model.partition(".")[2]
        return [
            self._stack.format_arn(service="bedrock", region=region, account="", resource="foundation-model", resource_name=model)
            for region in self._tier.regions
        ]
