"""A recorded run, played again to its end or to the first difference."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass, replace
from io import StringIO

from causeway.agents.domain import AgentDomain
from causeway.agents.recorded import Recorded
from causeway.agents.steps import Decided, Replied
from causeway.models.acting import ActingModel
from causeway.runtime.logs import metrics
from evaluation.replay.difference import Difference, Differs
from evaluation.replay.playing import PlayedClock, PlayedLoop, means_of
from evaluation.replay.tape import Over, Tape


@dataclass(frozen=True)
class Replayed:
    """steps: that were played. requests: to the model among them; unproved: those of whose request the record has no digest.

    difference: the first, None when there is none.
    """

    steps: int
    requests: int
    unproved: int
    difference: Difference | None


def todays(domain: str) -> AgentDomain:
    """Agents, tools and policies of domains/NAME as they are now. Raises ValueError when they do not fit each other."""
    return AgentDomain.load(domain)


def replayed(run: Recorded, domain: AgentDomain, anew: ActingModel | None = None) -> Replayed:
    """domain: of today. anew: a model that is asked in place of the recorded one."""
    tape, difference = Tape(run.steps), None
    try:
        with _silence():
            _play(run, domain, tape, anew)
    except Differs as differs:
        difference = differs.difference
    replies = [step for step in tape.steps[: tape.played] if isinstance(step, Replied)]
    return Replayed(tape.played, len(replies), sum(reply.sent is None for reply in replies), difference)


def _play(run: Recorded, domain: AgentDomain, tape: Tape, anew: ActingModel | None) -> None:
    agent = domain.agents.get(run.agent)
    if agent is None:
        raise tape.differs(f"there is no agent {run.agent}")
    clock = PlayedClock(tape)
    means = means_of(tape, domain, clock, anew)
    playing = replace(run, steps=run.steps[:1])
    while tape.next:
        if isinstance(tape.next, Decided):
            playing = playing.after(tape.next)
            tape.played += 1
        clock.begins, before = True, tape.played
        loop = PlayedLoop(means, agent, playing, tape)
        with suppress(Over):  # that process died, and the next goes on
            loop.go_on()
        if tape.played == before and tape.next:
            _come_to_nothing(loop, tape)
        playing = loop.run


def _come_to_nothing(loop: PlayedLoop, tape: Tape) -> None:
    """A process that did nothing: it waits for the user, or ends what nobody could go on with."""
    if tape.is_given_up:
        loop.give_up()
    elif not isinstance(tape.next, Decided):
        raise tape.differs("nothing")


@contextmanager
def _silence() -> Iterator[None]:
    """A replay is no turn: it counts in no metric and has no log line."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with redirect_stdout(StringIO()):
            yield
    finally:
        logging.disable(before)
        metrics.clear_metrics()
