"""The service of agents: a turn is begun, looked at, consented to, and gone on with."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Any

from causeway.agents.agent import Agent, withdrawn
from causeway.agents.audit import key_of_a_run
from causeway.agents.auditing import Auditing
from causeway.agents.dictated import means_of
from causeway.agents.hand_offs import Bus, HandOffs
from causeway.agents.journal import Journal
from causeway.agents.listening import Listener
from causeway.agents.loop import Loop, Means
from causeway.agents.prices import Prices
from causeway.agents.progress import CallProgress
from causeway.agents.queue import Look, RunQueue
from causeway.agents.record import record
from causeway.agents.recorded import MAX_IDLE, Recorded
from causeway.agents.remembering import Remembering
from causeway.agents.returning import Returning
from causeway.agents.run import Call, Run
from causeway.agents.steps import Begun, Decided
from causeway.agents.switch import always
from causeway.agents.tool import Tool
from causeway.agents.toolbox import Toolbox
from causeway.conversations.keys import Owner
from causeway.conversations.memory import Memory
from causeway.conversations.repeats import digest_of, other_request
from causeway.models.acting import ActingModel, ReadAlong
from causeway.models.inspecting import Inspector
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import Throttled
from causeway.runtime.problems import Problem, not_found
from causeway.runtime.switches import switched_off
from causeway.runtime.tables import Overtaken

TRIES, PAUSE_SECONDS = 20, 0.2  # of an answer to a run that another process works on
SECONDS_TO_SHOW = 10.0


@dataclass(frozen=True)
class Pace:
    """model_seconds: no call of the model begins with less time left, a little more than one attempt takes; the worker does it then.

    lease_margin: seconds after the deadline when the function that had it has certainly ended. The message that looks after a lease is
    delayed by two of them more than the deadline is away, and SQS delays none by more than 900 seconds.
    """

    model_seconds: float = 17.0
    lease_margin: int = 5


class Agents:
    """Raises the DependencyErrors of what keeps runs, rights and messages; a run that was begun is then gone on with later."""

    def __init__(
        self,
        model: ActingModel,
        agents: Mapping[str, Agent],
        toolbox: Toolbox,
        *,
        journal: Journal,
        queue: RunQueue,
        bus: Bus,
        memory: Memory,
        prices: Prices,
        settings: Pace | None = None,
        policies: str = "",
        inspector: Inspector | None = None,
        auditing: Auditing | None = None,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
        is_on: Callable[[str], bool] = always,
        along: ReadAlong | None = None,
    ) -> None:
        """agents: by name. auditing: None where no audit records are kept. All others: see `Means`."""
        self._agents, self._journal, self._queue, self._pause, self._now = agents, journal, queue, pause, now
        self._pace, self._auditing = settings or Pace(), auditing
        self._remembering = Remembering(memory)
        self._others = HandOffs(agents, journal, bus, now)
        self._returning = Returning(self._others, queue, agents, now)
        self._means = Means(
            model,
            toolbox,
            journal,
            self._remembering,
            prices,
            self._pace.model_seconds,
            now,
            clock,
            is_on=is_on,
            policies=policies,
            inspector=inspector,
            along=along,
            others=self._others,
        )

    def offered(self, owner: Owner) -> Sequence[Tool[Any]]:
        """As `Toolbox.offered`."""
        return self._means.toolbox.offered(owner)

    def has_ended(self, owner: Owner, agent_name: str, client_token: str) -> bool:
        """False for a turn that was not begun."""
        found = self._journal.read(owner, owner.id_of(agent_name, client_token))
        return found is not None and found.progress.state == "done"

    def has(self, owner: Owner, run_id: str) -> bool:
        return self._journal.read(owner, run_id) is not None

    def begin(
        self,
        owner: Owner,
        agent_name: str,
        message: str,
        session_id: str | None,
        client_token: str,
        deadline: Deadline,
        listener: Listener | None = None,
    ) -> Run:
        """One turn, as far as it comes until the deadline: its state is "working" when the worker goes on with it.

        The same request again, by its client token, finds the same run. listener: hears of the run while it is worked on here.
        Raises a 404 Problem for an unknown agent or session, a 409 Problem when the token belongs to another message, a 503 Problem where
        agents are switched off.
        """
        self._require_on(owner)
        if agent_name not in self._agents:
            raise not_found("such agent")
        earlier = self._remembering.earlier(owner, session_id, deadline)
        now = int(self._now())
        wanted = Recorded(
            id=owner.id_of(agent_name, client_token),
            owner=owner,
            agent=agent_name,
            session_id=session_id,
            digest=digest_of({"message": message, "session_id": session_id}),
            created_at=now,
            steps=[Begun(message, token_hex(6), earlier, "" if session_id else key_of_a_run(), at=now)],
        ).claimed(self._lease(deadline))
        self._look_again(wanted, deadline)
        run = self._journal.create(wanted, listed=True)
        if run.digest != wanted.digest:
            raise other_request()
        if listener:
            listener.began(run)
        return self._work(run, deadline, listener) if run.claim == wanted.claim else self._go_on(run, deadline, listener)

    def show(self, owner: Owner, run_id: str) -> Run:
        """Raises a 404 Problem for a run that the owner does not have."""
        return self._as_it_is(self._found(owner, run_id))

    def decide(self, owner: Owner, run_id: str, call_id: str, approve: bool, deadline: Deadline) -> Run:
        """The owner's answer to what a call asks; the same answer again changes nothing.

        Raises a 404 Problem for an unknown run or question, a 409 Problem when it was decided otherwise or nobody answered in time, a
        503 Problem where agents are switched off.
        """
        self._require_on(owner)
        for _ in range(TRIES):
            run = self._found(owner, run_id)
            if self._has_expired(run):
                self._go_on(run, deadline)
                raise _too_late()
            if _is_decided(run, call_id, approve):
                return self._go_on(run, deadline)
            if run.leased_until <= self._now():
                claimed = run.claimed(self._lease(deadline))
                self._look_again(claimed, deadline)
                try:
                    decided = claimed.after(Decided(call_id, approve, at=int(self._now())))
                    self._journal.save(run, decided)
                except Overtaken:
                    continue
                return self._work(decided, deadline)
            self._pause(PAUSE_SECONDS)
        raise Throttled("runs", "another process works on this run")

    def resume(self, owner: Owner, run_id: str, deadline: Deadline) -> Run:
        """Go on with a run that nobody works on. Of one that has ended, the audit record is written if it is not there, and whoever waits
        for it hears of it.

        Any other is left alone. Raises a 404 Problem when it is gone.
        """
        run = self._found(owner, run_id)
        if self._auditing:
            self._auditing.keep(run)
        self._returning.tell(run)
        if other := self._returning.other_at_work(run):
            if self._returning.is_given_up(run, other):
                self._give_up(other, deadline)
            else:
                self._returning.look_after(run, other)
        return self._go_on(run, deadline)

    def _require_on(self, owner: Owner) -> None:
        if not self._means.is_on(owner.tenant):
            raise switched_off("Agents")

    def _found(self, owner: Owner, run_id: str) -> Recorded:
        run = self._journal.read(owner, run_id)
        if run is None:
            raise not_found("such run; it may have expired")
        return run

    def _go_on(self, run: Recorded, deadline: Deadline, listener: Listener | None = None) -> Run:
        is_open = run.progress.state == "working" or self._has_expired(run)
        if not is_open or run.leased_until > self._now() or self._returning.other_at_work(run):
            return self._shown(run)
        claimed = run.claimed(self._lease(deadline))
        self._look_again(claimed, deadline)
        try:
            self._journal.save(run, claimed)
        except Overtaken:
            return self._shown(self._found(run.owner, run.id))
        return self._work(claimed, deadline, listener)

    def _give_up(self, run: Recorded, deadline: Deadline) -> None:
        """End a run that does nothing of what it was handed, unless somebody takes it up at this very moment."""
        claimed = run.claimed(self._lease(deadline))
        self._look_again(claimed, deadline)
        with suppress(Overtaken):
            self._journal.save(run, claimed)
            self._work(claimed, deadline, is_given_up=True)

    def _work(self, run: Recorded, deadline: Deadline, listener: Listener | None = None, *, is_given_up: bool = False) -> Run:
        agent = self._agents.get(run.agent)
        loop = Loop(means_of(run.agent, self._means), agent or withdrawn(run.agent), run, deadline, listener)
        try:
            loop.go_on() if agent and run.idle <= MAX_IDLE and not is_given_up else loop.give_up()
            left = self._leave(loop.run)
        except Overtaken:
            return self._shown(self._found(run.owner, run.id))
        record(left)
        if self._auditing:
            self._auditing.try_to_keep(left)
        self._others.complete(left)
        return self._shown(left)

    def _leave(self, run: Recorded) -> Recorded:
        """Nobody works on it any more; when there is work left, the worker does it."""
        if not run.leased_until:
            return run
        left = run.freed()
        self._journal.save(run, left)
        if left.progress.state == "working":
            self._queue.send(Look(left.owner, left.id), self._returning.delay_of(left) if self._returning.other_at_work(left) else 0)
        return left

    def _as_it_is(self, run: Recorded) -> Run:
        return self._go_on(run, Deadline.after(SECONDS_TO_SHOW)) if self._has_expired(run) else self._shown(run)

    def _shown(self, run: Recorded) -> Run:
        """With the states of the runs that it waits for. What nobody consented to in time is ended there, too."""
        shown = run.shown()
        calls = [self._with_other(run.owner, call) if call.outcome == "running" else call for call in shown.calls]
        waits = any(call.hand_off and call.hand_off.state == "waiting" for call in calls)
        return replace(shown, calls=calls, state="waiting" if waits else shown.state)

    def _with_other(self, owner: Owner, call: Call) -> Call:
        """A run of another agent that is not begun yet is at work."""
        other = self._journal.read(owner, call.hand_off.run_id) if call.hand_off else None
        if call.hand_off is None or other is None:
            return call
        return replace(call, hand_off=replace(call.hand_off, state=self._as_it_is(other).state))

    def _has_expired(self, run: Recorded) -> bool:
        """Whether it waits for an answer that would come too late."""
        return any(call.asked and call.asked.until <= self._now() for call in run.progress.waiting)

    def _look_again(self, run: Recorded, deadline: Deadline) -> None:
        """Before a lease begins: should its process die, the worker finds the run when the lease is over."""
        self._queue.send(Look(run.owner, run.id), int(deadline.left()) + 2 * self._pace.lease_margin)

    def _lease(self, deadline: Deadline) -> int:
        return int(self._now() + deadline.left()) + self._pace.lease_margin


def _question(run: Recorded, call_id: str) -> CallProgress:
    found = next((call for call in run.progress.calls if call.call.id == call_id and call.asked), None)
    if found is None:
        raise not_found("such question in this run")
    return found


def _is_decided(run: Recorded, call_id: str, approve: bool) -> bool:
    """Raises a 404 Problem for an unknown question, a 409 Problem when it was decided otherwise."""
    call = _question(run, call_id)
    if call.decided and call.decided.approved == approve:
        return True
    if call.decided:
        raise Problem("already-decided", "Already decided", 409, "call_id: this was decided otherwise before.")
    if not call.waits:
        raise _too_late()
    return False


def _too_late() -> Problem:
    return Problem("consent-expired", "Too late", 409, "call_id: nobody answered in time, and it was not done; ask again.")
