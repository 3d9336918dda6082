"""Adds members that ministack stores but leaves out of its describe calls, or returns under other names."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from local.cloud import emulator

GUARDRAIL_WORDS = {
    "filtersConfig": "filters",
    "managedWordListsConfig": "managedWordLists",
    "piiEntitiesConfig": "piiEntities",
    "regexesConfig": "regexes",
    "topicsConfig": "topics",
    "wordsConfig": "words",
}


def install() -> None:
    """Complete the answers of DescribeVpcEndpoints, GetGuardrail and DescribeParameters."""
    ec2 = emulator.part("services.ec2")
    ec2._vpce_fields_xml = _whole_endpoint(ec2._vpce_fields_xml)
    bedrock = emulator.part("services.bedrock")
    bedrock._get_guardrail = _with(guardrail_said, bedrock._get_guardrail)
    ssm = emulator.part("services.ssm")
    ssm._describe_parameters = _with(parameters_said, ssm._describe_parameters)


def _whole_endpoint(render: Callable[..., str]) -> Callable[..., str]:
    def xml(endpoint: dict[str, Any], tag: str = "item") -> str:
        return render(endpoint, tag).removesuffix(f"</{tag}>") + endpoint_members(endpoint) + f"</{tag}>"

    return xml


def endpoint_members(endpoint: dict[str, Any]) -> str:
    """Private DNS, security groups and policy of a VPC endpoint in EC2's XML."""
    groups = "".join(f"<item><groupId>{each}</groupId></item>" for each in endpoint.get("SecurityGroupIds", []))
    policy = endpoint.get("PolicyDocument")
    text = policy if isinstance(policy, str) or policy is None else json.dumps(policy)
    private = str(endpoint.get("PrivateDnsEnabled")).lower() == "true"
    document = f"<policyDocument>{escape(text)}</policyDocument>" if text else ""
    return f"<privateDnsEnabled>{str(private).lower()}</privateDnsEnabled><groupSet>{groups}</groupSet>{document}"


def _with(said: Callable[[dict[str, Any]], dict[str, Any]], get: Callable[..., Any]) -> Callable[..., Any]:
    def run(*arguments: Any) -> Any:
        status, headers, body = get(*arguments)
        return status, headers, json.dumps(said(json.loads(body))).encode()

    return run


def guardrail_said(answer: dict[str, Any]) -> dict[str, Any]:
    """Rename members: GetGuardrail's filters is CreateGuardrail's filtersConfig, and so on in each policy."""
    return {
        name: {GUARDRAIL_WORDS.get(part, part): each for part, each in value.items()} if isinstance(value, dict) else value
        for name, value in answer.items()
    }


def parameters_said(answer: dict[str, Any]) -> dict[str, Any]:
    """Policies of parameters as a list, one object each; PutParameter takes them as one text, which ministack gives back."""
    return {**answer, "Parameters": [_with_policies(each) for each in answer["Parameters"]]} if "Parameters" in answer else answer


def _with_policies(parameter: dict[str, Any]) -> dict[str, Any]:
    text = parameter.get("Policies")
    if not isinstance(text, str):
        return parameter
    policies = [{"PolicyText": json.dumps(each), "PolicyType": each["Type"], "PolicyStatus": "Pending"} for each in json.loads(text)]
    return {**parameter, "Policies": policies}
