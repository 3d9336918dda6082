"""What each role of the templates may do: its statements, its wildcards, its boundary, and who assumes it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stacks.reports.templates import Resource, Templates, many

POLICIES = ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy")
HOLDERS = {"AWS::IAM::Role": "RoleName", "AWS::IAM::User": "UserName", "AWS::IAM::Group": "GroupName"}
ALL_BUT = "* but "


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
        """It names `*` as its resource, or everything but some."""
        return any(each == "*" or each.startswith(ALL_BUT) for each in self.resources)

    @property
    def wildcards(self) -> int:
        """Resources, actions included, that are written with a `*` or a `?`."""
        return sum(_is_pattern(each) for each in (*self.resources, *self.actions))


@dataclass(frozen=True)
class Role:
    """Or a user, or a group. name: as the template gives it, else stack and logical id. assumed_by: principals of its trust policy."""

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
    """Every role, user and group, and what no template makes and a policy is attached to; by stack and name."""
    attached = _attached(templates)
    found = [_role(templates, each, attached[each]) for each in templates.all(*HOLDERS)]
    return sorted([*found, *_elsewhere(templates)], key=lambda each: (each.stack, each.name))


def totals(templates: Templates) -> Totals:
    """Of what roles are allowed by their policies; a boundary allows nothing, unless it is also attached."""
    attached = {policy for policies in _attached(templates).values() for policy in policies}
    holders = templates.all(*HOLDERS)
    boundaries = {_boundary(templates, each) for each in holders} - attached
    policies = [each for each in templates.all(*POLICIES) if each not in boundaries]
    written = [each for policy in policies for each in _statements(templates, policy)]
    allowed = [each for each in (*written, *(own for holder in holders for own in _own(templates, holder))) if each.effect == "Allow"]
    return Totals(
        len(allowed),
        sum(each.everything for each in allowed),
        sum(bool(each.wildcards) for each in allowed),
        sum(any(_is_pattern(action) for action in each.actions) for each in allowed),
    )


def _is_pattern(text: str) -> bool:
    return "*" in text or "?" in text


def _role(templates: Templates, role: Resource, policies: Iterable[Resource]) -> Role:
    boundary = _boundary(templates, role)
    return Role(
        name=templates.text(role.stack, role.properties.get(HOLDERS[role.type], str(role))),
        stack=role.stack,
        assumed_by=tuple(_principals(templates, role)) if role.type == "AWS::IAM::Role" else (f"nobody: {role.type}",),
        boundary=str(boundary) if boundary else templates.text(role.stack, role.properties.get("PermissionsBoundary", "")),
        statements=(*_own(templates, role), *(each for policy in policies for each in _statements(templates, policy))),
    )


def _own(templates: Templates, holder: Resource) -> Iterator[Statement]:
    """What stands in the holder itself: policies, and those of AWS or of others that it names, whose statements no template has."""
    for each in holder.properties.get("Policies", []):
        yield from (_statement(templates, holder.stack, raw) for raw in _raw(each))
    for arn in holder.properties.get("ManagedPolicyArns", []):
        if templates.target(holder.stack, arn) is None:
            yield Statement("Allow", (f"* of {templates.text(holder.stack, arn)}",), ("*",), (), False)


def _elsewhere(templates: Templates) -> Iterator[Role]:
    found: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for policy in templates.all(*POLICIES):
        for each in _holders(policy):
            if templates.target(policy.stack, each) is None:
                found[policy.stack, templates.text(policy.stack, each)] += _statements(templates, policy)
    for (stack, name), statements in found.items():
        yield Role(name, stack, ("not known: no template makes it",), "not known", tuple(statements))


def _holders(policy: Resource) -> list[Any]:
    properties = policy.properties
    several = [each for name in ("Roles", "Users", "Groups") for each in properties.get(name, [])]
    return [*several, *(properties[name] for name in HOLDERS.values() if name in properties)]


def _boundary(templates: Templates, role: Resource) -> Resource | None:
    return templates.target(role.stack, role.properties.get("PermissionsBoundary"))


def _attached(templates: Templates) -> Mapping[Resource, list[Resource]]:
    """Role, user or group → its policies, said by the policy or by the holder."""
    found: dict[Resource, list[Resource]] = defaultdict(list)
    for policy in templates.all(*POLICIES):
        for each in _holders(policy):
            if holder := templates.target(policy.stack, each):
                found[holder].append(policy)
    for holder in templates.all(*HOLDERS):
        for each in holder.properties.get("ManagedPolicyArns", []):
            if (shared := templates.target(holder.stack, each)) and shared not in found[holder]:
                found[holder].append(shared)
    return found


def _statements(templates: Templates, policy: Resource) -> list[Statement]:
    return [_statement(templates, policy.stack, raw) for raw in _raw(policy.properties)]


def _raw(properties: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return many(properties["PolicyDocument"]["Statement"])


def _statement(templates: Templates, stack: str, raw: Mapping[str, Any]) -> Statement:
    return Statement(
        effect=raw["Effect"],
        actions=_spoken_of(templates, stack, raw, "Action"),
        resources=_spoken_of(templates, stack, raw, "Resource"),
        named=tuple(found for each in many(raw.get("Resource", [])) if (found := templates.target(stack, each))),
        conditions=bool(raw.get("Condition")),
    )


def _spoken_of(templates: Templates, stack: str, raw: Mapping[str, Any], element: str) -> tuple[str, ...]:
    """The values of an element; of `NotAction` and `NotResource`, one that says so."""
    if but := [templates.text(stack, each) for each in many(raw.get(f"Not{element}", []))]:
        return (ALL_BUT + ", ".join(but),)
    return tuple(templates.text(stack, each) for each in many(raw.get(element, [])))


def _principals(templates: Templates, role: Resource) -> Iterator[str]:
    """Who may assume a role, each once."""
    found = set()
    for statement in many(role.properties.get("AssumeRolePolicyDocument", {}).get("Statement", [])):
        if statement.get("Effect") != "Deny":
            found |= set(principals(templates, role.stack, statement))
    yield from sorted(found)


def principals(templates: Templates, stack: str, statement: Mapping[str, Any]) -> Iterator[str]:
    """Whom a statement of a resource's policy names."""
    for element, prefix in (("Principal", ""), ("NotPrincipal", ALL_BUT)):
        named = statement.get(element, {})
        for each in [named] if isinstance(named, str) else [part for parts in named.values() for part in many(parts)]:
            yield prefix + templates.text(stack, each)
