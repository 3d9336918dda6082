"""What the loop asks of whoever holds the tools: which there are for a user, what a call may do, and what tools work with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel

from causeway.agents.steps import Seen
from causeway.agents.tool import NO_FUNCTIONS, NO_QUESTIONS, Functions, Knowledge, Questions, Records, Tool
from causeway.conversations.keys import Owner


@dataclass(frozen=True)
class Permit:
    """policy: the id of the policy that decided, "" when none permits it. seen: what it decided by, None where nobody said."""

    allowed: bool
    policy: str = ""
    seen: Seen | None = None


class Offer(list[Tool[Any]]):
    """Tools, with the groups of the user by which they are offered."""

    def __init__(self, tools: Iterable[Tool[Any]], groups: Iterable[str]) -> None:
        super().__init__(tools)
        self.groups = sorted(groups)


@dataclass(frozen=True)
class Services:
    """What a tool may use of one user's, as in `Calling`."""

    records: Records
    knowledge: Knowledge
    functions: Functions = NO_FUNCTIONS
    questions: Questions = NO_QUESTIONS


class Toolbox(Protocol):
    """May raise a DependencyError: the run then stays as it is, and is gone on with later."""

    def offered(self, owner: Owner) -> Sequence[Tool[Any]]:
        """Tools that the owner's rights may permit with some arguments; an `Offer` says by which groups."""
        ...

    def permits(self, owner: Owner, tool: Tool[Any], arguments: BaseModel) -> Permit:
        """Asked before every call with its validated arguments, and once more when consent has come."""
        ...

    def services(self, owner: Owner) -> Services: ...
