"""A guardrail over every call of a model in the account: what nobody there may ask for or be given, whichever code calls."""

from aws_cdk import Stack
from aws_cdk import aws_bedrock as bedrock

from stacks.environment import Environment
from stacks.models.guardrail import HARMS

Guardrail = bedrock.CfnGuardrail
STRENGTH = "MEDIUM"


def enforce_everywhere(stack: Stack, environment: Environment) -> bedrock.CfnEnforcedGuardrailConfiguration:
    """It looks at what a caller marks, or at everything where nothing is marked. The app's own guardrail is stricter and stays.

    Bedrock applies the stricter of both. Whoever calls a model has to be let apply this one: its policy lets the account.
    """
    filters = [Guardrail.ContentFilterConfigProperty(type=harm, input_strength=STRENGTH, output_strength=STRENGTH) for harm in HARMS]
    guardrail = Guardrail(
        stack,
        "AccountGuardrail",
        name=f"causeway-{environment.name}-account",
        description="Over every call of a model in the account",
        blocked_input_messaging="This account does not allow that request.",
        blocked_outputs_messaging="This account does not allow that answer.",
        content_policy_config=Guardrail.ContentPolicyConfigProperty(filters_config=filters),
    )
    # A changed description publishes a new version.
    version = bedrock.CfnGuardrailVersion(
        stack, "AccountGuardrailVersion", guardrail_identifier=guardrail.attr_guardrail_id, description=f"{STRENGTH}: {', '.join(HARMS)}"
    )
    marked = bedrock.CfnEnforcedGuardrailConfiguration.SelectiveContentGuardingProperty(messages="SELECTIVE", system="SELECTIVE")
    enforced = bedrock.CfnEnforcedGuardrailConfiguration(
        stack,
        "Enforced",
        guardrail_identifier=guardrail.attr_guardrail_id,
        guardrail_version=version.attr_version,
        selective_content_guarding=marked,
    )
    enforced.add_resource_dependency(_let_apply(stack, guardrail))
    return enforced


def _let_apply(stack: Stack, guardrail: bedrock.CfnGuardrail) -> bedrock.CfnResourcePolicy:
    everyone = {
        "Sid": "EveryCallerOfTheAccount",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "bedrock:ApplyGuardrail",
        "Resource": guardrail.attr_guardrail_arn,
        "Condition": {"StringEquals": {"aws:PrincipalAccount": stack.account}},
    }
    return bedrock.CfnResourcePolicy(
        stack,
        "AccountGuardrailPolicy",
        resource_arn=guardrail.attr_guardrail_arn,
        policy_document={"Version": "2012-10-17", "Statement": [everyone]},
    )
