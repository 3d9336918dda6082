"""The tool by which a role hands in its work, and a toolbox that has it beside the domain's tools."""

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel

from causeway.agents.tool import Calling, Refused, Tool
from causeway.agents.toolbox import Permit, Services, Toolbox
from causeway.conversations.keys import Owner
from causeway.teams.contracts import OUTPUTS, Handed, Output, Plan
from causeway.teams.team import Team

HAND_IN = "hand_in"


def hand_in(output: Output, team: Team) -> Tool[Any]:
    """The call is the answer; what does not fit goes back to the model as a tool's own no."""
    contract = OUTPUTS[output]
    check: Callable[[Any], None] = _planned(team.handing_in("findings")) if contract is Plan else lambda handed: None
    return Tool(name=HAND_IN, description=f"Hands in your work. {contract.__doc__}", arguments=contract, run=_run(check))


def _run(check: Callable[[Any], None]) -> Callable[[Handed, Calling], str]:
    def run(handed: Handed, calling: Calling) -> str:
        check(handed)
        return "Handed in."

    return run


def _planned(workers: Sequence[str]) -> Callable[[Plan], None]:
    def check(plan: Plan) -> None:
        if unknown := [task.role for task in plan.tasks if task.role not in workers]:
            raise Refused(f"There is no role {', '.join(dict.fromkeys(unknown))}; there are: {', '.join(workers)}. Hand in again.")

    return check


class RoleToolbox:
    """As `Toolbox`. Handing in is a right of each role; all else is asked of the domain's policies for the user."""

    def __init__(self, toolbox: Toolbox, tool: Tool[Any]) -> None:
        self._toolbox, self._tool = toolbox, tool

    def offered(self, owner: Owner) -> Sequence[Tool[Any]]:
        return [*self._toolbox.offered(owner), self._tool]

    def permits(self, owner: Owner, tool: Tool[Any], arguments: BaseModel) -> Permit:
        return Permit(True, "role") if tool is self._tool else self._toolbox.permits(owner, tool, arguments)

    def services(self, owner: Owner) -> Services:
        return self._toolbox.services(owner)
