"""Acknowledging a finding of a rule pack, on the smallest construct, with its reason."""

import json
from collections.abc import Callable, Iterable
from typing import Any, cast

import jsii
from aws_cdk import Acknowledgment, CfnResource, Stack, Validations
from constructs import IConstruct, IValidation

from stacks.constructs.reasons import Reason
from stacks.constructs.settings import Common

# A context value: false gives no acknowledgment, so that a review sees every finding there is.
ACKNOWLEDGE = "causeway:acknowledge"


def shared_rule(rule: str) -> list[str]:
    """A rule that three packs share, as each of them names it."""
    return [f"{pack}-{rule}" for pack in ("HIPAA.Security", "NIST.800.53.R5", "PCI.DSS.321")]


def acknowledge(construct: IConstruct, findings: Iterable[str], reason: Reason, here: str) -> None:
    """Accept findings (`Pack-RULE` or `Pack-RULE[detail]`, as synth prints them) on a construct and all below it.

    here: a sentence about this construct. The templates say `key of the reason: sentence`.
    """
    if construct.node.try_get_context(ACKNOWLEDGE) is False:
        return
    for finding in findings:
        Validations.of(construct).acknowledge(Acknowledgment(id=finding, reason=f"{reason.key}: {here}"))


def acknowledge_setting(
    construct: IConstruct, findings: Iterable[str], environment: Common, setting: str, reason: Reason, here: str
) -> None:
    """Accept findings because of a setting, as in `search.zones`. Its value begins the sentence, so that `comply` can check it."""
    acknowledge(construct, findings, reason, f"{setting}={value_of(environment, setting)}: {here}")


def value_of(environment: Common, setting: str) -> str:
    """The value of a setting as its YAML writes it. Raises AttributeError when there is no such setting."""
    value: Any = environment
    for key in setting.split("."):
        value = getattr(value, key)
    return value if isinstance(value, str) else json.dumps(value)


def acknowledge_wildcard(construct: IConstruct, arn: str, reason: Reason, here: str) -> None:
    """Accept that the policy `construct` names `arn`, which has a `*`.

    The finding spells the ARN as the template does, which is known only at synth.
    """

    def act() -> None:
        finding = f"AwsSolutions-IAM5[Resource::{spelled(construct, arn)}]"
        acknowledge(construct, [finding], reason, here)
        _write_for_auditors(cast(CfnResource, construct.node.default_child), finding, f"{reason.key}: {here}")

    construct.node.add_validation(_AtSynth(act))


def _write_for_auditors(resource: CfnResource, finding: str, reason: str) -> None:
    """What the rule packs write into the template for acknowledgments known before synth."""
    written = (resource.get_metadata("cdk_nag") or {}).get("rules_to_suppress", [])
    if finding not in [rule["id"] for rule in written]:
        resource.add_metadata("cdk_nag", {"rules_to_suppress": [*written, {"id": finding, "reason": reason}]})


def spelled(construct: IConstruct, value: str) -> str:
    """A value as cdk-nag writes it into a finding: `<LogicalId.Arn>/raw/*`, or the name of the export it comes from."""
    return _flat(Stack.of(construct).resolve(value))


def _flat(value: Any) -> str:
    if isinstance(value, str):
        return value.replace("${", "<").replace("}", ">")
    match value:
        case {"Fn::Join": [delimiter, items]}:
            return str(delimiter).join(_flat(item) for item in items)
        case {"Fn::GetAtt": [resource, attribute]}:
            return f"<{resource}.{attribute}>"
        case {"Fn::ImportValue": name} | {"Fn::Sub": name}:
            return _flat(name)
        case {"Ref": name}:
            return f"<{name}>"
    raise ValueError(f"no finding can spell {value!r}")


@jsii.implements(IValidation)
class _AtSynth:
    """Runs once references between stacks are resolved and before the rule packs."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act

    def validate(self) -> list[str]:
        self._act()
        return []
