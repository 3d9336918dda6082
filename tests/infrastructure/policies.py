"""What AWS says to a request by one policy: the part of IAM's language that our policies use.

Anything else raises, so that no rule is passed over. Source: "Policy evaluation logic" and "Condition operators", IAM User Guide.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

from tests.infrastructure.resolving import ACCOUNT, resolved
from tests.infrastructure.synthesized import Resource, Synthesized, as_list

Verdict = Literal["allow", "deny", None]
VARIABLE, UNKNOWN = re.compile(r"\$\{(aws:[^}]+)\}"), "\0"


@dataclass(frozen=True)
class Request:
    """One call. context: condition key → value, several for a key that has them, absent where AWS sends none.

    service: the service principal that calls, if one does; role: the ARN of the role that calls, for policies that name it.
    """

    action: str
    resource: str
    context: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict, hash=False)
    service: str | None = None
    role: str | None = None


def verdict(document: Mapping[str, Any], request: Request) -> Verdict:
    """An explicit deny before an allow; None when no statement speaks of the request."""
    effects = {statement["Effect"] for statement in as_list(document["Statement"]) if _speaks_of(statement, request)}
    return "deny" if "Deny" in effects else "allow" if "Allow" in effects else None


def _speaks_of(statement: Mapping[str, Any], request: Request) -> bool:
    unknown = set(statement) - {"Sid", "Effect", "Principal", "Action", "Resource", "NotResource", "Condition"}
    if unknown:
        raise NotImplementedError(f"elements {unknown}")
    return (
        _is_principal(statement.get("Principal", "*"), request)
        and _like(request.action.lower(), (action.lower() for action in as_list(statement["Action"])))
        and ("Resource" not in statement or _like(request.resource, as_list(statement["Resource"])))
        and ("NotResource" not in statement or not _like(request.resource, as_list(statement["NotResource"])))
        and all(
            _holds(operator, key, as_list(values), request)
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _is_principal(principal: Any, request: Request) -> bool:
    if principal == "*" or "*" in as_list(principal.get("AWS", [])):
        return True
    if request.service:
        return request.service in as_list(principal.get("Service", []))
    if request.role and request.role in as_list(principal.get("AWS", [])):
        return True
    account = request.context.get("aws:PrincipalAccount")
    return not {f"arn:aws:iam::{account}:root", account}.isdisjoint(as_list(principal.get("AWS", [])))


def _holds(operator: str, key: str, wanted: list[Any], request: Request) -> bool:
    quantifier, _, single = operator.rpartition(":")
    name, if_exists = single.removesuffix("IfExists"), single.endswith("IfExists")
    given = _sent(request, key)
    wanted = [str(each).lower() if isinstance(each, bool) else each for each in wanted]
    if name == "Null":
        return (given is None) == (wanted == ["true"])
    negated, test = OPERATORS[name]
    wanted = _without_variables(wanted, request)
    if quantifier:
        if quantifier != "ForAllValues" or negated:
            raise NotImplementedError(operator)
        return all(test(each, wanted) for each in as_list(given or []))
    if given is None:
        return negated or if_exists
    if isinstance(given, list):
        raise NotImplementedError(f"{operator} of several values of {key}")
    return test(str(given), wanted) != negated


def _sent(request: Request, key: str) -> str | list[str] | None:
    found = {each.lower(): value for each, value in request.context.items()}.get(key.lower())
    return list(found) if isinstance(found, tuple) else found


def _without_variables(wanted: list[str], request: Request) -> list[str]:
    """Variables of the policy filled in; a value whose variable the request does not have equals nothing."""
    filled = [VARIABLE.sub(lambda found: str(_sent(request, found[1]) or UNKNOWN), str(each)) for each in wanted]
    return [each for each in filled if UNKNOWN not in each]


def _like(given: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(given, pattern.replace("[", "[[]")) for pattern in patterns)


def _below(given: str, wanted: list[str]) -> bool:
    return any(float(given) < float(each) for each in wanted)


def _above(given: str, wanted: list[str]) -> bool:
    return any(float(given) > float(each) for each in wanted)


def _equals(given: str, wanted: list[str]) -> bool:
    return given in wanted


# Operator → whether it is negated, and the test it negates. Our ARNs hold no colon in their last part, which ArnLike would not cross.
OPERATORS: Mapping[str, tuple[bool, Callable[[str, list[str]], bool]]] = {
    "StringEquals": (False, _equals),
    "StringNotEquals": (True, _equals),
    "StringLike": (False, _like),
    "Bool": (False, _equals),
    "ArnEquals": (False, _like),
    "ArnLike": (False, _like),
    "ArnNotLike": (True, _like),
    "NumericGreaterThan": (False, _above),
    "NumericLessThan": (False, _below),
}


class Resolver:
    """Writes out the references of one environment's templates, as CloudFormation will, with ids of our choosing."""

    def __init__(self, app: Synthesized) -> None:
        self._app = app

    def document(self, resource: Resource, property_name: str) -> dict[str, Any]:
        """A policy of a resource."""
        written: dict[str, Any] = self.value(resource.stack, resource.properties[property_name])
        return written

    def value(self, stack: str, value: Any) -> Any:
        return resolved(self._app, stack, value, self._naming)

    def arn(self, resource: Resource) -> str:
        match resource.type:
            case "AWS::S3::Bucket":
                return f"arn:aws:s3:::{self._reference(resource)}"
            case "AWS::IAM::Role":
                return f"arn:aws:iam::{ACCOUNT}:role/{self._reference(resource)}"
            case "AWS::KMS::Key":
                return f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{resource.stack}.{resource.id}"
        return f"arn:aws:any:us-east-1:{ACCOUNT}:{resource.id}"

    def roles(self, policy: Resource) -> Iterator[Resource]:
        """Those a managed policy is attached to."""
        for reference in policy.properties.get("Roles", []):
            role = self._app.target(policy.stack, reference)
            assert role is not None, policy
            yield role

    def _naming(self, resource: Resource, attribute: str) -> str:
        return {"Ref": self._reference, "Arn": self.arn}.get(attribute, lambda each: f"{each.id}.{attribute}")(resource)

    def _reference(self, resource: Resource) -> str:
        name = resource.properties.get("BucketName") or resource.properties.get("RoleName")
        if resource.type == "AWS::S3::Bucket" and not name:
            return f"{resource.stack}-{resource.id}".lower()  # CloudFormation's own names begin so, and policies that go by names see it
        if resource.type == "AWS::IAM::Role" and not name:
            return f"{resource.stack}-{resource.id}"
        return str(self.value(resource.stack, name)) if name else resource.id
