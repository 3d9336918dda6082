"""IAM is enforced here as on AWS: by ministack's own evaluator, with what it lacks added.

Every signed request is checked against the policies of its role, the role's boundary, the session's policy, and the policy of the bucket,
key, queue, topic or table. The account's owner (whose key is in `state.json`) may do everything, as root may. What a service does in our
name (a state machine's call of a service, a rule's target) is not checked: those calls pass no policy of ministack's.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from local.cloud import emulator
from local.cloud.leading_keys import leading_keys
from local.settings import ACCOUNT, REGION

ROWS = "causeway:rows"  # a key of ours, from the request to the check: table → partition keys
OF_VERSION = "causeway:version"  # likewise: the first object of a batch that is deleted is named with its version
LEADING_KEYS = "dynamodb:LeadingKeys"
INVOKE = {"Converse": "InvokeModel", "ConverseStream": "InvokeModelWithResponseStream"}
GUARDRAIL = re.compile(r"/guardrail/([^/]+)/version/[^/]+/apply")
_GEOGRAPHY = re.compile(r"(?:us|eu|apac|au|jp|ca|us-gov|global)\.")
_SESSION = re.compile(r".+:assumed-role/([^/]+)/(.+)")
_VARIABLE = re.compile(r"\$\{(aws:PrincipalTag/[^}]+)\}")

Enforce = Callable[..., Any]


def install() -> None:
    app, evaluator, actions = (emulator.part(name) for name in ("app", "core.iam_evaluator", "core.iam_actions"))
    pin, resolve, met = app.pin_request_origin, evaluator._resolve_condition_key, evaluator._conditions_met
    # Nothing leaves this machine, so nothing is encrypted on its way; on AWS everything is.
    app.pin_request_origin = lambda address, secure: pin(address, True)
    actions.extract_resource_arn = _knowing_guardrails(actions.extract_resource_arn)
    actions.request_tag_context = _with_more(actions.request_tag_context)
    ours = {"aws:principalarn": _principal, "aws:sourcevpc": _vpc}
    evaluator._resolve_condition_key = lambda key, context: (
        ours[key.lower()](context.principal_arn) if key.lower() in ours else resolve(key, context)
    )
    evaluator._conditions_met = lambda conditions, context: met(filled_in(conditions, lambda key: resolve(key, context)), context)
    evaluator.enforce = _enforcing(evaluator.enforce)


def _knowing_guardrails(resource_of: Callable[..., str]) -> Callable[..., str]:
    """What names the resource of a request, also of one that asks a guardrail by itself."""

    def run(service: str, method: str, path: str, *more: Any) -> str:
        asked = GUARDRAIL.fullmatch(path) if service == "bedrock-runtime" else None
        return guardrail_arn(unquote(asked[1])) if asked else resource_of(service, method, path, *more)

    return run


def _with_more(keys_of: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """What gives a request's condition keys, with those of DynamoDB's rows, of Bedrock's guardrail and of versions in S3."""

    def run(service: str, action: str, body: bytes, parameters: Any) -> dict[str, Any]:
        keys = keys_of(service, action, body, parameters)
        if service == "dynamodb":
            return {**keys, ROWS: leading_keys(body, _partition_key)}
        if action == "s3:DeleteObject" and body:
            deleted = emulator.part("core.iam_actions")._s3_batch_delete_targets("", body)
            return {**keys, **({OF_VERSION: True} if deleted and deleted[0][1] else {})}
        return {**keys, **guardrail(body)} if service == "bedrock-runtime" else keys

    return run


def guardrail(body: bytes) -> dict[str, str]:
    """The key that says which guardrail a request to a model names, with its version; none where it names none."""
    try:
        asked = json.loads(body or b"{}").get("guardrailConfig") or {}
    except (AttributeError, ValueError):
        return {}
    if not (name := asked.get("guardrailIdentifier")):
        return {}
    return {"bedrock:GuardrailIdentifier": f"{guardrail_arn(name)}:{asked.get('guardrailVersion', '')}"}


def guardrail_arn(name: str) -> str:
    """Of a guardrail that is named by its id or its ARN."""
    return name if name.startswith("arn:") else f"arn:aws:bedrock:{REGION}:{ACCOUNT}:guardrail/{name}"


