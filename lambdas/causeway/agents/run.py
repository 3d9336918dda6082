"""A run: one turn of an agent, from the user's message to its end, however long that takes and however often it is interrupted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from causeway.conversations.keys import Owner
from causeway.models.acting import ToolCall

State = Literal["working", "waiting", "done"]  # waiting: for the user's consent
Stopped = Literal[
    "answered",
    "iterations",
    "deadline",
    "failures",
    "repeated-call",
    "no-progress",
    "tokens",
    "cost",
    "guardrail",
    "consent-expired",
    "model-unavailable",
    "ping-pong",  # agents handed the same to one another
    "switched-off",
    "interrupted",  # attempts to go on ended one after another without a step
]
Outcome = Literal["waiting", "running", "done", "failed", "refused", "declined", "unknown"]


@dataclass(frozen=True)
class HandOff:
    """To whom a call has handed the turn. run_id: of that agent. state: of that run."""

    agent: str
    run_id: str
    state: State


@dataclass(frozen=True)
class Call:
    """A call of a tool. outcome: "waiting" for consent; "refused" by a policy or as malformed; "declined" by the user; "unknown" when
    it was interrupted and may not be repeated. content: as the model reads it. asks: what the user is asked, "" where nothing is.
    withheld, cut: what is left out of the content, as in `steps.Returned`. hand_off: of a call that handed the turn to another agent.
    """

    call: ToolCall
    outcome: Outcome
    content: str = ""
    asks: str = ""
    cost_usd: float = 0.0
    withheld: int = 0
    cut: int = 0
    hand_off: HandOff | None = None


@dataclass(frozen=True)
class Spent:
    """By one run so far: by its model calls, its tools and the agents that it handed something to.

    model_calls: how many.
    Data class: internal.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    usd: float = 0.0
    model_calls: int = 0

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True)
class Run:
    """id: 32 hexadecimal digits, the same for the same owner, agent and client token. created_at: seconds since 1970.

    stopped: why it ended, None before. text: the answer, or what was found until it was stopped.
    trigger: the name of the one that began it, "" where its user did.
    """

    id: str
    owner: Owner
    agent: str
    message: str
    created_at: int
    session_id: str | None = None
    state: State = "working"
    stopped: Stopped | None = None
    text: str = ""
    calls: Sequence[Call] = ()
    spent: Spent = field(default_factory=Spent)
    trigger: str = ""
