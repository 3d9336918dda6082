"""The routes of teams and of the list of runs, with their bodies: `POST /v1/teams/{team}/runs`, `GET /v1/runs`, `GET /v1/runs/{run_id}`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, StringConstraints

from causeway.agents.agent import AgentName
from causeway.agents.contract import RUN_ID, RunBody, SpentBody
from causeway.agents.listing import PLACE
from causeway.agents.run import Run
from causeway.approvals.contract import ApprovalState
from causeway.conversations.repeats import REQUEST_NAME
from causeway.language.form import not_blank
from causeway.runtime.routes import Parameter, Reply, Route
from causeway.runtime.schemas import BLANK
from causeway.teams.run import Piece, PieceState, State, TeamRun

LONGEST_TASK = 4000
PAGE = 10
MOST_SHOWN = 200  # characters of a message or task in the list


class TeamRunRequest(BaseModel):
    """What the team is to do."""

    model_config = ConfigDict(extra="forbid", strict=True)

    task: Annotated[
        str,
        StringConstraints(min_length=1, max_length=LONGEST_TASK),
        AfterValidator(not_blank),
        Field(json_schema_extra={"not": {"pattern": BLANK}}),
    ]
    client_token: Annotated[
        str | None,
        StringConstraints(pattern=REQUEST_NAME),
        Field(description="names the run: sent again with the same task, it finds the run that there is, for 7 days"),
    ] = None


class PieceBody(BaseModel):
    """What one role did, or a step of ours such as `verify`.

    key: names it within the run. output: null until it is done. decision: what came of it, in a few words. why: of a failure.
    seconds: of work; waiting for another attempt does not count. ended_at: null before.
    """

    key: str
    step: str
    role: str
    state: PieceState
    input: Mapping[str, Any]
    output: Mapping[str, Any] | None
    decision: str
    why: str
    spent: SpentBody
    seconds: float
    started_at: str
    ended_at: str | None

    @classmethod
    def of(cls, piece: Piece, withheld: bool) -> Self:
        names = cls.model_fields.keys() - {"spent", "started_at", "ended_at"}
        known = {name: getattr(piece, name) for name in names} | ({"input": {}, "output": None} if withheld else {})
        ended = _moment(piece.ended_at) if piece.ended_at else None
        return cls(**known, spent=SpentBody.of(piece.spent), started_at=_moment(piece.started_at), ended_at=ended)


class TeamRunBody(BaseModel):
    """A team's run.

    state: "working", "waiting" for a person's approval, "done" or "failed". stopped: why it ended, "answered" where all have done
    their part; "" before. outcome: the text for the user with its claims and caveats; null before the end.
    pieces: in the order in which they began. approval: of an outcome that a person approves, once one is asked; null otherwise.
    withheld: what roles read and handed in is left out, until a person has approved the outcome.
    """

    kind: Literal["team"] = "team"
    run_id: str
    team: str
    task: str
    state: State
    stopped: str
    outcome: Mapping[str, Any] | None
    approval: ApprovalState | None
    withheld: bool
    pieces: list[PieceBody]
    spent: SpentBody
    created_at: str

    @classmethod
    def of(cls, run: TeamRun) -> Self:
        return cls(
            run_id=run.id,
            team=run.team,
            task=run.task,
            state=run.state,
            stopped=run.stopped,
            outcome=run.outcome,
            approval=ApprovalState.of(run.approval) if run.approval else None,
            withheld=run.withheld,
            pieces=[PieceBody.of(piece, run.withheld) for piece in run.pieces],
            spent=SpentBody.of(run.spent),
            created_at=_iso(run.created_at),
        )


class AnyRunBody(RootModel[Annotated[RunBody | TeamRunBody, Field(discriminator="kind")]]):
    """A run of an agent or of a team, as its `kind` says."""

    @classmethod
    def of(cls, run: Run | TeamRun) -> Self:
        return cls(RunBody.of(run) if isinstance(run, Run) else TeamRunBody.of(run))


class RunRow(BaseModel):
    """name: of the agent or the team. asked: the beginning of the message or the task. stopped: "" until it has ended.

    trigger: the name of the one that began it; "" where its user did.
    """

    kind: Literal["agent", "team"]
    run_id: str
    name: str
    asked: str
    state: str
    stopped: str
    usd: float
    created_at: str
    trigger: str

    @classmethod
    def of(cls, run: Run | TeamRun) -> Self:
        kind: Literal["agent", "team"] = "agent" if isinstance(run, Run) else "team"
        name, asked = (run.agent, run.message) if isinstance(run, Run) else (run.team, run.task)
        return cls(
            kind=kind,
            run_id=run.id,
            name=name,
            asked=asked[:MOST_SHOWN],
            state=run.state,
            stopped=run.stopped or "",
            usd=round(run.spent.usd, 6),
            created_at=_iso(run.created_at),
            trigger=run.trigger if isinstance(run, Run) else "",
        )


class RunRows(BaseModel):
    """Newest first. next: pass it as ?after= for the next page; null on the last."""

    runs: list[RunRow]
    next: str | None


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).isoformat()


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


START = Route(
    "POST",
    "/v1/teams/{team}/runs",
    "Give a team a task",
    Reply(202, "The run has begun, or is the one that this client token began before: look at it again", TeamRunBody),
    body=TeamRunRequest,
    in_path={"team": Parameter(AgentName)},
    problems=(404, 409),
)
LIST = Route(
    "GET",
    "/v1/runs",
    "List one's own runs of agents and teams, and, for administrators, those of the tenant's triggers",
    Reply(200, "Newest first, 10 at a time", RunRows),
    in_query={"after": Parameter(Annotated[str, StringConstraints(pattern=f"^{PLACE}$")], "the `next` of the page before")},
)
SHOW = Route(
    "GET",
    "/v1/runs/{run_id}",
    "See one of one's own runs",
    Reply(200, "What has come of it so far", AnyRunBody),
    in_path={"run_id": Parameter(Annotated[str, StringConstraints(pattern=RUN_ID)])},
    problems=(404,),
)
ROUTES = (START, LIST, SHOW)
