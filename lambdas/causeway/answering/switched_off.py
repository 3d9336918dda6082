"""Step in place of `Generate` while operators have switched the models off."""

from causeway.answering.turn import Turn
from causeway.runtime.errors import DependencyUnavailable
from causeway.runtime.switches import RETRY_SECONDS


class SwitchedOff:
    """Fails as a model would that is away, so that the same happens next: quotes of the nearest passages, or a 503 problem."""

    name = "generate"

    def __call__(self, turn: Turn) -> None:
        raise DependencyUnavailable("model", "switched off", retry_after=RETRY_SECONDS)
