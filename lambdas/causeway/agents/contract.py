"""The routes of agents: `POST /v1/agents/{agent}/turns`, and `/v1/runs/{run_id}/approval` with the user's consent, and their bodies."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, StringConstraints

from causeway.agents.agent import AgentName
from causeway.agents.run import Call, HandOff, Outcome, Run, Spent, State, Stopped
from causeway.approvals.contract import ApprovalDecided
from causeway.conversations.contract import SessionId
from causeway.conversations.repeats import REQUEST_NAME
from causeway.language.form import not_blank
from causeway.runtime.routes import Parameter, Reply, Route
from causeway.runtime.schemas import BLANK

LONGEST_MESSAGE = 4000
RUN_ID = r"^[0-9a-f]{32}$"


class TurnRequest(BaseModel):
    """What the user says to the agent."""

    model_config = ConfigDict(extra="forbid", strict=True)

    message: Annotated[
        str,
        StringConstraints(min_length=1, max_length=LONGEST_MESSAGE),
        AfterValidator(not_blank),
        Field(json_schema_extra={"not": {"pattern": BLANK}}),
    ]
    session_id: Annotated[SessionId | None, Field(description="of `POST /v1/sessions`: the turn follows those before it")] = None
    client_token: Annotated[
        str | None,
        StringConstraints(pattern=REQUEST_NAME),
        Field(description="names the turn: sent again with the same message, it finds the run that there is, for 7 days"),
    ] = None


class ApprovalRequest(BaseModel):
    """The user's answer to what a call asks; or, without a call, an approver's decision about the outcome of a team's run."""

    model_config = ConfigDict(extra="forbid", strict=True)

    call_id: Annotated[
        str | None, StringConstraints(min_length=1, max_length=256), Field(description="of the call whose `asks` is answered")
    ] = None
    approve: Annotated[bool, Field(description="false declines")]


class HandOffBody(BaseModel):
    """The agent that a call has handed the turn to, and how far its run is: `GET /v1/runs/{run_id}`.

    state: "waiting" where that run asks the user; the approval goes to that run.
    """

    agent: str
    run_id: str
    state: State

    @classmethod
    def of(cls, hand_off: HandOff) -> Self:
        return cls(agent=hand_off.agent, run_id=hand_off.run_id, state=hand_off.state)


class CallBody(BaseModel):
    """A call of a tool.

    outcome: "waiting" for consent; "refused" by a policy, or as malformed; "declined" by the user; "unknown" when it was interrupted
    and may not be repeated. result: as the model reads it. asks: what the user is asked before the tool runs; "" where nothing is.
    hand_off: of a call that hands the turn to another agent; cost_usd has what that agent has cost.
    """

    call_id: str
    tool: str
    arguments: Mapping[str, Any] = Field(description="as the model wrote them")
    outcome: Outcome
    result: str
    asks: str
    cost_usd: float
    hand_off: HandOffBody | None = None

    @classmethod
    def of(cls, call: Call) -> Self:
        return cls(
            call_id=call.call.id,
            tool=call.call.name,
            arguments=call.call.arguments,
            outcome=call.outcome,
            result=call.content,
            asks=call.asks,
            cost_usd=call.cost_usd,
            hand_off=HandOffBody.of(call.hand_off) if call.hand_off else None,
        )


class SpentBody(BaseModel):
    """What the run has used so far: tokens as the model counts them; usd of the model and the tools."""

    input_tokens: int
    output_tokens: int
    model_calls: int
    usd: float

    @classmethod
    def of(cls, spent: Spent) -> Self:
        return cls(
            input_tokens=spent.input_tokens, output_tokens=spent.output_tokens, model_calls=spent.model_calls, usd=round(spent.usd, 6)
        )


class RunBody(BaseModel):
    """One turn of an agent.

    state: "working", "waiting" for the user's consent, here or in a run that a call has handed the turn to, or "done".
    stopped: why it ended, "answered" where the model ended it; null before.
    answer: the agent's, or what was found until it was stopped; "" before. calls: in the order in which the model asked for them.
    """

    kind: Literal["agent"] = "agent"
    run_id: str
    agent: str
    session_id: str | None
    message: str
    state: State
    stopped: Stopped | None
    answer: str
    calls: list[CallBody]
    spent: SpentBody
    created_at: str

    @classmethod
    def of(cls, run: Run) -> Self:
        return cls(
            run_id=run.id,
            agent=run.agent,
            session_id=run.session_id,
            message=run.message,
            state=run.state,
            stopped=run.stopped,
            answer=run.text,
            calls=[CallBody.of(call) for call in run.calls],
            spent=SpentBody.of(run.spent),
            created_at=datetime.fromtimestamp(run.created_at, UTC).isoformat(),
        )


class RunOrApproval(RootModel[RunBody | ApprovalDecided]):
    """The user's run with what was consented to; or the approval that was decided."""


_RUN = {"run_id": Parameter(Annotated[str, StringConstraints(pattern=RUN_ID)])}
_LATER = "The run goes on: look at it again"

TURN = Route(
    "POST",
    "/v1/agents/{agent}/turns",
    "Say something to an agent",
    Reply(200, "The turn has ended, or waits for the user's consent", RunBody, later=_LATER),
    body=TurnRequest,
    in_path={"agent": Parameter(AgentName)},
    problems=(404, 409),
)
DECIDE = Route(
    "POST",
    "/v1/runs/{run_id}/approval",
    "Consent to what a run asks, or decline it; approve a team's outcome, or reject it",
    Reply(200, "The turn has ended or waits for another consent, or the outcome is decided", RunOrApproval, later=_LATER),
    body=ApprovalRequest,
    in_path=_RUN,
    problems=(404, 409),
)
ROUTES = (TURN, DECIDE)
