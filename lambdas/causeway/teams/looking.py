"""The runs that a user sees, of agents and of teams alike: one of them, or a page of all.

They are the user's own, those that a trigger began for them, of whom it knew the name, and, for administrators, those of the tenant's
triggers.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from causeway.agents.agents import Agents
from causeway.agents.listing import Listed, RunList
from causeway.agents.run import Run
from causeway.agents.triggered import of_service, of_user
from causeway.approvals.store import Approvals
from causeway.conversations.keys import Owner
from causeway.permissions.permissions import Permissions
from causeway.runtime.problems import Problem, not_found
from causeway.teams.record import TeamRecord
from causeway.teams.run import TeamRun

NOT_FOUND = 404
# Longer than a piece of work takes with every attempt: whoever worked on the run is gone, and its execution has alarmed.
SILENT_SECONDS = 2 * 3600


class Looking:
    """Raises the DependencyErrors of what keeps runs."""

    def __init__(
        self,
        agents: Agents,
        teams: TeamRecord,
        listed: RunList,
        approvals: Approvals,
        permissions: Permissions,
        now: Callable[[], float] = time.time,
    ) -> None:
        """now: seconds since 1970."""
        self._permissions = permissions
        self._agents, self._teams, self._listed, self._approvals, self._now = agents, teams, listed, approvals, now

    def at(self, owner: Owner, run_id: str) -> Run | TeamRun:
        """Raises a 404 Problem for a run that the owner does not see."""
        missing = None
        for each in self._whose(owner):
            try:
                return self._agents.show(each, run_id)
            except Problem as problem:
                if problem.status != NOT_FOUND:
                    raise
                missing = missing or problem
        return self._of_team(owner, run_id, missing)

    def asked_of(self, owner: Owner, run_id: str) -> Owner:
        """In whose name the run is whose question the user may answer: the user's own, or one that a trigger began for them."""
        named = of_user(owner.tenant, owner.name)
        return named if owner.name and self._agents.has(named, run_id) else owner

    def over(self, owner: Owner, limit: int, after: str | None) -> tuple[Sequence[Run | TeamRun], str | None]:
        """A page of all, newest first, and where the next one begins."""
        pages = [(each, *self._listed.page(each, limit, after)) for each in self._whose(owner)]
        found = sorted(((listed.place, each, listed) for each, page, _ in pages for listed in page), key=lambda one: one[0], reverse=True)
        shown, more = found[:limit], len(found) > limit or any(following for _, _, following in pages)
        runs = [run for _, each, listed in shown if (run := self._of(each, listed))]
        return runs, shown[-1][0] if shown and more else None

    def _whose(self, owner: Owner) -> Iterator[Owner]:
        """In whose name the runs are that the user sees: first the user's own."""
        yield owner
        if owner.name:
            yield of_user(owner.tenant, owner.name)
            if self._permissions.of(owner.tenant, owner.name).is_admin:
                yield of_service(owner.tenant)

    def _of_team(self, owner: Owner, run_id: str, missing: Problem | None) -> TeamRun:
        found = self._teams.read(owner, run_id)
        if found is None:
            raise missing or not_found("such run; it may have expired")
        return self._settled(self._with_approval(found))

    def _of(self, owner: Owner, listed: Listed) -> Run | TeamRun | None:
        """None for one that expires at this very moment."""
        try:
            return self._agents.show(owner, listed.id) if listed.kind == "agent" else self._of_team(owner, listed.id, None)
        except Problem:
            return None

    def _with_approval(self, run: TeamRun) -> TeamRun:
        approval = self._approvals.read(run.owner.tenant, run.id) if run.needs_approval else None
        return replace(run, approval=approval) if approval and approval.owner == run.owner else run

    def _settled(self, run: TeamRun) -> TeamRun:
        """A run of which nothing was heard for long has failed, though nobody could write it."""
        heard = max([run.created_at, *(max(piece.started_at, piece.ended_at) for piece in run.pieces)])
        lost = run.state == "working" and heard + SILENT_SECONDS < self._now()
        return replace(run, state="failed", stopped="interrupted") if lost else run
