"""Who may use which tool: Cedar policies of the domain, evaluated here. See docs/decisions/202-rights-of-tools-are-cedar-policies.md.

A policy speaks of a principal of type User, in its Groups, with `tenant` and `name`; of an action with the tool's name; and of a resource:
the Record that a call concerns, with `tenant`, `kind` and `owner`, the Host that it goes to, with `host`, or the Tenant. The context has
the arguments that are texts, whole numbers or truths. Nothing is permitted unless a policy says so, and none reaches over tenants,
whatever it says. Users and records are known by their attributes and have no ids of their own here: names of people, in whatever script,
are data and never Cedar's text.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cedarpy import AuthzResult, Decision, PolicySet, Schema, is_authorized, is_authorized_partial
from pydantic import BaseModel

from causeway.agents.policies import faults_in, permitted
from causeway.agents.tool import Record, Tool
from causeway.agents.toolbox import Permit

OVER_TENANTS = '@id("no-reach-over-tenants") forbid (principal, action, resource) unless { resource.tenant == principal.tenant };\n'
KEPT = 4096  # answers to whether a user may ever use a tool: some 300 bytes each
NOBODY = "\n"  # no user has this name: a record without an owner is not that of a user without a name
_TEXT = {"type": "String"}
_SEEN: Mapping[str, str] = {"string": "String", "integer": "Long", "boolean": "Boolean"}  # of JSON Schema, of Cedar
_ENTITIES: Mapping[str, Any] = {
    "Group": {},
    "User": {"memberOfTypes": ["Group"], "shape": {"type": "Record", "attributes": {"tenant": _TEXT, "name": _TEXT}}},
    "Tenant": {"shape": {"type": "Record", "attributes": {"tenant": _TEXT}}},
    "Host": {"shape": {"type": "Record", "attributes": {"tenant": _TEXT, "host": _TEXT}}},
    "Record": {"shape": {"type": "Record", "attributes": {"tenant": _TEXT, "kind": _TEXT, "owner": _TEXT}}},
}


class InvalidPolicies(ValueError):
    """Policies that cannot be used; the message has a line for each fault, with the policy's file and line."""


@dataclass(frozen=True)
class Principal:
    """A user. groups: as they are at this moment."""

    tenant: str
    name: str
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Concerned:
    """The record that a call concerns."""

    kind: str
    record: Record


class Rights:
    """What the policies of a domain permit. digest: changes with the policies and with the tools that they see."""

    def __init__(self, policies: Mapping[str, str], tools: Iterable[Tool[Any]]) -> None:
        """policies: Cedar's text by the file's name. Raises InvalidPolicies for such as do not fit the tools."""
        self._tools = {tool.name: tool for tool in tools}
        schema = json.dumps(schema_of(self._tools.values()))
        if faults := faults_in(policies, schema):
            raise InvalidPolicies("\n".join(faults))
        self._written = written = OVER_TENANTS + "\n".join(policies.values())
        self._schema = Schema.from_json_str(schema)
        self._policies = PolicySet.from_str(written)
        self.digest = sha256(f"{written}\n{schema}".encode()).hexdigest()[:32]
        self._ever = lru_cache(maxsize=KEPT)(self._decided_in_part)

    def permitted_to_nobody(self) -> list[str]:
        """Names of tools that no policy permits."""
        return sorted(self._tools.keys() - permitted(self._written, self._tools))

    def permits(self, principal: Principal, tool: Tool[Any], arguments: BaseModel, concerned: Concerned | None) -> Permit:
        """concerned: what a tool that is about records has found; without it nothing is permitted."""
        if tool.about and concerned is None:
            return Permit(allowed=False)
        resource = _resource(principal.tenant, tool, arguments, concerned)
        request = {**_asked(principal, tool), "resource": _uid(resource), "context": _context(tool, arguments)}
        found = is_authorized(request, self._policies, [*_user(principal), resource], schema=self._schema)
        return Permit(found.allowed, _deciding(found))

    def may_ever(self, principal: Principal, tool: Tool[Any]) -> bool:
        """Whether any arguments, and any record, would be permitted. Kept for the user in these groups: policies do not change."""
        return self._ever(principal, tool.name)

    def _decided_in_part(self, principal: Principal, name: str) -> bool:
        tool = self._tools[name]
        request: dict[str, Any] = {
            **_asked(principal, tool),
            "resource": None if tool.about or tool.reaches else _uid(_tenant(principal.tenant)),
        }
        entities = [*_user(principal), _tenant(principal.tenant)]
        return is_authorized_partial(request, self._policies, entities).decision is not Decision.Deny


