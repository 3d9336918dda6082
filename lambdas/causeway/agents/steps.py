"""The steps of a run, each written before the next begins. Folding them gives its state: see `progress`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeVar

from pydantic import Field, TypeAdapter

from causeway.agents.run import Outcome, Spent, Stopped
from causeway.agents.sent import Sent
from causeway.models.acting import Said, ToolCall
from causeway.models.chat import Usage

Reason = Literal[
    "",
    "unknown-tool",
    "arguments",
    "policy",
    "repeated",
    "budget",
    "cut",
    "refused",
    "error",
    "timeout",
    "interrupted",
    "guardrail",
    "unchecked",
    "loop",
]
GUARDRAIL: Literal["guardrail"] = "guardrail"
UNCHECKED: Literal["unchecked"] = "unchecked"


@dataclass(frozen=True, kw_only=True)
class Worked:
    """seconds: of work since the step before, in the process that wrote both. at: seconds since 1970.

    Data class: internal.
    """

    seconds: float = 0.0
    at: int = 0


@dataclass(frozen=True)
class Seen:
    """What policies saw when they decided about a call: the user's groups, and kind and owner of the record that it concerns.

    found: whether there is such a record; a tool that concerns none has kind "".
    groups: of the user.
    Data class: restricted; kind, found: internal.
    """

    groups: Sequence[str]
    kind: str = ""
    owner: str = ""
    found: bool = True


@dataclass(frozen=True)
class Inspection:
    """What a guardrail was asked about the arguments or the result of a call. policies: of it, that intervened. seconds: it took.

    Data class: internal.
    """

    usd: float
    seconds: float
    policies: Sequence[str] = ()

    def after(self, before: "Inspection | None") -> "Inspection":
        """Both."""
        if before is None:
            return self
        return Inspection(self.usd + before.usd, self.seconds + before.seconds, sorted({*self.policies, *before.policies}))


@dataclass(frozen=True)
class Established:
    """A result of the agent that hands off, as it was left after screening; by the name of its tool.

    tool: name of the tool.
    Data class: restricted; tool: internal.
    """

    tool: str
    content: str


@dataclass(frozen=True)
class HandedOver:
    """What a run has from the agent that handed it over. run_id, call_id: of that agent's run and call.

    chain: agents from the first on, this one last. task: that agent's words, screened. usd, tokens: the most that this run may use.
    established: what that agent's tools said.
    Data class: restricted; run_id, call_id, chain, usd, tokens: internal.
    """

    run_id: str
    call_id: str
    chain: Sequence[str]
    task: str
    established: Sequence[Established]
    usd: float
    tokens: int


@dataclass(frozen=True)
class Begun(Worked):
    """earlier: turns of the conversation before. code: names the elements around what tools return, new for each run.

    key: hashes the words of a run that belongs to no conversation. handed: of a run that another agent began.
    trigger: the name of the one that began it, "" where its user did.
    message: of the user.
    Data class: restricted; seconds, at, code, trigger, kind: internal.
    """

    message: str
    code: str
    earlier: Sequence[Said] = ()
    key: str = field(default="", repr=False)
    handed: HandedOver | None = None
    trigger: str = ""
    kind: Literal["begun"] = "begun"


@dataclass(frozen=True)
class Replied(Worked):
    """What the model said. Its calls have ids of ours, no two of a run the same, whatever the model named them.

    sent: the request that it answers.
    calls: of tools, that it asks for. stop_reason: the model's own word. usd_to_read: what it costs to read this again. policies: of the
    guardrail, that assessed something.
    Data class: restricted; seconds, at, stop_reason, usage, usd, usd_to_read, policies, kind: internal.
    """

    text: str
    calls: Sequence[ToolCall]
    stop_reason: str
    usage: Usage
    usd: float
    usd_to_read: float
    policies: Sequence[str] = ()
    sent: Sent | None = None
    kind: Literal["replied"] = "replied"


@dataclass(frozen=True)
class Running(Worked):
    """A call that must not happen twice is about to run. inspection: of its arguments, where the step before did not say.

    call_id: of the call. seen: by the policies.
    Data class: restricted; seconds, at, call_id, inspection, kind: internal.
    """

    call_id: str
    seen: Seen | None = None
    inspection: Inspection | None = None
    kind: Literal["running"] = "running"


@dataclass(frozen=True)
class Handed(Worked):
    """A call hands the turn to the agent `to`, whose run is `run_id`. That run may not exist yet: whoever goes on begins it.

    call_id: of the call. to: name of the agent.
    Data class: internal.
    """

    call_id: str
    to: str
    run_id: str
    kind: Literal["handed"] = "handed"


@dataclass(frozen=True)
class Returned(Worked):
    """What came of a call. reason: why it was not done. policy: that decided about it.

    withheld: sentences of the result that instruct a model, and were left out. cut: characters left out because it was too long.
    inspection: of the result, and of the arguments of a call that does not act. used: by the agent that the call handed the turn to.
    call_id, outcome: of the call. seen: by the policies.
    Data class: restricted; seconds, at, call_id, outcome, reason, policy, usd, withheld, cut, inspection, used, kind: internal.
    """

    call_id: str
    outcome: Outcome
    content: str
    reason: Reason = ""
    policy: str = ""
    usd: float = 0.0
    withheld: int = 0
    cut: int = 0
    seen: Seen | None = None
    inspection: Inspection | None = None
    used: Spent | None = None
    kind: Literal["returned"] = "returned"

    @property
    def is_data(self) -> bool:
        """Whether the words are a tool's and not ours."""
        return self.reason == "refused" or (self.outcome == "done" and self.reason not in (GUARDRAIL, UNCHECKED))


@dataclass(frozen=True)
class Asked(Worked):
    """The user is asked for consent to a call. until: seconds since 1970; no answer by then is a no.

    call_id: of the call. question: to the user. seen: by the policies. inspection: of the arguments.
    Data class: restricted; seconds, at, call_id, until, inspection, kind: internal.
    """

    call_id: str
    question: str
    until: int
    seen: Seen | None = None
    inspection: Inspection | None = None
    kind: Literal["asked"] = "asked"


@dataclass(frozen=True)
class Decided(Worked):
    """What the user answered.

    call_id: of the call. approved: by the user.
    Data class: internal.
    """

    call_id: str
    approved: bool
    kind: Literal["decided"] = "decided"


@dataclass(frozen=True)
class Ended(Worked):
    """kept_back: what was wrong with sentences of the model that the user does not see, as `safety.leaks` names it.

    stopped: why.
    Data class: restricted; seconds, at, stopped, kept_back, kind: internal.
    """

    stopped: Stopped
    text: str
    kept_back: Sequence[str] = ()
    kind: Literal["ended"] = "ended"


AnyStep = Begun | Replied | Running | Handed | Returned | Asked | Decided | Ended
Step = TypeVar("Step", bound=AnyStep)
_ADAPTER: TypeAdapter[AnyStep] = TypeAdapter(Annotated[AnyStep, Field(discriminator="kind")])


def written(step: AnyStep) -> str:
    return _ADAPTER.dump_json(step).decode()


def read(text: str) -> AnyStep:
    """Raises ValidationError for what `written` did not write."""
    return _ADAPTER.validate_json(text)
