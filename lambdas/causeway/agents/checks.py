"""What a call that the model asks for comes to before it runs: a tool with validated arguments that the user's rights permit, or a no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from causeway.agents.handing import PERMITTED
from causeway.agents.steps import Returned, Seen
from causeway.agents.tool import HAND_OFF, Tool
from causeway.agents.toolbox import Toolbox
from causeway.conversations.keys import Owner
from causeway.models.acting import ToolCall

MOST_FAULTS = 5  # of the arguments that the model is told at once


@dataclass(frozen=True)
class Ready:
    """policy: the id of the one that permits it. seen: what it permits it by."""

    call: ToolCall
    tool: Tool[Any]
    arguments: BaseModel
    policy: str
    seen: Seen | None = None

    @property
    def question(self) -> str:
        """What the user is asked before it runs, "" for nothing."""
        return self.tool.consent.format_map(self.arguments.model_dump()) if self.tool.consent else ""

    @property
    def acts(self) -> bool:
        return self.tool.effect == "once"


class Checks:
    """Of the calls of one user. offered: the tools that the model was offered, by name. groups: by which they were, None if nobody said."""

    def __init__(self, toolbox: Toolbox, owner: Owner, offered: Mapping[str, Tool[Any]], groups: Sequence[str] | None = None) -> None:
        self._toolbox, self._owner, self._offered = toolbox, owner, offered
        self._seen = None if groups is None else Seen(groups)
        self._checked: dict[str, Ready | Returned] = {}

    def __call__(self, call: ToolCall) -> Ready | Returned:
        """The same for the same call: its user's rights are looked at once in a process."""
        if call.id not in self._checked:
            self._checked[call.id] = self._check(call)
        return self._checked[call.id]

    def _check(self, call: ToolCall) -> Ready | Returned:
        tool = self._offered.get(call.name)
        if tool is None:
            names = ", ".join(sorted(self._offered)) or "none"
            said = f"There is no tool {call.name} for this user. Tools: {names}."
            return Returned(call.id, "refused", said, "unknown-tool", seen=self._seen)
        try:
            arguments = tool.arguments.model_validate(dict(call.arguments))
        except ValidationError as error:
            return Returned(call.id, "refused", _faults(error), "arguments", seen=self._seen)
        if tool.name == HAND_OFF:
            return Ready(call, tool, arguments, PERMITTED, self._seen)
        permit = self._toolbox.permits(self._owner, tool, arguments)
        if not permit.allowed:
            said = "This user may not do this. Tell them so; do not try it in another way."
            return Returned(call.id, "refused", said, "policy", permit.policy, seen=permit.seen)
        return Ready(call, tool, arguments, permit.policy, permit.seen)


def _faults(error: ValidationError) -> str:
    """Every wrong argument with what is allowed, as a model can mend it."""
    faults = [f"{'.'.join(map(str, each['loc'])) or 'arguments'}: {each['msg']}" for each in error.errors(include_url=False)]
    more = f"; and {len(faults) - MOST_FAULTS} more" if len(faults) > MOST_FAULTS else ""
    return f"The arguments are not valid, and nothing was done. {'; '.join(faults[:MOST_FAULTS])}{more}. Correct them and call again."