def schema_of(tools: Iterable[Tool[Any]]) -> dict[str, Any]:
    """Cedar's schema, in its JSON: an action for each tool."""
    return {"": {"entityTypes": _ENTITIES, "actions": {tool.name: {"appliesTo": _applies(tool)} for tool in tools}}}


def _applies(tool: Tool[Any]) -> dict[str, Any]:
    context = {name: {"type": _SEEN[kind], "required": name in tool.schema.get("required", ())} for name, kind in _seen(tool).items()}
    resource = "Record" if tool.about else "Host" if tool.reaches else "Tenant"
    return {"principalTypes": ["User"], "resourceTypes": [resource], "context": {"type": "Record", "attributes": context}}


def _seen(tool: Tool[Any]) -> dict[str, str]:
    """Arguments that policies see, with their type in JSON Schema."""
    kinds = {name: str(described.get("type", "")) for name, described in tool.schema.get("properties", {}).items()}
    return {name: kind for name, kind in kinds.items() if kind in _SEEN}


def _context(tool: Tool[Any], arguments: BaseModel) -> dict[str, Any]:
    values = arguments.model_dump(mode="json")
    return {name: values[name] for name in _seen(tool) if values.get(name) is not None}


def _asked(principal: Principal, tool: Tool[Any]) -> dict[str, Any]:
    return {"principal": _uid(_user(principal)[0]), "action": _written(_uid_of("Action", tool.name))}


def _user(principal: Principal) -> list[dict[str, Any]]:
    """The user's entity, and those of the groups."""
    groups = [_uid_of("Group", group) for group in sorted(principal.groups)]
    attributes = {"tenant": principal.tenant, "name": principal.name}
    user = {"uid": _uid_of("User", "caller"), "attrs": attributes, "parents": groups}
    return [user, *({"uid": group, "attrs": {}, "parents": []} for group in groups)]


def _resource(tenant: str, tool: Tool[Any], arguments: BaseModel, concerned: Concerned | None) -> dict[str, Any]:
    if concerned:
        return _record(tenant, concerned)
    return _host(tenant, tool.reaches(arguments)) if tool.reaches else _tenant(tenant)


def _host(tenant: str, host: str) -> dict[str, Any]:
    """Seen by a tenant: a host belongs to none, so no policy about tenants keeps anybody from it."""
    return {"uid": _uid_of("Host", "reached"), "attrs": {"tenant": tenant, "host": host}, "parents": []}


def _tenant(tenant: str) -> dict[str, Any]:
    return {"uid": _uid_of("Tenant", "own"), "attrs": {"tenant": tenant}, "parents": []}


def _record(tenant: str, concerned: Concerned) -> dict[str, Any]:
    attributes = {"tenant": tenant, "kind": concerned.kind, "owner": str(concerned.record.get("owner") or NOBODY)}
    return {"uid": _uid_of("Record", "concerned"), "attrs": attributes, "parents": []}


def _uid_of(kind: str, name: str) -> dict[str, str]:
    return {"type": kind, "id": name}


def _uid(entity: Mapping[str, Any]) -> str:
    return _written(entity["uid"])


def _written(uid: Mapping[str, str]) -> str:
    return f'{uid["type"]}::"{uid["id"]}"'


def _deciding(found: AuthzResult) -> str:
    """Names of the policies that decided."""
    return ",".join(sorted(set(found.diagnostics.id_annotations_by_reason.values())))
