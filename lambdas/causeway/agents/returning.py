"""What is looked at while a run waits for another agent: that a lost event costs time and not the turn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from causeway.agents.agent import Agent, Limits
from causeway.agents.hand_offs import HandOffs
from causeway.agents.queue import LONGEST_DELAY, Look, RunQueue
from causeway.agents.recorded import Recorded

FIRST_LOOK_SECONDS = 15  # after the hand-off; each look after it waits as long as the hand-off is old


@dataclass(frozen=True)
class Returning:
    """agents: by name. now: seconds since 1970."""

    others: HandOffs
    queue: RunQueue
    agents: Mapping[str, Agent]
    now: Callable[[], float]

    def other_at_work(self, run: Recorded) -> Recorded | None:
        """The run that `run` waits for. It is begun here where the process died that was to begin it."""
        if run.progress.ended or not (calls := run.progress.handed_off):
            return None
        call = calls[0]
        other = self.others.other(run, call) or self.others.hand(run, call.call.id)
        return None if other.progress.ended else other

    def tell(self, other: Recorded) -> None:
        """Of a run that has ended, whoever waits for it still: the process that was to tell may have died."""
        if run := self.others.waiting_for(other):
            self.others.complete(other)
            self.queue.send(Look(run.owner, run.id))

    def look_after(self, run: Recorded, other: Recorded) -> None:
        """The event that woke `other` may be lost: it is woken without one, and looked at again later.

        One that waits for the user is left alone. When it goes on, a message looks after it, and it tells.
        """
        if other.progress.waiting:
            return
        if other.leased_until <= self.now() and not other.progress.handed_off:
            self.others.request(other)
            self.queue.send(Look(other.owner, other.id))
        self.queue.send(Look(run.owner, run.id), self.delay_of(run))

    def delay_of(self, run: Recorded) -> int:
        """Seconds until a run that waits is looked at again; 0 for one that waits for nobody."""
        calls = run.progress.handed_off
        if not calls or calls[0].handed is None:
            return 0
        return min(LONGEST_DELAY, max(FIRST_LOOK_SECONDS, int(self.now()) - calls[0].handed.at))

    def is_given_up(self, run: Recorded, other: Recorded) -> bool:
        """Whether nothing has come of a hand-off for so long that nothing will. One who handed it on waits for that other agent."""
        (call, *_), agent = run.progress.handed_off, self.agents.get(run.agent)
        if other.progress.waiting or other.progress.handed_off or other.leased_until > self.now() or call.handed is None:
            return False
        seconds = (agent.limits if agent else Limits()).hand_off_seconds
        return max(call.handed.at, other.steps[-1].at) + seconds <= self.now()
