"""The toolbox of a domain: its tools, its policies over the user's groups as they are now, and the tenant's records and documents."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from causeway.agents.domain import AgentDomain
from causeway.agents.rights import Concerned, Principal
from causeway.agents.steps import Seen
from causeway.agents.tool import NO_FUNCTIONS, NO_QUESTIONS, Functions, Knowledge, Questions, Records, Tool
from causeway.agents.toolbox import Offer, Permit, Services
from causeway.conversations.keys import Owner
from causeway.permissions.permissions import Permissions


class DomainToolbox:
    """As `Toolbox`. Groups are read at every question, never kept: a right that was taken away is gone with the next call."""

    def __init__(
        self,
        domain: AgentDomain,
        permissions: Permissions,
        records: Callable[[str], Records],
        knowledge: Callable[[Owner], Knowledge],
        functions: Functions = NO_FUNCTIONS,
        questions: Callable[[Owner], Questions] = lambda owner: NO_QUESTIONS,
    ) -> None:
        """records: of a tenant. knowledge: of a user. questions: of a user's tenant, as far as the user may read them."""
        self._domain, self._permissions, self._functions = domain, permissions, functions
        self._records, self._knowledge, self._questions = records, knowledge, questions

    def offered(self, owner: Owner) -> Sequence[Tool[Any]]:
        principal = self._principal(owner)
        return Offer((tool for tool in self._domain.tools.values() if self._domain.rights.may_ever(principal, tool)), principal.groups)

    def permits(self, owner: Owner, tool: Tool[Any], arguments: BaseModel) -> Permit:
        """Of a record that does not exist nothing is permitted: nobody learns which ids there are."""
        principal, concerned = self._principal(owner), self._concerned(owner, tool, arguments)
        permit = self._domain.rights.permits(principal, tool, arguments, concerned)
        return replace(permit, seen=_seen(principal, tool, concerned))

    def services(self, owner: Owner) -> Services:
        return Services(self._records(owner.tenant), self._knowledge(owner), self._functions, self._questions(owner))

    def _principal(self, owner: Owner) -> Principal:
        return Principal(owner.tenant, owner.name, self._permissions.of(owner.tenant, owner.name).groups)

    def _concerned(self, owner: Owner, tool: Tool[Any], arguments: BaseModel) -> Concerned | None:
        if tool.about is None:
            return None
        kind, id = tool.about(arguments)
        found = self._records(owner.tenant).get(kind, id)
        return None if found is None else Concerned(kind, found)


def _seen(principal: Principal, tool: Tool[Any], concerned: Concerned | None) -> Seen:
    groups = sorted(principal.groups)
    if concerned is None:
        return Seen(groups, found=tool.about is None)
    return Seen(groups, concerned.kind, str(concerned.record.get("owner") or ""))
