"""What is told of the keys of services and of parameters: who reads and changes them that should not, and which key is old.

See docs/decisions/278-keys-of-other-peoples-services.md and 279-what-rotates-and-what-is-told-of.md.
"""

from typing import Any

from aws_cdk import Stack

from stacks.constructs.findings import CALL, Findings, by_others_than
from stacks.constructs.tool_secrets import CHANGES, age_parameter, reader_arn, secret_prefix, setters

RUNBOOK = "docs/operations/secrets.md"
WHERE = {"who": "$.detail.userIdentity.arn", "what": "$.detail.eventName", "address": "$.detail.sourceIPAddress"}
OF_POLICIES = ("DeleteResourcePolicy", "PutResourcePolicy")
OF_PARAMETERS = ("DeleteParameter", "DeleteParameters", "LabelParameterVersion", "PutParameter", "UnlabelParameterVersion")


def tell_of_secrets(findings: Findings) -> None:
    stack, environment = Stack.of(findings), findings.shared.environment
    named = {"requestParameters": {"secretId": _named(stack, secret_prefix(environment))}}
    where = {**WHERE, "secret": "$.detail.requestParameters.secretId"}
    findings.tell(
        "SecretRead",
        pattern=_calls("aws.secretsmanager", ("GetSecretValue",), named, [reader_arn(stack, environment)]),
        says="<who> read, or tried to read, the key <secret> from <address> (<what>)",
        where=where,
        runbook=RUNBOOK,
        reads=True,
    )
    changes = (*(each.partition(":")[2] for each in CHANGES), *OF_POLICIES)
    findings.tell(
        "SecretChanged",
        pattern=_calls("aws.secretsmanager", changes, named, setters(stack, environment)),
        says="<who> changed the key <secret> from <address> (<what>)",
        where=where,
        runbook=RUNBOOK,
    )
    findings.tell(
        "SecretOld",
        pattern={
            "source": ["aws.ssm"],
            "detail-type": ["Parameter Store Policy Action"],
            "detail": {"parameter-name": [{"prefix": age_parameter(environment)}], "policy-type": ["NoChangeNotification"]},
        },
        says="the key whose age is in <parameter> is old: ask its service for a new one and set it",
        where={"parameter": "$.detail.parameter-name"},
        runbook=RUNBOOK,
    )


def tell_of_parameters(findings: Findings) -> None:
    """Commands and functions trust what stands in them. Deploys write them, and whoever sets a key says when."""
    stack, environment = Stack.of(findings), findings.shared.environment
    ours = [{"prefix": f"/causeway/{environment.name}/"}]
    named = {"$or": [{"requestParameters": {"name": ours}}, {"requestParameters": {"names": ours}}]}
    findings.tell(
        "ParameterChanged",
        pattern=_calls("aws.ssm", OF_PARAMETERS, named, setters(stack, environment)),
        says="<who> changed a parameter of the app from <address>: <what> <parameters>",
        where={**WHERE, "parameters": "$.detail.requestParameters"},
        runbook=RUNBOOK,
    )


def _calls(source: str, names: tuple[str, ...], of: dict[str, Any], but: list[str]) -> dict[str, Any]:
    """of: what was asked for. but: ARNs of roles whose calls are expected."""
    return {"source": [source], "detail-type": [CALL], "detail": {"eventName": list(names), **of, "userIdentity": by_others_than(but)}}


def _named(stack: Stack, prefix: str) -> list[dict[str, str]]:
    """Callers name a secret or write its ARN."""
    arn = stack.format_arn(service="secretsmanager", resource="secret", resource_name="").removesuffix("/")
    return [{"prefix": prefix}, {"prefix": f"{arn}:{prefix}"}]
