"""What an agent is: domains/NAME/agents/AGENT.yaml."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

AGENT_NAME = r"^[a-z][a-z0-9-]{0,39}$"
AgentName = Annotated[str, StringConstraints(pattern=AGENT_NAME)]


class Limits(BaseModel):
    """When a turn is stopped. seconds: of work; the time that a user takes to consent does not count.

    failures: of tools, in a row. tokens: sent and written, of all the turn's model calls. usd: of the model and the tools.
    consent_hours: after which an unanswered question to the user counts as no.
    hand_off_seconds: for which another agent may do nothing of what it was handed, without waiting for the user.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    iterations: int = Field(default=8, ge=1, le=20)
    seconds: int = Field(default=60, ge=5, le=600)
    failures: int = Field(default=3, ge=1, le=10)
    tokens: int = Field(default=40_000, ge=1000)
    usd: float = Field(default=0.25, gt=0)
    consent_hours: int = Field(default=24, ge=1, le=168)
    hand_off_seconds: int = Field(default=300, ge=30, le=3600)


class Agent(BaseModel):
    """title: for people. instructions: for the model. tools: that it may be offered, by name.

    skills: what others may hand to it, in a sentence for their models; "" for nothing. hands_off_to: agents to which it may hand off.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: AgentName
    title: str = Field(min_length=1)
    instructions: str = Field(min_length=1)
    tools: tuple[str, ...] = Field(min_length=1)
    skills: str = Field(default="", max_length=500)
    hands_off_to: tuple[AgentName, ...] = ()
    limits: Limits = Limits()
    max_tokens: int = Field(default=1024, ge=1, le=8192)


def withdrawn(name: str) -> Agent:
    """Stands for an agent that its domain no longer has: its runs are only ended."""
    return Agent(name=name, title=name, instructions="Do nothing.", tools=("none",))
