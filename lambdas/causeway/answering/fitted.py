"""Steps that depend on the embedding model, where an environment has two of them."""

from collections.abc import Callable

from causeway.answering.pipeline import Step
from causeway.answering.settings import AnswerSettings
from causeway.answering.turn import Turn
from causeway.retrieval.generations import Vectors


def fitted(settings: AnswerSettings, make: Callable[[AnswerSettings], Step]) -> Step:
    """The step that `make` makes from the settings; where there are two embedding models, one for each."""
    first, *others = ((each.embedding.vectors, make(each)) for each in settings.by_model)
    return Fitted(first[1], dict([first, *others])) if others else first[1]


class Fitted:
    """Takes each turn through the step of the embedding model that its passages were found by."""

    def __init__(self, first: Step, by_vectors: dict[Vectors, Step]) -> None:
        """first: for a turn without a search."""
        self.name = first.name
        self._first, self._by_vectors = first, by_vectors

    def __call__(self, turn: Turn) -> None:
        step = self._by_vectors[turn.vectors] if turn.vectors else self._first
        step(turn)