def _enforcing(enforce: Enforce) -> Enforce:
    """`enforce` with the actions and resources of a request as AWS checks them; a refusal is written to the log."""

    def run(access_key: str, action: str, service: str, region: str, resource_arn: str = "*", service_context: Any = None) -> Any:
        for checked, arn, keys in checks(action, resource_arn, service_context or {}):
            denied = enforce(access_key, checked, service, region, resource_arn=arn, service_context=keys)
            if denied:
                who, why = getattr(denied, "principal_arn", ""), getattr(denied, "decision", "") or getattr(denied, "message", "")
                print(f"denied: {who or 'nobody known'} may not {checked} on {arn}: {why}", file=sys.stderr, flush=True)
                return denied
        return None

    return run


def checks(action: str, resource: str, keys: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Action, resource and condition keys of each check that AWS makes of one request."""
    service, _, name = action.partition(":")
    given = {key: value for key, value in keys.items() if key not in (ROWS, OF_VERSION)}
    if service == "sqs":
        # A batch has the rights of its single action.
        yield action.removesuffix("Batch"), resource, given
    elif OF_VERSION in keys:
        yield "s3:DeleteObjectVersion", resource, given
    elif service == "bedrock" and name in ("InvokeModel", "InvokeModelWithResponseStream", *INVOKE):
        yield from _of_model(f"bedrock:{INVOKE.get(name, name)}", resource, given)
    elif rows := keys.get(ROWS, {}).get(resource.partition("/")[2].partition("/")[0]):
        yield action, resource, {**given, LEADING_KEYS: rows}
    else:
        yield action, resource, given


def _of_model(action: str, resource: str, keys: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The inference profile by itself, then its model when it is reached through the profile."""
    place, _, model = resource.partition("::foundation-model/")
    geography = _GEOGRAPHY.match(model)
    if not geography:
        yield action, resource, keys
        return
    profile = f"{place}:{ACCOUNT}:inference-profile/{model}"
    yield action, profile, keys
    yield action, f"{place}::foundation-model/{model[geography.end() :]}", {**keys, "bedrock:InferenceProfileArn": profile}


def filled_in(conditions: Any, value_of: Callable[[str], Any]) -> Any:
    """Conditions of a statement with the caller's tags in place of `${aws:PrincipalTag/...}`.

    A variable without a value stays as it is, and so matches nothing; so does one whose value has a wildcard in it.
    """
    if isinstance(conditions, Mapping):
        return {key: filled_in(each, value_of) for key, each in conditions.items()}
    if isinstance(conditions, list):
        return [filled_in(each, value_of) for each in conditions]

    def value(found: re.Match[str]) -> str:
        known = str(value_of(found[1]) or "")
        return known if known and not set("*?") & set(known) else found[0]

    return _VARIABLE.sub(value, conditions) if isinstance(conditions, str) else conditions


def _principal(caller: str) -> str:
    """What AWS compares with `aws:PrincipalArn`: of a session its role, without the session's name."""
    session = _SESSION.fullmatch(caller)
    role = emulator.part("services.iam")._roles.get(session[1]) if session else None
    return str(role["Arn"]) if role else caller


def _vpc(caller: str) -> str | None:
    """The VPC from which a function calls, which gives its session its own name; None for whoever calls from outside of any."""
    session = _SESSION.fullmatch(caller)
    function = emulator.part("services.lambda_svc")._functions.get(session[2]) if session else None
    network = ((function or {}).get("config") or {}).get("VpcConfig") or {}
    subnets = emulator.part("services.ec2")._subnets
    return next((subnets[each]["VpcId"] for each in network.get("SubnetIds", ()) if each in subnets), None)


def _partition_key(table: str, index: str) -> str:
    """The name of the attribute by which a table, or an index of it, is divided; "" for one that is not there."""
    found = emulator.part("services.dynamodb")._tables.get(table) or {}
    indexes = {each["IndexName"]: each for each in found.get("GlobalSecondaryIndexes") or ()}
    schema = (indexes.get(index, {}) if index else found).get("KeySchema") or []
    return next((each["AttributeName"] for each in schema if each["KeyType"] == "HASH"), "")
