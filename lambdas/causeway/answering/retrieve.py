"""Step: find the passages, or refuse when none is relevant."""

from causeway.answering.turn import Turn
from causeway.retrieval.passage import FoundPassage
from causeway.retrieval.retriever import Retriever
from causeway.safety.grounding import coverage

COVERED = 0.5


class Retrieve:
    """Refuses a question without asking the model when no passage is near it in meaning or in words.

    least_similarity: (1 + cosine) / 2; what counts as near depends on the embedding model.
    budget_seconds: for embedding, searching and checking versions together.
    A passage is near in words when it holds half of the question's terms. It fails on a question about a known subject that
    the documents do not answer: those words are there. The model, told to say so, and grounding come after it.
    """

    name = "retrieve"

    def __init__(self, retriever: Retriever, least_similarity: float, budget_seconds: float) -> None:
        self._retriever = retriever
        self._least_similarity = least_similarity
        self._budget_seconds = budget_seconds

    def __call__(self, turn: Turn) -> None:
        deadline = turn.deadline.within(self._budget_seconds)
        found = self._retriever.retrieve(turn.scope, turn.question, turn.top_k, deadline)
        turn.passages = found.passages
        turn.notes |= {"passages": len(found.passages), "stale_hits": found.stale, "searches": found.rounds}
        if not any(self._is_relevant(turn.question, passage) for passage in found.passages):
            turn.refuse("nothing-found")

    def _is_relevant(self, question: str, passage: FoundPassage) -> bool:
        return passage.similarity >= self._least_similarity or coverage(question, readable(passage)) >= COVERED


def readable(passage: FoundPassage) -> str:
    """A passage as the model reads it: title, heading and text."""
    return f"{passage.title}\n{passage.heading}\n{passage.text}"
