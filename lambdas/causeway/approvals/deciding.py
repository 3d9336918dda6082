"""People decide: by their link or by their ID token, each once, and never about their own task."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from causeway.approvals.approval import APPROVERS, Approval, Decision, Way
from causeway.approvals.links import Link, Links
from causeway.approvals.problems import (
    already_decided,
    another_link,
    expired,
    link_expired,
    no_approval,
    no_link,
    not_an_approver,
    own_task,
)
from causeway.approvals.store import Approvals
from causeway.approvals.tasks import Tasks
from causeway.permissions.permissions import Permissions
from causeway.runtime.errors import Throttled
from causeway.runtime.logs import hashed, logger
from causeway.runtime.tables import Overtaken

TRIES = 5


@dataclass(frozen=True)
class Decided:
    """heard: whether the state machine waited for it. If not, it finds the decision when it asks again, or has ended."""

    approval: Approval
    heard: bool


class Deciding:
    """Raises the DependencyErrors of what keeps approvals, groups and links, and of the state machines.

    Whatever fails, the same decision can be sent again.
    """

    def __init__(
        self, approvals: Approvals, permissions: Permissions, tasks: Tasks, links: Links | None = None, now: Callable[[], float] = time.time
    ) -> None:
        """links: None where nobody decides by a link. now: seconds since 1970."""
        self._approvals, self._permissions, self._tasks, self._links, self._now = approvals, permissions, tasks, links, now

    def waiting(self, tenant: str, name: str, limit: int, after: str | None) -> tuple[list[Approval], str | None]:
        """A page of what waits for such an approver, and where to go on, None at the end; a page may be empty before the end.

        Raises a 403 Problem for whoever is no approver.
        """
        self.require_approver(tenant, name)
        found, following = self._approvals.page(tenant, limit, after)
        now = self._now()
        return [each for each in found if each.decision is None and each.until > now and not each.is_task_of(name)], following

    def shown(self, tenant: str, name: str, run_id: str) -> Approval:
        """As an approver may see it. name: in the user pool.

        Raises a 403 Problem for whoever is no approver, or whose task it is, and a 404 Problem without such an approval.
        """
        self.require_approver(tenant, name)
        approval = self._approvals.read(tenant, run_id)
        if approval is None:
            raise no_approval()
        if approval.is_task_of(name):
            raise own_task()
        return approval

    def shown_by(self, text: str) -> tuple[Approval, Link]:
        """As `shown`, for whoever has a link.

        Raises a 403 Problem for a link that is not ours, a 410 Problem for one past its time, a 409 Problem for one of an earlier request.
        """
        link = self._links.opened(text) if self._links else None
        if link is None:
            raise no_link()
        approval = self.shown(link.tenant, link.approver, link.run_id)
        if approval.until != link.until:
            raise another_link()
        if approval.decision is None and approval.until <= self._now():
            raise link_expired()
        return approval, link

    def decide_by(self, text: str, approve: bool) -> Decided:
        """As `decide`, and raises what `shown_by` raises."""
        approval, link = self.shown_by(text)
        return self._decide(approval, link.approver, approve, "link")

    def decide(self, tenant: str, name: str, run_id: str, approve: bool) -> Decided:
        """The same decision again changes nothing, and is told to the state machine again.

        Raises what `shown` raises, and a 409 Problem when it was decided otherwise or nobody decided in time.
        """
        return self._decide(self.shown(tenant, name, run_id), name, approve, "api")

    def require_approver(self, tenant: str, name: str) -> None:
        """Raises a 403 Problem. Groups are read each time: who has left the group decides nothing from then on."""
        if APPROVERS not in self._permissions.of(tenant, name).groups:
            raise not_an_approver()

    def _decide(self, approval: Approval, name: str, approve: bool, way: Way) -> Decided:
        decided = self._written(approval, Decision(approve, name, way, int(self._now())))
        decision = decided.decision
        if decision is None or decision.way == "expiry":
            raise expired()
        if decision.approved != approve:
            raise already_decided(decision)
        heard = self._tasks.tell(decided.token, decision)
        logger.info(
            "approval decided", extra={"run": decided.run_id, "state": decided.state, "way": way, "by": hashed(name), "heard": heard}
        )
        return Decided(decided, heard)

    def _written(self, approval: Approval, decision: Decision) -> Approval:
        """The approval with a decision: this one, or one that was there before. Without any when it came too late."""
        for _ in range(TRIES):
            if approval.decision or approval.until <= decision.at:
                return approval
            wanted = approval.changed(decision=decision)
            try:
                self._approvals.save(wanted)
            except Overtaken:
                approval = self._approvals.read(approval.owner.tenant, approval.run_id) or approval
            else:
                return wanted
        raise Throttled("runs", "other writers of this approval were always faster")
