"""A user's own runs, of agents and of teams alike: one of them, or a page of all."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from causeway.agents.agents import Agents
from causeway.agents.listing import Listed, RunList
from causeway.agents.run import Run
from causeway.approvals.store import Approvals
from causeway.conversations.keys import Owner
from causeway.runtime.problems import Problem
from causeway.teams.record import TeamRecord
from causeway.teams.run import TeamRun

NOT_FOUND = 404
# Longer than a piece of work takes with every attempt: whoever worked on the run is gone, and its execution has alarmed.
SILENT_SECONDS = 2 * 3600


class Looking:
    """Raises the DependencyErrors of what keeps runs."""

    def __init__(
        self, agents: Agents, teams: TeamRecord, listed: RunList, approvals: Approvals, now: Callable[[], float] = time.time
    ) -> None:
        """now: seconds since 1970."""
        self._agents, self._teams, self._listed, self._approvals, self._now = agents, teams, listed, approvals, now

    def at(self, owner: Owner, run_id: str) -> Run | TeamRun:
        """Raises a 404 Problem for a run that the owner does not have."""
        try:
            return self._agents.show(owner, run_id)
        except Problem as problem:
            found = self._teams.read(owner, run_id) if problem.status == NOT_FOUND else None
            if found is None:
                raise
            return self._settled(self._with_approval(found))

    def over(self, owner: Owner, limit: int, after: str | None) -> tuple[Sequence[Run | TeamRun], str | None]:
        """A page of all, newest first, and where the next one begins."""
        listed, following = self._listed.page(owner, limit, after)
        return [run for each in listed if (run := self._of(owner, each))], following

    def _of(self, owner: Owner, listed: Listed) -> Run | TeamRun | None:
        """None for one that expires at this very moment."""
        try:
            return self.at(owner, listed.id)
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
