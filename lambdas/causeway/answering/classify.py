"""Step: tell what kind of question it is."""

from causeway.answering.turn import Turn
from causeway.conversations.intents import Remembering


class Classify:
    """A follow-up is of the kind of the question that it follows. What it misses: see `causeway.conversations.intents`."""

    name = "classify"

    def __init__(self, remembering: Remembering) -> None:
        self._remembering = remembering

    def __call__(self, turn: Turn) -> None:
        turn.intent = self._remembering.intent_of(turn.standalone)
