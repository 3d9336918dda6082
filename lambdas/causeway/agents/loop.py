"""The loop of model and tools: reason, act, observe. Every step is written before the next begins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from causeway.agents import settling
from causeway.agents.agent import Agent
from causeway.agents.calling import Runner
from causeway.agents.checks import Checks, Ready
from causeway.agents.ending import ending, outgoing
from causeway.agents.guarding import Guard
from causeway.agents.hand_offs import Others, handed_step, narrowed
from causeway.agents.journal import Journal
from causeway.agents.listening import Growing, Listener, read_along
from causeway.agents.prices import Prices
from causeway.agents.progress import CallProgress, Round
from causeway.agents.prompt import request_of
from causeway.agents.recorded import Recorded
from causeway.agents.remembering import Remembering
from causeway.agents.run import Stopped
from causeway.agents.sent import Sent, sent_of
from causeway.agents.steps import AnyStep, Asked, Replied, Returned, Running
from causeway.agents.stops import why_stopped
from causeway.agents.switch import always
from causeway.agents.tool import Tool
from causeway.agents.toolbox import Offer, Toolbox
from causeway.models.acting import ActingModel, ActReply, ActRequest, ReadAlong, ToolCall
from causeway.models.inspecting import Inspector
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyError, DependencyRejected
from causeway.runtime.logs import record_failure

SECONDS_TO_WRITE = 1.0  # that a result needs after its tool's time


@dataclass(frozen=True)
class Means:
    """What every run works with. model_seconds: no call of the model begins with less time left.

    now: seconds since 1970. clock: seconds that only grow, by which work is measured. is_on: whether agents of a tenant may work now.
    policies: digest of those of the toolbox. inspector: of arguments and results, None where there is no guardrail.
    along: the same model for a run that somebody listens to; None where it is heard only whole. others: None where nobody hands off.
    """

    model: ActingModel
    toolbox: Toolbox
    journal: Journal
    remembering: Remembering
    prices: Prices
    model_seconds: float
    now: Callable[[], float]
    clock: Callable[[], float]
    is_on: Callable[[str], bool] = always
    policies: str = ""
    inspector: Inspector | None = None
    along: ReadAlong | None = None
    others: Others | None = None


class Loop:
    """Goes on with one run that this process has claimed, until it is done, waits for its user, or the time is over.

    Raises Overtaken when another process has claimed it, and the DependencyError of what keeps steps, rights or queue.
    """

    def __init__(
        self, means: Means, agent: Agent, run: Recorded, deadline: Deadline, listener: Listener | None = None, hands_in: str = ""
    ) -> None:
        """listener: hears of what is done here. hands_in: the tool whose call is the answer, in place of words; "" where words are."""
        self.run, self._progress, self._listener = run, run.progress, listener
        self._means, self._deadline, self._hands_in = means, deadline, hands_in
        self._agent = narrowed(agent, run.progress.begun)
        self._since = means.clock()

    def go_on(self) -> None:
        while self._progress.ended is None:
            if not self._means.is_on(self.run.owner.tenant):
                self._stop("switched-off")
                return
            if not (self._serve(self._progress.rounds[-1]) if self._has_open_calls() else self._think()):
                return

    def give_up(self) -> None:
        """End a run that nobody could go on with."""
        self._stop("interrupted")

    def _stop(self, stopped: Stopped) -> None:
        """End the run in the middle of whatever it does: calls that are open are not done, or it is not known whether they are."""
        open_calls = self._progress.rounds[-1].open if self._progress.rounds else []
        self._end(stopped, *settling.interrupted(open_calls))

    def _end(self, stopped: Stopped, *last: AnyStep) -> None:
        """last: steps that belong to the end."""
        progress = self._progress
        for step in last:
            progress = progress.after(step)
        ended = ending(progress, stopped, self._agent.limits)
        self._means.remembering.keep(self.run, ended)
        self._append(*last, ended, is_last=True)

    def _has_open_calls(self) -> bool:
        return bool(self._progress.rounds and self._progress.rounds[-1].open)

    def _think(self) -> bool:
        """The next call of the model, or the end. False when there is no time for it."""
        if stopped := self._stopped():
            self._end(stopped)
        elif self._deadline.left() < self._means.model_seconds:
            return False
        else:
            return self._ask_model()
        return True

    def _stopped(self) -> Stopped | None:
        return settling.how_it_ended(self._progress.rounds, self._hands_in) or why_stopped(self._progress, self._agent.limits)

    def _ask_model(self) -> bool:
        """False when it failed and a process with more time can ask again, or another model."""
        request = request_of(self._agent, self._progress, list(self._offered.values()), self._hands_in)
        try:
            reply = self._reply(request)
        except DependencyError as failure:
            record_failure(failure)
            if self._deadline.left() < self._means.model_seconds and not isinstance(failure, DependencyRejected):
                return False
            self._end("model-unavailable")
            return True
        return self._append(*self._replied(reply, self._sent(request)))

    def _reply(self, request: ActRequest) -> ActReply:
        """A reply that breaks off while somebody listens is taken back and asked for again, as a whole."""
        if self._listener is None or self._means.along is None:
            return self._means.model.act(request, self._deadline)
        growing = Growing(outgoing(self._progress))
        try:
            return read_along(self._means.along, request, self._deadline, growing, self._listener)
        except DependencyError as failure:
            self._listener.writes("")
            if not growing.begun or self._deadline.left() < self._means.model_seconds:
                raise
            record_failure(failure)
            return self._means.model.act(request, self._deadline)

    def _sent(self, request: ActRequest) -> Sent:
        before = self._progress.rounds[-1].reply.sent if self._progress.rounds else None
        return replace(sent_of(request, before), policies=self._means.policies, groups=self._groups)

    def _replied(self, reply: ActReply, sent: Sent) -> list[AnyStep]:
        """The reply, its calls under names of ours. What a reply that was cut short asks for is not done."""
        at = len(self._progress.rounds) + 1
        calls = [ToolCall(f"call-{at}-{number}", call.name, call.arguments) for number, call in enumerate(reply.calls, 1)]
        prices, policies = self._means.prices, sorted(reply.policies)
        usd, to_read = prices.usd(reply.usage), prices.usd_to_read(reply.usage)
        replied = Replied(reply.text, calls, reply.stop_reason, reply.usage, usd, to_read, policies, sent)
        return [replied, *(settling.cut_short(calls) if reply.stop_reason in settling.CUT else [])]

    def _serve(self, last: Round) -> bool:
        """One thing that open calls need. False when they wait for the user, or there is no time for them."""
        checked = settling.checked(self._progress, self._check, self._agent.limits)
        settled = [each for each in checked if isinstance(each, Returned)]
        ready = {each.call.id: each for each in checked if isinstance(each, Ready)}
        open_calls = [(call, ready[call.call.id]) for call in last.open if call.call.id in ready]
        if settled := settled or self._guard.refused(open_calls):
            self._append(*settled)
            return True
        if lookups := [each for call, each in open_calls if settling.may_run_beside(call, each)]:
            return self._in_time(lookups) and self._append(*self._guard.results(lookups, self._runner.together(lookups)))
        if act := next((pair for pair in open_calls if settling.may_run(*pair)), None):
            if self._means.others and settling.is_hand_off(act[1]):
                return self._hand_off(self._means.others, *act)
            return self._in_time([act[1]]) and self._act(*act)
        return self._ask(open_calls)

    def _act(self, call: CallProgress, ready: Ready) -> bool:
        if ready.acts and call.running is None:
            self._append(Running(ready.call.id, ready.seen, self._guard.of(ready.call.id)))
        return self._append(*self._guard.results([ready], [self._runner.alone(ready)]))

    def _hand_off(self, others: Others, call: CallProgress, ready: Ready) -> bool:
        """False while another agent is at work, or there is no time for what it said."""
        if call.handed is None:
            self._append(handed_step(self.run, others, ready))
            others.hand(self.run, ready.call.id)
            return False
        if self._deadline.left() < self._guard.seconds + SECONDS_TO_WRITE:
            return False
        returned = others.returned(self.run, call, ready)
        return returned is not None and self._append(*self._guard.results([ready], [returned]))

    def _ask(self, open_calls: Sequence[tuple[CallProgress, Ready]]) -> bool:
        """Ask for consent to all that still need it, or find that nobody answered in time."""
        now = int(self._means.now())
        expired = [call for call in self._progress.waiting if call.asked and call.asked.until <= now]
        if expired:
            self._end("consent-expired", *(settling.unanswered(call) for call in self._progress.waiting))
            return False
        until = now + self._agent.limits.consent_hours * 3600
        new = [each for call, each in open_calls if call.asked is None]
        asked = [Asked(each.call.id, each.question, until, each.seen, self._guard.of(each.call.id)) for each in new]
        if asked:
            self._append(*asked, is_last=True)
        return False

    def _in_time(self, calls: Sequence[Ready]) -> bool:
        return self._deadline.left() >= max(each.tool.timeout_seconds for each in calls) + self._guard.seconds + SECONDS_TO_WRITE

    def _append(self, *steps: AnyStep, is_last: bool = False) -> bool:
        """Write steps, and give the run free with the last. Always true."""
        now = self._means.clock()
        stamped = [replace(step, at=int(self._means.now()), seconds=0.0) for step in steps]
        stamped[0] = replace(stamped[0], seconds=round(now - self._since, 3))
        after = self.run.after(*stamped)
        after = after.freed() if is_last else after
        self._means.journal.save(self.run, after)
        self.run, self._progress, self._since = after, after.progress, now
        if self._listener:
            self._listener.took(stamped, self._progress)
        return True

    @cached_property
    def _offer(self) -> Sequence[Tool[Any]]:
        return self._means.toolbox.offered(self.run.owner)

    @property
    def _groups(self) -> Sequence[str] | None:
        return self._offer.groups if isinstance(self._offer, Offer) else None

    @cached_property
    def _offered(self) -> dict[str, Tool[Any]]:
        """Tools of the agent that the user's rights permit, in the agent's order, and that by which it hands off."""
        tools = {tool.name: tool for tool in self._offer}
        own = {name: tools[name] for name in self._agent.tools if name in tools}
        hand_off = self._means.others.tool(self._agent) if self._means.others else None
        return {**own, hand_off.name: hand_off} if hand_off else own

    @cached_property
    def _check(self) -> Checks:
        return Checks(self._means.toolbox, self.run.owner, self._offered, self._groups)

    @cached_property
    def _runner(self) -> Runner:
        return Runner(self._means.toolbox.services(self.run.owner), self.run.owner, self.run.id, self._deadline)

    @cached_property
    def _guard(self) -> Guard:
        return Guard(self._means.inspector, self._deadline, hands_in=self._hands_in)
