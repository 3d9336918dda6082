"""Runs of other agents: how one is begun for a call, and how it comes back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Any, Protocol
from uuid import uuid4

from causeway.agents.agent import Agent
from causeway.agents.checks import Ready
from causeway.agents.hand_off_events import HandOffCompleted, HandOffRequested, LookAt
from causeway.agents.handing import PERMITTED, hand_off_tool, left_for_others
from causeway.agents.journal import Journal
from causeway.agents.progress import CallProgress, Progress
from causeway.agents.recorded import Recorded
from causeway.agents.results import result_of
from causeway.agents.steps import Begun, Established, Handed, HandedOver, Returned
from causeway.agents.tool import HAND_OFF, Tool
from causeway.conversations.repeats import digest_of
from causeway.events.event import Event
from causeway.runtime.errors import DependencyError
from causeway.runtime.logs import record_failure

LONGEST_ESTABLISHED, MOST_ESTABLISHED = 4000, 12_000  # characters of one result, and of all
ONLY_HANDED_ON = "The other agent could only hand it on to those who wait for it. Do it without, or tell the user what is missing."


class Bus(Protocol):
    def publish(self, event: Event) -> None:
        """Raises a DependencyError."""
        ...


class Others(Protocol):
    """What the loop needs of other agents."""

    def tool(self, agent: Agent) -> Tool[Any] | None: ...

    def run_id(self, run: Recorded, call_id: str) -> str: ...

    def hand(self, run: Recorded, call_id: str) -> object:
        """Begin the other's run, once however often this is called, and say so on the bus."""
        ...

    def returned(self, run: Recorded, call: CallProgress, ready: Ready) -> Returned | None:
        """What came of it; None while the other is at work. The words are not inspected yet."""
        ...


@dataclass(frozen=True)
class HandOffs:
    """As `Others`. agents: by name. now: seconds since 1970."""

    agents: Mapping[str, Agent]
    journal: Journal
    bus: Bus
    now: Callable[[], float]

    def tool(self, agent: Agent) -> Tool[Any] | None:
        return hand_off_tool(agent, self.agents)

    def run_id(self, run: Recorded, call_id: str) -> str:
        return handed_run_id(run, call_id)

    def hand(self, run: Recorded, call_id: str) -> Recorded:
        call = next(each for each in run.progress.handed_off if each.call.id == call_id)
        made = self.journal.create(self._begun(run, call))
        self.request(made)
        return made

    def other(self, run: Recorded, call: CallProgress) -> Recorded | None:
        """The run that a call has handed the turn to; None before it was begun."""
        return self.journal.read(run.owner, call.handed.run_id) if call.handed else None

    def returned(self, run: Recorded, call: CallProgress, ready: Ready) -> Returned | None:
        other = self.other(run, call)
        ended = other.progress.ended if other else None
        if other is None or ended is None:
            return None
        facts: Any = {"policy": PERMITTED, "seen": ready.seen, "used": other.progress.spent}
        if ended.stopped == "ping-pong":
            return Returned(call.call.id, "failed", ONLY_HANDED_ON, "loop", **facts)
        result = result_of(ended.text, ready.tool.most_characters)
        facts |= {"withheld": result.withheld, "cut": result.cut}
        if ended.stopped == "answered":
            return Returned(call.call.id, "done", result.text, **facts)
        return Returned(call.call.id, "failed", result.text, "refused", **facts)

    def request(self, other: Recorded) -> None:
        """Say that something was handed over, so that `other` is worked on. The same once more does no harm."""
        if handed := other.progress.begun.handed:
            self._publish(HandOffRequested(**_ids(other, handed), look=LookAt.of(other.owner, other.id), chain=list(handed.chain)))

    def complete(self, other: Recorded) -> None:
        """Say that a run has ended, if another agent waits for it, so that that one goes on."""
        handed, ended, spent = other.progress.begun.handed, other.progress.ended, other.progress.spent
        if handed and ended:
            look, usd = LookAt.of(other.owner, handed.run_id), round(spent.usd, 6)
            self._publish(HandOffCompleted(**_ids(other, handed), look=look, stopped=ended.stopped, usd=usd, tokens=spent.tokens))

    def waiting_for(self, other: Recorded) -> Recorded | None:
        """The run that waits for a run that has ended; None when it has heard of it."""
        handed = other.progress.begun.handed
        if handed is None or other.progress.ended is None:
            return None
        run = self.journal.read(other.owner, handed.run_id)
        return run if run and any(call.call.id == handed.call_id for call in run.progress.handed_off) else None

    def _publish(self, event: Event) -> None:
        """An event that is lost is one that comes late: runs that wait are looked at."""
        try:
            self.bus.publish(event)
        except DependencyError as failure:
            record_failure(failure)

    def _begun(self, run: Recorded, call: CallProgress) -> Recorded:
        """A run of the other agent, that nobody works on yet."""
        begun, handed, arguments = run.progress.begun, call.handed, call.call.arguments
        if handed is None:
            raise ValueError(f"{call.call.id} hands nothing over")
        agent = self.agents.get(run.agent)
        usd, tokens = left_for_others(run.progress, narrowed(agent, begun).limits) if agent else (0.0, 0)
        chain = [*(begun.handed.chain if begun.handed else [run.agent]), handed.to]
        task = result_of(str(arguments["task"]), len(str(arguments["task"]))).text
        over = HandedOver(run.id, call.call.id, chain, task, established(run.progress), usd, tokens)
        now = int(self.now())
        return Recorded(
            id=handed.run_id,
            owner=run.owner,
            agent=handed.to,
            session_id=run.session_id,
            digest=digest_of({"hand_off": f"{run.id}/{call.call.id}"}),
            created_at=now,
            steps=[Begun(begun.message, token_hex(6), begun.earlier, begun.key, over, at=now)],
            claim=uuid4().hex,
        )


def narrowed(agent: Agent, begun: Begun) -> Agent:
    """The agent within what the one that handed over has left of its turn."""
    if begun.handed is None:
        return agent
    least = {"usd": min(agent.limits.usd, begun.handed.usd), "tokens": min(agent.limits.tokens, begun.handed.tokens)}
    return agent.model_copy(update={"limits": agent.limits.model_copy(update=least)})


def established(progress: Progress) -> Sequence[Established]:
    """What tools have told in this run, and those before it, the newest where all is too long."""
    before = progress.begun.handed.established if progress.begun.handed else ()
    found = [Established(each.call.name, each.returned.content) for each in progress.calls if each.returned and each.returned.is_data]
    kept, left = list[Established](), MOST_ESTABLISHED
    for each in reversed([*before, *found]):
        content = each.content[: min(LONGEST_ESTABLISHED, left)]
        left -= len(content)
        if content:
            kept.append(replace(each, content=content))
    return kept[::-1]


def handed_run_id(run: Recorded, call_id: str) -> str:
    """Of the run that a call hands the turn to: the same for the same call."""
    return run.owner.id_of(HAND_OFF, run.id, call_id)


def handed_step(run: Recorded, others: Others, ready: Ready) -> Handed:
    return Handed(ready.call.id, str(ready.arguments.model_dump()["to"]), others.run_id(run, ready.call.id))


def _ids(other: Recorded, handed: HandedOver) -> dict[str, Any]:
    by, to = handed.chain[-2:]
    return {"hand_off": f"{handed.run_id}/{handed.call_id}", "by": by, "to": to, "run_id": handed.run_id, "handed_run_id": other.id}
