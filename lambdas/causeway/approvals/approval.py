"""What a person is asked to decide, and what became of it. See docs/decisions/208-approval-by-task-token.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from causeway.conversations.keys import Owner

APPROVERS = "approvers"  # the group of the tenant whose members decide
Way = Literal["link", "api", "expiry"]
State = Literal["waiting", "approved", "rejected", "expired"]


@dataclass(frozen=True)
class Decision:
    """by: the approver's name in the user pool, "" where nobody decided in time. at: seconds since 1970.

    approved: the outcome. way: by which it came.
    Data class: restricted; approved, way, at: internal.
    """

    approved: bool
    by: str
    way: Way
    at: int


@dataclass(frozen=True)
class Approval:
    """outcome: what the team found, as its contract has it. until: seconds since 1970; no decision by then is a no.

    execution: ARN of the execution that asks. A decision holds for this execution and this outcome, and for no other.
    token: by which the state machine waits now; a reminder brings another. told: names of those who were sent a link.
    version: grows with each change; 0 before it is written.
    asked_at, reminded_at: seconds since 1970. decision: of the approver.
    Data class: restricted; run_id, team, execution, asked_at, until, token, reminded_at, version: internal.
    """

    run_id: str
    owner: Owner
    team: str
    task: str
    outcome: Mapping[str, Any]
    execution: str
    asked_at: int
    until: int
    token: str
    told: Sequence[str] = ()
    reminded_at: int = 0
    decision: Decision | None = None
    version: int = 0

    @property
    def state(self) -> State:
        if self.decision is None:
            return "waiting"
        if self.decision.way == "expiry":
            return "expired"
        return "approved" if self.decision.approved else "rejected"

    def is_of(self, execution: str, outcome: Mapping[str, Any]) -> bool:
        """Whether it is about this outcome of this execution: a run of the same name may have been before."""
        return self.execution == execution and self.outcome == outcome

    def changed(self, **changes: Any) -> Self:
        return replace(self, version=self.version + 1, **changes)

    def is_task_of(self, name: str) -> bool:
        """Whether it is this person's task: nobody approves their own. name: in the user pool, in whatever case."""
        return self.owner.name.casefold() == name.casefold()
