"""Calls of tools that a caller dictates, as over MCP: a run each, by the same loop as an agent's, with the caller in the model's place."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from causeway.agents.agent import Agent
from causeway.agents.loop import Means
from causeway.models.acting import ActReply, ActRequest, ToolCall
from causeway.models.chat import Usage
from causeway.runtime.deadlines import Deadline

CALLER = "~mcp"  # in place of an agent's name; none of a domain's and none in a path can be this
ENDED = "The call has ended."


def dictating(tools: Iterable[str]) -> Agent:
    """In place of an agent: it may use every tool, within the caller's rights and the limits of a turn."""
    known = Agent(name="caller", title="Caller", instructions="Make the call.", tools=(*tools,) or ("none",))
    return known.model_copy(update={"name": CALLER})


def message_of(tool: str, arguments: Mapping[str, Any]) -> str:
    """The call as the message of its run."""
    return json.dumps({"tool": tool, "arguments": arguments}, ensure_ascii=False, sort_keys=True)


class Dictated:
    """An `ActingModel` that asks for the one call that its message says, and ends the run once the call has its result."""

    def act(self, request: ActRequest, deadline: Deadline) -> ActReply:
        if request.messages[-1].results:
            return ActReply(ENDED, [], "end_turn", Usage())
        wanted = json.loads(request.messages[0].text)
        return ActReply("", [ToolCall("dictated", wanted["tool"], wanted["arguments"])], "tool_use", Usage())


def means_of(agent: str, means: Means) -> Means:
    """What a run of this agent works with: no model is asked for a call that was dictated, so none needs time."""
    return replace(means, model=Dictated(), along=None, model_seconds=0.0) if agent == CALLER else means
