"""The routes of approvals: `/v1/approvals` for approvers with an ID token, and the page behind a signed link; and their bodies."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, RootModel, StringConstraints

from causeway.approvals.approval import Approval, Decision, State, Way
from causeway.approvals.deciding import Decided
from causeway.approvals.links import LONGEST
from causeway.approvals.store import CURSOR
from causeway.runtime.routes import Parameter, Reply, Route

Word = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]


class DecisionBody(BaseModel):
    """by: the approver's name in the user pool, null where nobody decided in time. way: "link", "api" or "expiry"."""

    approved: bool
    by: str | None
    way: Way
    at: str

    @classmethod
    def of(cls, decision: Decision) -> Self:
        return cls(approved=decision.approved, by=decision.by or None, way=decision.way, at=_moment(decision.at))


class ApprovalState(BaseModel):
    """How an approval stands, for the one whose run it is.

    state: "waiting", "approved", "rejected" or "expired". told: who was sent a link. until: no decision by then is a no.
    """

    state: State
    asked_at: str
    reminded_at: str | None
    until: str
    told: list[str]
    decision: DecisionBody | None

    @classmethod
    def of(cls, approval: Approval) -> Self:
        return cls(**_state(approval))


class ApprovalBody(ApprovalState):
    """What waits for a decision, or was decided, for approvers. owner: whose task it is. outcome: by the contract of the team."""

    run_id: str
    team: str
    owner: str
    task: str
    outcome: Mapping[str, Any]

    @classmethod
    def of(cls, approval: Approval) -> Self:
        return cls(**_state(approval), **_facts(approval))


class ApprovalDecided(ApprovalBody):
    """heard: whether the run waited for the decision. If not, it takes it when it asks again, or it has ended."""

    heard: bool

    @classmethod
    def of_decided(cls, decided: Decided) -> Self:
        return cls(**_state(decided.approval), **_facts(decided.approval), heard=decided.heard)


class ApprovalList(BaseModel):
    """What waits in the tenant, without the caller's own tasks. next: pass it as ?after= for the next page; null on the last."""

    approvals: list[ApprovalBody]
    next: str | None


class Page(RootModel[str]):
    """A page for people, in HTML."""


class DecisionForm(BaseModel):
    """What the page's form sends."""

    model_config = ConfigDict(extra="forbid")

    link: Word
    decision: Literal["approve", "reject"]


def _state(approval: Approval) -> dict[str, Any]:
    return {
        "state": approval.state,
        "asked_at": _moment(approval.asked_at),
        "reminded_at": _moment(approval.reminded_at) if approval.reminded_at else None,
        "until": _moment(approval.until),
        "told": list(approval.told),
        "decision": DecisionBody.of(approval.decision) if approval.decision else None,
    }


def _facts(approval: Approval) -> dict[str, Any]:
    names = {"run_id": approval.run_id, "team": approval.team, "owner": approval.owner.name}
    return {**names, "task": approval.task, "outcome": approval.outcome}


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


LIST = Route(
    "GET",
    "/v1/approvals",
    "See what waits for approval, as an approver",
    Reply(200, "A page of what waits", ApprovalList),
    in_query={"after": Parameter(Annotated[str, StringConstraints(pattern=CURSOR)], "`next` of the page before")},
)
SHOW_PAGE = Route(
    "GET",
    "/v1/approvals/page",
    "See what is to be decided, by a signed link; nothing is decided by it",
    Reply(200, "A page with the outcome and a form; with another status, a page that says why there is none", Page, media_type="text/html"),
    in_query={"link": Parameter(Word, "of the message", required=True)},
    open_to_all=True,
)
DECIDE_PAGE = Route(
    "POST",
    "/v1/approvals/page",
    "Approve or reject, by a signed link",
    Reply(200, "A page that says what was decided; with another status, a page that says why not", Page, media_type="text/html"),
    body=DecisionForm,
    body_type="application/x-www-form-urlencoded",
    open_to_all=True,
)
ROUTES = (LIST, SHOW_PAGE, DECIDE_PAGE)
