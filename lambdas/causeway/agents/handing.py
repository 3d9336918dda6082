"""The tool by which an agent hands the turn to another, and when it may not. See docs/decisions/217-hand-offs-between-agents.md."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from causeway.agents.agent import Agent, Limits
from causeway.agents.progress import CallProgress, Progress
from causeway.agents.tool import HAND_OFF, Calling, Tool

PERMITTED = "hands_off_to"  # the agent's file permits it; no policy gives or takes a right by it
LONGEST_TASK = 2000
LONGEST_CHAIN = 3  # agents, the first among them
AT_MOST = 2  # hand-offs to the same agent in a turn
DESCRIBED = """Hands the turn to another agent, which does what you cannot, for the same user and with the user's rights.
Its answer comes back as the result, and you go on. Agents:
{skills}"""


class ToHandOff(BaseModel):
    """Arguments; `to` is narrowed to the agents that there are."""

    model_config = ConfigDict(extra="forbid")

    to: str
    task: str = Field(
        min_length=1,
        max_length=LONGEST_TASK,
        description="what it is to do and all that it has to know of this; it reads the user's message too",
    )


def hand_off_tool(agent: Agent, agents: Mapping[str, Agent]) -> Tool[Any] | None:
    """None for an agent that hands off to nobody that there is."""
    others = [agents[name] for name in agent.hands_off_to if name in agents]
    if not others:
        return None
    skills = "\n".join(f"- {each.name}: {each.skills}" for each in others)
    return Tool(HAND_OFF, DESCRIBED.format(skills=skills), _arguments([each.name for each in others]), _never)


def _arguments(names: Sequence[str]) -> type[ToHandOff]:
    def known(to: str) -> str:
        if to not in names:
            raise ValueError(f"there is no agent {to!r} to hand off to; there are: {', '.join(names)}")
        return to

    to = Annotated[str, AfterValidator(known), Field(description="the agent's name", json_schema_extra={"enum": list(names)})]
    return create_model("HandOff", __base__=ToHandOff, to=(to, ...))


def _never(arguments: ToHandOff, calling: Calling) -> str:
    raise NotImplementedError("the loop hands off; no function runs")


def why_not(call: CallProgress, earlier: Sequence[CallProgress], progress: Progress) -> str:
    """Why a call may not hand off, in words for the model; "" when it may. earlier: calls of the run before it."""
    handed, to = progress.begun.handed, call.call.arguments.get("to")
    chain = handed.chain if handed else ()
    if to in chain:
        return f"Not done: {to} handed this on itself and waits for it. Do what you can without it, and say in your answer what is missing."
    if len(chain) >= LONGEST_CHAIN:
        return "Not done: too many agents have handed this on already. Do what you can, and say in your answer what is missing."
    if sum(bool(each.handed) and each.call.arguments.get("to") == to for each in earlier) >= AT_MOST:
        return f"Not done: {to} has been handed something {AT_MOST} times in this turn. Use what it said, and answer."
    return ""


def left_for_others(progress: Progress, limits: Limits) -> tuple[float, int]:
    """US dollars and tokens that another agent may use: what is left of the turn when its model has read the answer."""
    last = progress.rounds[-1].reply
    usd = limits.usd - progress.spent.usd - last.usd_to_read
    return usd, limits.tokens - progress.spent.tokens - last.usage.input_tokens - last.usage.output_tokens
