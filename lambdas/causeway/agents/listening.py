"""Who reads along while a run is worked on, and what they see of a reply before it is whole.

A sentence of the model is shown once the words behind it show that it has ended and it may leave, by the checks of the turn's last words.
"""

from collections.abc import Sequence
from contextlib import closing
from typing import Protocol

from causeway.agents.progress import Progress
from causeway.agents.recorded import Recorded
from causeway.agents.steps import AnyStep
from causeway.answering.reading_along import end_of_first
from causeway.language.detection import language_of
from causeway.language.form import normal
from causeway.language.sentences import SAMPLE
from causeway.models.acting import ActReply, ActRequest, ReadAlong
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyUnavailable
from causeway.safety.leaks import Outgoing


class Listener(Protocol):
    """No method raises: a run goes on, whoever hears of it."""

    def began(self, run: Recorded) -> None: ...

    def writes(self, text: str) -> None:
        """The reply at hand as far as it may be shown; a text that does not begin as the one before takes that one back."""
        ...

    def took(self, steps: Sequence[AnyStep], progress: Progress) -> None:
        """Steps that have just been written. progress: with them."""
        ...


class Growing:
    """A reply that grows. begun: whether the model has written anything."""

    def __init__(self, checks: Outgoing) -> None:
        self._checks, self._shown, self._rest = checks, "", ""
        self.begun = False

    def add(self, piece: str) -> str:
        """What may be shown now that the model has written one piece more."""
        self.begun, self._rest = True, self._rest + piece
        self._take(ended=False)
        return self._shown.strip()

    def whole(self) -> str:
        """What may be shown of all that was written; nothing when it may not leave as a whole."""
        self._take(ended=True)
        return "" if self._checks.problem_of(self._shown) else self._shown.strip()

    def _take(self, *, ended: bool) -> None:
        """ended: the last sentence has."""
        while end := end_of_first(self._rest, language_of(self._rest[:SAMPLE]), ended=ended):
            sentence, self._rest = normal(self._rest[:end]), self._rest[end:]
            self._shown += "" if self._checks.problem_of(sentence) else sentence


def read_along(model: ReadAlong, request: ActRequest, deadline: Deadline, growing: Growing, listener: Listener) -> ActReply:
    """The reply, of which the listener hears while it is written. Raises as the model does, and when the time is over."""
    with closing(model.act_along(request, deadline)) as pieces:
        for piece in pieces:
            if isinstance(piece, ActReply):
                listener.writes("" if piece.guardrail_intervened else growing.whole())
                return piece
            if not deadline.left():
                raise DependencyUnavailable("model", "the reply took longer than there was time")
            listener.writes(growing.add(piece))
    raise RuntimeError("the model's stream ended without its reply")
