"""What each role of the templates may do: its statements, its wildcards, its boundary, and who assumes it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stacks.reports.templates import Resource, Templates, many

POLICIES = ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy")


@dataclass(frozen=True)
class Statement:
    """One statement of a policy of a role. named: the resources that the templates hold, of those it names."""

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    named: tuple[Resource, ...]
    conditions: bool

    @property
    def everything(self) -> bool:
        """It names `*` as its resource."""
        return "*" in self.resources

    @property
    def wildcards(self) -> int:
        """Resources, actions included, that are written with a `*`."""
        return sum("*" in each for each in (*self.resources, *self.actions))


@dataclass(frozen=True)
class Role:
    """name: as the template gives it, else stack and logical id. assumed_by: principals of its trust policy."""

    name: str
    stack: str
    assumed_by: tuple[str, ...]
    boundary: str
    statements: tuple[Statement, ...]

    @property
    def allowed(self) -> list[Statement]:
        return [each for each in self.statements if each.effect == "Allow"]


@dataclass(frozen=True)
class Totals:
    """Of the policies of an environment, each statement once however many roles share it."""

    statements: int
    everything: int
    with_wildcards: int
    actions_with_wildcards: int


def roles(templates: Templates) -> list[Role]:
    """Every role, by its stack and name."""
    attached = _attached(templates)
    found = [_role(templates, each, attached[each]) for each in templates.all("AWS::IAM::Role")]
    return sorted(found, key=lambda each: (each.stack, each.name))


def totals(templates: Templates) -> Totals:
    """Of what roles are allowed by their policies; a boundary allows nothing, unless it is also attached."""
    attached = {policy for policies in _attached(templates).values() for policy in policies}
    boundaries = {_boundary(templates, role) for role in templates.all("AWS::IAM::Role")} - attached
    policies = [each for each in templates.all(*POLICIES) if each not in boundaries]
    allowed = [each for policy in policies for each in _statements(templates, policy) if each.effect == "Allow"]
    return Totals(
        len(allowed),
        sum(each.everything for each in allowed),
        sum(bool(each.wildcards) for each in allowed),
        sum(any("*" in action for action in each.actions) for each in allowed),
    )


def _role(templates: Templates, role: Resource, policies: Iterable[Resource]) -> Role:
    boundary = _boundary(templates, role)
    inline = [_statement(templates, role.stack, raw) for each in role.properties.get("Policies", []) for raw in _raw(each)]
    return Role(
        name=templates.text(role.stack, role.properties.get("RoleName", str(role))),
        stack=role.stack,
        assumed_by=tuple(_principals(templates, role)),
        boundary=str(boundary) if boundary else templates.text(role.stack, role.properties.get("PermissionsBoundary", "")),
        statements=(*inline, *(each for policy in policies for each in _statements(templates, policy))),
    )


def _boundary(templates: Templates, role: Resource) -> Resource | None:
    return templates.target(role.stack, role.properties.get("PermissionsBoundary"))


def _attached(templates: Templates) -> Mapping[Resource, list[Resource]]:
    """Role → its policies, said by the policy or by the role."""
    found: dict[Resource, list[Resource]] = defaultdict(list)
    for policy in templates.all(*POLICIES):
        for each in policy.properties.get("Roles", []):
            if role := templates.target(policy.stack, each):
                found[role].append(policy)
    for role in templates.all("AWS::IAM::Role"):
        for each in role.properties.get("ManagedPolicyArns", []):
            if (shared := templates.target(role.stack, each)) and shared not in found[role]:
                found[role].append(shared)
    return found


def _statements(templates: Templates, policy: Resource) -> list[Statement]:
    return [_statement(templates, policy.stack, raw) for raw in _raw(policy.properties)]


def _raw(properties: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return many(properties["PolicyDocument"]["Statement"])


def _statement(templates: Templates, stack: str, raw: Mapping[str, Any]) -> Statement:
    resources = many(raw.get("Resource", []))
    return Statement(
        effect=raw["Effect"],
        actions=tuple(many(raw.get("Action", []))),
        resources=tuple(templates.text(stack, each) for each in resources),
        named=tuple(found for each in resources if (found := templates.target(stack, each))),
        conditions=bool(raw.get("Condition")),
    )


def _principals(templates: Templates, role: Resource) -> Iterator[str]:
    """Who may assume a role, each once."""
    found = set()
    for statement in many(role.properties.get("AssumeRolePolicyDocument", {}).get("Statement", [])):
        principal = statement.get("Principal", {})
        for each in [principal] if isinstance(principal, str) else [part for parts in principal.values() for part in many(parts)]:
            found.add(templates.text(role.stack, each))
    yield from sorted(found)
