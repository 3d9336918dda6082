"""The work on an erasure: each page is found, counted and written down before it is erased, so that a killed worker loses nothing.

First pass: every trace is found and erased. Second pass, once no request of before can still be at work: what has come since is erased as
well, and what was changed is looked at again. Then the certificate is written.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from causeway.erasure.erasure import Erasure
from causeway.erasure.store import Erasures
from causeway.erasure.trace import Outcome, Trace
from causeway.runtime.deadlines import Deadline

SECONDS_EACH = 45.0  # no page is begun with less time left
SETTLED = "/settled"  # behind a trace's name: its units are looked at again
CERTIFICATE = "certificate"  # in place of a trace's name, at the end
AT_ONCE = 25  # units that are looked at again
AGAIN_SECONDS = 30  # until what waits is looked at once more
LONGEST_WAIT = 86_400  # seconds, after which what waits counts as what remains

Traces = Callable[[Erasure], Sequence[Trace]]
Certificate = Mapping[str, Any]


class Certifying(Protocol):
    def compose(self, erasure: Erasure) -> Certificate: ...

    def keep(self, erasure: Erasure) -> None:
        """Once, however often this is called."""
        ...


class Work:
    """Raises Overtaken when another process works on the same erasure, and the DependencyErrors of the stores of the traces."""

    def __init__(
        self,
        erasures: Erasures,
        traces: Traces,
        certifying: Certifying,
        settle_seconds: float,
        alive: Callable[[], None],
        now: Callable[[], float] = time.time,
    ) -> None:
        """traces: of an erasure, always in the same order. settle_seconds: between the passes.

        alive: is called every few seconds. now: seconds since 1970.
        """
        self._erasures, self._traces, self._certifying = erasures, traces, certifying
        self._settle_seconds, self._alive, self._now = settle_seconds, alive, now

    def go_on(self, erasure: Erasure, deadline: Deadline) -> tuple[Erasure, int | None]:
        """The erasure as it is then, and the seconds after which it has to be looked at again; None when it is done."""
        while erasure.state != "done":
            self._alive()
            if deadline.left() < SECONDS_EACH:
                return erasure, 0
            if erasure.state == "settling" and (wait := erasure.settles_at - self._now()) > 0:
                return erasure, int(wait) + 1
            after, has_to_wait = self._step(erasure)
            erasure = self._erasures.save(erasure, after)
            if has_to_wait:
                return erasure, AGAIN_SECONDS
        return erasure, None

    def _step(self, erasure: Erasure) -> tuple[Erasure, bool]:
        """One page, and the erasure after it. Whether units of it have to be waited for."""
        traces = list(self._traces(erasure))
        if not erasure.trace:
            return self._following(erasure, traces), False
        if erasure.trace == CERTIFICATE:
            return self._certified(erasure), False
        trace = next(each for each in traces if each.name == erasure.trace.removesuffix(SETTLED))
        if erasure.trace.endswith(SETTLED):
            return self._look_again(erasure, trace, traces)
        if erasure.pending:
            self._erase(erasure, trace)
            after = erasure.after_units()
        else:
            found = trace.find(erasure.after)
            after = erasure.after_page(tuple(found.units), found.following, found.looked_at)
        return (after if after.pending or after.after else self._following(after, traces)), False

    def _erase(self, erasure: Erasure, trace: Trace) -> None:
        for unit in erasure.pending:
            self._alive()
            outcome: Outcome = "listed" if erasure.dry_run else trace.erase(unit)
            if trace.is_settled:
                self._erasures.note(erasure, trace.name, unit, outcome)

    def _look_again(self, erasure: Erasure, trace: Trace, traces: Sequence[Trace]) -> tuple[Erasure, bool]:
        units, following = self._erasures.units(erasure, trace.name, AT_ONCE, erasure.after)
        for unit, before in units:
            self._alive()
            if before == "waiting":
                self._erasures.note(erasure, trace.name, unit, trace.settle(unit))
        if following:
            return erasure.at_page(following), False
        outcomes = dict(self._erasures.outcomes(erasure, trace.name))
        if waiting := outcomes.pop("waiting", 0):
            if self._now() < erasure.settles_at + LONGEST_WAIT:
                return erasure.at(erasure.trace), True
            outcomes["remains"] = outcomes.get("remains", 0) + waiting
        return self._following(erasure.settled(trace.name, outcomes), traces), False

    def _certified(self, erasure: Erasure) -> Erasure:
        """It is written down before it is kept, so that it is the same whoever keeps it."""
        if erasure.certificate is None:
            return erasure.certified(self._certifying.compose(erasure))
        self._certifying.keep(erasure)
        return erasure.ended()

    def _following(self, erasure: Erasure, traces: Sequence[Trace]) -> Erasure:
        """At the next trace of the pass, or at the next pass, or at the end."""
        order = _order(erasure, traces)
        at = order.index(erasure.trace) + 1 if erasure.trace else 0
        if at < len(order):
            return erasure.at(order[at])
        return erasure.ended() if erasure.dry_run else erasure.settling(self._now() + self._settle_seconds)


def _order(erasure: Erasure, traces: Sequence[Trace]) -> list[str]:
    if erasure.state == "working":
        return [trace.name for trace in traces]
    return [*(name for trace in traces for name in (trace.name, *([trace.name + SETTLED] if trace.is_settled else []))), CERTIFICATE]
