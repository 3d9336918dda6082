"""A role's work: one run of the loop, whose answer is handed in by a tool."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Any

from causeway.agents.agent import Agent
from causeway.agents.agents import Pace
from causeway.agents.audit import key_of_a_run
from causeway.agents.auditing import Auditing
from causeway.agents.journal import Journal
from causeway.agents.loop import Loop, Means
from causeway.agents.prices import Prices
from causeway.agents.record import record
from causeway.agents.recorded import MAX_IDLE, Recorded
from causeway.agents.remembering import Remembering
from causeway.agents.steps import Begun
from causeway.agents.switch import always
from causeway.agents.tool import Tool
from causeway.agents.toolbox import Toolbox
from causeway.conversations.keys import Owner
from causeway.models.acting import ActingModel, ActReply, ActRequest
from causeway.models.inspecting import Inspector
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyError, DependencyUnavailable, Throttled
from causeway.runtime.logs import record_failure
from causeway.runtime.tables import Overtaken
from causeway.teams.errors import Busy, Unfinished
from causeway.teams.handing_in import HAND_IN, RoleToolbox


@dataclass(frozen=True)
class Work:
    """id: of the run of the loop, the same for the same piece. message: as the model reads it, by the code of its elements."""

    id: str
    owner: Owner
    team: str
    agent: Agent
    tool: Tool[Any]
    message: Callable[[str], str]


class _Patient:
    """A model that is busy does not end the run: another attempt asks it again."""

    def __init__(self, model: ActingModel) -> None:
        self._model = model

    def act(self, request: ActRequest, deadline: Deadline) -> ActReply:
        try:
            return self._model.act(request, deadline)
        except (Throttled, DependencyUnavailable) as failure:
            record_failure(failure)
            raise Busy(f"{failure.dependency} {failure.kind}") from failure


class Working:
    """Does work, each step of it once however often it is asked for."""

    def __init__(
        self,
        model: ActingModel,
        toolbox: Toolbox,
        journal: Journal,
        *,
        remembering: Remembering,
        prices: Prices,
        pace: Pace | None = None,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        is_on: Callable[[str], bool] = always,
        policies: str = "",
        inspector: Inspector | None = None,
        auditing: Auditing | None = None,
    ) -> None:
        """is_on, policies, inspector: as `Means` has them. auditing: None where no audit records are kept."""
        self._model, self._toolbox, self._journal = _Patient(model), toolbox, journal
        self._remembering, self._prices, self._pace = remembering, prices, pace or Pace()
        self._now, self._clock, self._is_on = now, clock, is_on
        self._policies, self._inspector, self._auditing = policies, inspector, auditing

    def tools(self, owner: Owner) -> Mapping[str, Tool[Any]]:
        return {tool.name: tool for tool in self._toolbox.offered(owner)}

    def done(self, work: Work, deadline: Deadline) -> Recorded:
        """The run once it has ended, well or not, and has its audit record.

        Raises Unfinished when the time was over, or another process works on it; Busy when the model cannot be asked now; and the
        DependencyError of what keeps steps, rights or audit records.
        """
        try:
            run = self._claimed(work, deadline)
            ended = run if run.progress.ended else self._left(work, run, deadline)
        except Overtaken:
            raise Unfinished("another process works on it") from None
        if self._auditing:
            self._auditing.keep(ended)
        return ended

    def _claimed(self, work: Work, deadline: Deadline) -> Recorded:
        now, code = int(self._now()), token_hex(6)
        lease = int(now + deadline.left()) + self._pace.lease_margin
        begun = Begun(work.message(code), code, key=key_of_a_run(), at=now)
        new = Recorded(work.id, work.owner, f"{work.team}/{work.agent.name}", None, "", now, [begun]).claimed(lease)
        run = self._journal.create(new)
        if run.progress.ended or run.claim == new.claim:
            return run
        if run.leased_until > now:
            raise Unfinished("another process works on it")
        claimed = run.claimed(lease)
        self._journal.save(run, claimed)
        return claimed

    def _left(self, work: Work, run: Recorded, deadline: Deadline) -> Recorded:
        loop = Loop(self._means(work), work.agent, run, deadline, hands_in=HAND_IN)
        try:
            loop.go_on() if run.idle <= MAX_IDLE else loop.give_up()
        except (Busy, DependencyError):  # how often it is asked again is for the state machine to say
            self._journal.save(loop.run, replace(loop.run.freed(), idle=0))
            raise
        if loop.run.leased_until:
            self._journal.save(loop.run, loop.run.freed())
        record(loop.run)
        if loop.run.progress.ended is None:
            raise Unfinished("the time of this attempt is over")
        return loop.run

    def _means(self, work: Work) -> Means:
        toolbox = RoleToolbox(self._toolbox, work.tool)
        return Means(
            self._model,
            toolbox,
            self._journal,
            self._remembering,
            self._prices,
            self._pace.model_seconds,
            self._now,
            self._clock,
            is_on=self._is_on,
            policies=self._policies,
            inspector=self._inspector,
        )
