"""The walk of a turn through its steps."""

import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Protocol

from causeway.answering.turn import CALLER_GONE, Answer, Turn
from causeway.runtime.errors import Gone
from causeway.runtime.problems import Problem


class Step(Protocol):
    """name: as it appears in logs. Calling it adds to the turn, or answers it."""

    name: str

    def __call__(self, turn: Turn) -> None: ...


class Answering(Protocol):
    """Whatever answers a turn as `Pipeline.answer` does."""

    def answer(self, turn: Turn) -> Answer: ...


class Pipeline:
    """Steps in order; once one has answered, the rest are passed by. `always`: run at the end, after failures too."""

    def __init__(self, steps: Sequence[Step], always: Sequence[Step]) -> None:
        self._steps = steps
        self._always = always

    def answer(self, turn: Turn) -> Answer:
        """Raises Problem when the question is refused outright, DependencyError when a service fails, Gone when nobody reads along."""
        try:
            for step in self._steps:
                if turn.answer is None:
                    self._timed(step, turn)
        except Problem as problem:
            if problem.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                turn.turned_away = problem.slug
            raise
        except Gone:
            turn.turned_away = CALLER_GONE
            raise
        finally:
            for step in self._always:
                self._timed(step, turn)
        if turn.answer is None:
            raise RuntimeError("no step answered the turn")
        return turn.answer

    def _timed(self, step: Step, turn: Turn) -> None:
        began = time.perf_counter()
        try:
            step(turn)
        finally:
            turn.seconds[step.name] = time.perf_counter() - began
