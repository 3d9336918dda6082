"""The walk of one turn through the product's own steps, with the turn as it was before and after each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from causeway.answering.pipeline import Pipeline, Step
from causeway.answering.turn import Turn
from causeway.runtime.errors import DependencyError
from causeway.runtime.problems import Problem


@dataclass(frozen=True)
class Seen:
    """One step that ran, with copies of the turn."""

    name: str
    before: Turn
    after: Turn


@dataclass(frozen=True)
class Trace:
    """turn: as it ended. steps: those that ran, in order. stopped: why the last of them ended the turn without an answer, else ""."""

    turn: Turn
    steps: Sequence[Seen]
    stopped: str = ""

    def of(self, name: str) -> Seen | None:
        """The step of that name, None when it did not run."""
        return next((step for step in self.steps if step.name == name), None)


class _Watched:
    """A step that leaves a record behind, of a failure too."""

    def __init__(self, step: Step, seen: list[Seen]) -> None:
        self.name = step.name
        self._step, self._seen = step, seen

    def __call__(self, turn: Turn) -> None:
        before = _copy(turn)
        try:
            self._step(turn)
        finally:
            self._seen.append(Seen(self.name, before, _copy(turn)))


def trace(steps: Sequence[Step], turn: Turn) -> Trace:
    """Walk the turn through the steps. Nothing is remembered or logged: the pipeline's last steps, which always run, are left out."""
    seen: list[Seen] = []
    stopped = ""
    try:
        Pipeline([_Watched(step, seen) for step in steps], []).answer(turn)
    except Problem as problem:
        stopped = problem.detail
    except DependencyError as failure:
        stopped = str(failure)
    return Trace(turn, seen, stopped)


def _copy(turn: Turn) -> Turn:
    """Steps replace the fields of a turn but for these, which they change in place."""
    return replace(turn, notes=dict(turn.notes), degraded=list(turn.degraded), seconds=dict(turn.seconds))
