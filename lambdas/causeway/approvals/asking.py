"""A state machine asks for a decision: it is kept with the run, and approvers are sent their links."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from aws_lambda_powertools.metrics import MetricUnit

from causeway.approvals.approval import APPROVERS, Approval, Decision
from causeway.approvals.links import Link, Links
from causeway.approvals.notices import Notices
from causeway.approvals.store import Approvals
from causeway.approvals.tasks import Tasks
from causeway.conversations.keys import Owner
from causeway.permissions.administration import Administration
from causeway.runtime.errors import Throttled
from causeway.runtime.logs import hashed, logger, metrics
from causeway.runtime.tables import Overtaken

TRIES = 5
PAGE = 100  # members of a tenant that are read at a time


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a state machine asks. token: of the state that waits; "" for the step `expire`, after which nothing waits.

    execution: its ARN. owner, task: whose run it is and what of. outcome: of the team. seconds: until the approval expires, from the
    step `ask` on. address: of the page for approvers.
    """

    step: Literal["ask", "remind", "expire"]
    token: str
    execution: str
    run_id: str
    owner: Owner
    team: str
    task: str
    outcome: Mapping[str, Any]
    seconds: int
    address: str


class Asking:
    """Raises the DependencyErrors of what keeps approvals, members and links, and of what sends messages; all can be done again."""

    def __init__(
        self,
        approvals: Approvals,
        links: Links,
        notices: Notices,
        tasks: Tasks,
        members: Administration,
        now: Callable[[], float] = time.time,
    ) -> None:
        """now: seconds since 1970."""
        self._approvals, self._links, self._notices, self._tasks, self._members, self._now = approvals, links, notices, tasks, members, now

    def take(self, asked: Asked) -> dict[str, Any]:
        """The decision, for the step `expire`; else how the approval stands and how many were sent a link."""
        if asked.step == "expire":
            return asdict(self._expired(asked))
        names = sorted(name for name in self._approvers(asked.owner.tenant) if name.casefold() != asked.owner.name.casefold())
        approval = self._written(asked, lambda found: self._asked(found, asked, names))
        if approval.decision:  # it came between two tokens, or before an attempt that is repeated
            self._tasks.tell(asked.token, approval.decision)
        else:
            self._tell(approval, asked.address)
        return {"state": approval.state, "told": len(names)}

    def _expired(self, asked: Asked) -> Decision:
        """Nobody's no, unless somebody has decided."""
        approval = self._written(asked, lambda found: found if found.decision else found.changed(decision=self._nobodys()))
        if approval.decision is None:
            raise RuntimeError("an approval that has expired is without a decision")
        logger.info("approval ended", extra={"run": approval.run_id, "team": approval.team, "state": approval.state})
        return approval.decision

    def _written(self, asked: Asked, change: Callable[[Approval], Approval]) -> Approval:
        """The approval as `change` wants it, however many others write at the same time."""
        for _ in range(TRIES):
            found = self._approvals.read(asked.owner.tenant, asked.run_id)
            base = found if found and found.is_of(asked.execution, asked.outcome) else self._new(asked, found.version if found else 0)
            wanted = change(base)
            try:
                if wanted != found:
                    self._approvals.save(wanted)
            except Overtaken:  # by an approver, at this very moment
                continue
            return wanted
        raise Throttled("runs", "other writers of this approval were always faster")

    def _new(self, asked: Asked, version: int) -> Approval:
        """Not yet written: `changed` makes it the version after the one that is there."""
        now = int(self._now())
        return Approval(
            run_id=asked.run_id,
            owner=asked.owner,
            team=asked.team,
            task=asked.task,
            outcome=asked.outcome,
            execution=asked.execution,
            asked_at=now,
            until=now + asked.seconds,
            token=asked.token,
            version=version,
        )

    def _asked(self, found: Approval, asked: Asked, names: list[str]) -> Approval:
        """Who is sent a link is written before it is sent. A decision that is there stays as it is."""
        reminded = int(self._now()) if asked.step == "remind" else found.reminded_at
        return found if found.decision else found.changed(token=asked.token, told=names, reminded_at=reminded)

    def _nobodys(self) -> Decision:
        return Decision(approved=False, by="", way="expiry", at=int(self._now()))

    def _tell(self, approval: Approval, address: str) -> None:
        for name in approval.told:
            link = Link(approval.owner.tenant, approval.run_id, name, approval.until)
            self._notices.send(approval, name, f"{address}?link={self._links.signed(link)}")
        if not approval.told:
            metrics.add_metric(name="ApprovalsWithoutApprover", unit=MetricUnit.Count, value=1)
        told = [hashed(name) for name in approval.told]
        logger.info("approval asked", extra={"run": approval.run_id, "team": approval.team, "told": told})

    def _approvers(self, tenant: str) -> Iterator[str]:
        after: str | None = None
        while True:
            groups, after = self._members.members(tenant, PAGE, after)
            yield from (name for name, theirs in groups.items() if APPROVERS in theirs)
            if after is None:
                return
