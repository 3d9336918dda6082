"""What the loop of today works with in a replay: whatever the world would say, the tape says."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from causeway.agents.agent import Agent
from causeway.agents.calling import AT_ONCE
from causeway.agents.checks import Ready
from causeway.agents.domain import AgentDomain
from causeway.agents.hand_offs import handed_run_id
from causeway.agents.handing import hand_off_tool
from causeway.agents.loop import Loop, Means
from causeway.agents.progress import CallProgress
from causeway.agents.recorded import Recorded
from causeway.agents.remembering import OutsideConversations
from causeway.agents.rights import Concerned, Principal
from causeway.agents.steps import AnyStep, Replied, Returned
from causeway.agents.tool import Tool
from causeway.agents.toolbox import Offer, Permit
from causeway.conversations.keys import Owner
from causeway.models.acting import ActingModel, ActReply, ActRequest
from causeway.models.chat import Usage
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyRejected
from evaluation.replay.difference import Difference, Differs, decision
from evaluation.replay.tape import Tape

NO_HURRY = 1e9  # seconds
OF_RIGHTS = ("_offer", "_offered", "_check")  # what a loop keeps of rights; another process may have read them between any two steps


class PlayedLoop(Loop):
    """The loop of today; tools do not run."""

    def __init__(self, means: Means, agent: Agent, run: Recorded, tape: Tape) -> None:
        super().__init__(means, agent, run, Deadline.after(NO_HURRY))
        played: Any = (PlayedRunner(tape), PlayedGuard(tape))
        self._runner, self._guard = played

    def _append(self, *steps: AnyStep, is_last: bool = False) -> bool:
        for name in OF_RIGHTS:
            self.__dict__.pop(name, None)
        return super()._append(*steps, is_last=is_last)


def means_of(tape: Tape, domain: AgentDomain, clock: "PlayedClock", anew: ActingModel | None) -> Means:
    """anew: a model that is asked in place of the recorded one; see `PlayedModel`."""
    played: Any = (PlayedToolbox(domain, tape), PlayedJournal(tape), OutsideConversations(), PlayedPrices(tape))
    toolbox, journal, remembering, prices = played
    return Means(
        model=PlayedModel(tape, anew),
        toolbox=toolbox,
        journal=journal,
        remembering=remembering,
        prices=prices,
        model_seconds=0.0,
        now=lambda: (tape.next or tape.steps[-1]).at,
        clock=clock,
        policies=domain.rights.digest,
        others=PlayedOthers(domain, tape),
    )


class PlayedModel:
    """Replies as the record does. With a model to ask anew, that one must decide as the record does, in whatever words."""

    def __init__(self, tape: Tape, anew: ActingModel | None) -> None:
        self._tape, self._anew = tape, anew

    def act(self, request: ActRequest, deadline: Deadline) -> ActReply:
        said = self._tape.reply(request, is_compared=self._anew is None)
        if said is None:
            raise DependencyRejected("model", "as in the record")
        reply = ActReply(said.text, said.calls, said.stop_reason, said.usage, frozenset(said.policies))
        if self._anew:
            before, now = decision(reply), decision(self._anew.act(request, deadline))
            if before != now:
                raise Differs(Difference(self._tape.played + 1, "what the model decides", before, now))
        return reply


class PlayedToolbox:
    """As `DomainToolbox`: the policies of today over the groups and the records of then."""

    def __init__(self, domain: AgentDomain, tape: Tape) -> None:
        self._domain, self._tape = domain, tape

    def offered(self, owner: Owner) -> Sequence[Tool[Any]]:
        groups = self._tape.groups()
        principal, rights = _principal(owner, groups), self._domain.rights
        return Offer((tool for tool in self._domain.tools.values() if rights.may_ever(principal, tool)), groups)

    def permits(self, owner: Owner, tool: Tool[Any], arguments: BaseModel) -> Permit:
        seen = self._tape.seen(tool, arguments)
        if seen is None:
            return Permit(allowed=True)  # the tape says what comes of it, or is over
        concerned = Concerned(seen.kind, {"owner": seen.owner}) if tool.about and seen.found else None
        return self._domain.rights.permits(_principal(owner, seen.groups), tool, arguments, concerned)


def _principal(owner: Owner, groups: Sequence[str]) -> Principal:
    return Principal(owner.tenant, owner.name, frozenset(groups))


class PlayedRunner:
    """As `Runner`: calls come to what they came to."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def together(self, calls: Sequence[Ready]) -> list[Returned]:
        return [self.alone(each) for each in calls[:AT_ONCE]]

    def alone(self, ready: Ready) -> Returned:
        return self._tape.result(ready.call, ready.policy)


class PlayedOthers:
    """As `Others`: no other agent works; what came of a hand-off comes of it again."""

    def __init__(self, domain: AgentDomain, tape: Tape) -> None:
        self._domain, self._tape = domain, tape

    def tool(self, agent: Agent) -> Tool[Any] | None:
        return hand_off_tool(agent, self._domain.agents)

    def run_id(self, run: Recorded, call_id: str) -> str:
        return handed_run_id(run, call_id)

    def hand(self, run: Recorded, call_id: str) -> None:
        """Nothing begins."""

    def returned(self, run: Recorded, call: CallProgress, ready: Ready) -> Returned:
        return self._tape.result(ready.call, ready.policy)


class PlayedGuard:
    """As `Guard`: what was held back is held back again; results are on the tape as they were left."""

    seconds = 0.0

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def refused(self, calls: Sequence[tuple[CallProgress, Ready]]) -> list[Returned]:
        new = [ready for call, ready in calls if not call.acts]
        return [each for each in (self._tape.held_back(ready.call, ready.policy) for ready in new) if each]

    def of(self, call_id: str) -> None:
        """No inspection is made."""

    def results(self, calls: Sequence[Ready], returned: Sequence[Returned]) -> list[Returned]:
        return list(returned)


class PlayedJournal:
    """As `Journal`: what would be written is compared with what was."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def save(self, before: Recorded, after: Recorded) -> None:
        self._tape.play(after.steps[len(before.steps) :])


class PlayedPrices:
    """As `Prices`: money is counted as it was."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def usd(self, usage: Usage) -> float:
        return self._tape.next.usd if isinstance(self._tape.next, Replied) else 0.0

    def usd_to_read(self, usage: Usage) -> float:
        return self._tape.next.usd_to_read if isinstance(self._tape.next, Replied) else 0.0


class PlayedClock:
    """As many seconds of work as there were: a loop looks at the clock when it begins and at every write."""

    def __init__(self, tape: Tape) -> None:
        self._tape, self._seconds, self.begins = tape, 0.0, True

    def __call__(self) -> float:
        if not self.begins and self._tape.next:
            self._seconds += self._tape.next.seconds
        self.begins = False
        return self._seconds
