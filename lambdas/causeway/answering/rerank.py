"""Step: put the candidates in the order of a model that reads question and passage together."""

from collections.abc import Sequence

from causeway.answering.turn import Turn, readable
from causeway.retrieval.fusion import interleaved
from causeway.retrieval.passage import FoundPassage
from causeway.retrieval.reranker import Reranker
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyUnavailable, Throttled
from causeway.runtime.logs import record_failure


class Rerank:
    """Reorders the candidates before `select` cuts them. Without the reranker the turn goes on in the search's order, and says so.

    clear_margin: the lead of the first passage from which it is clearly best and no model is asked (`Turn.lead`); None: it is always
    asked. Where it fails: a passage that repeats the question's words may lead by as much. See docs/decisions/178-reranking.md.
    reserved_seconds: what later steps need of the turn's time. Less than an attempt beyond that, and no model is asked.
    needed: whether a turn fails when the reranker does.
    weight: 0 to 1, the reranker's say in the order; the rest is that of the search's scores. Both are scaled to 0..1 among the candidates.
    """

    name = "rerank"

    def __init__(
        self, reranker: Reranker, clear_margin: float | None, reserved_seconds: float, needed: bool = False, weight: float = 1.0
    ) -> None:
        self._reranker = reranker
        self._clear_margin = clear_margin
        self._reserved_seconds = reserved_seconds
        self._needed = needed
        self._weight = weight

    def __call__(self, turn: Turn) -> None:
        turn.notes["reranked"] = 0
        if len(turn.passages) < 2:
            return
        if self._is_clear(turn):
            turn.notes["rerank_skipped"] = 1
            return
        try:
            turn.passages = self._reordered(turn)
            turn.notes["reranked"] = len(turn.passages)
        except (Throttled, DependencyUnavailable) as failure:
            if self._needed:
                raise
            record_failure(failure)
            turn.degraded.append("reranker")

    def _is_clear(self, turn: Turn) -> bool:
        return self._clear_margin is not None and turn.lead is not None and turn.lead >= self._clear_margin

    def _reordered(self, turn: Turn) -> list[FoundPassage]:
        """By the question, or by each of its parts in turns: no part may take all places. Equal ones stay in the search's order."""
        deadline = turn.deadline.earlier(self._reserved_seconds)
        weight = 1.0 if turn.parts else self._weight  # the scores of several searches cannot be compared
        return interleaved([self._by(question, turn.passages, weight, deadline) for question in turn.parts or (turn.standalone,)])

    def _by(self, question: str, passages: Sequence[FoundPassage], weight: float, deadline: Deadline) -> list[FoundPassage]:
        relevance = self._reranker.relevance(question, [readable(passage) for passage in passages], deadline)
        searched = scaled([passage.score for passage in passages])
        mixed = [weight * here + (1 - weight) * there for here, there in zip(scaled(relevance), searched, strict=True)]
        rated = [
            passage.model_copy(update={"relevance": score, "mixed": both})
            for score, both, passage in zip(relevance, mixed, passages, strict=True)
        ]
        return sorted(rated, key=lambda passage: -passage.standing)


def scaled(scores: Sequence[float]) -> list[float]:
    """To 0..1; all 1 where they are equal."""
    low, high = min(scores), max(scores)
    return [(score - low) / (high - low) if high > low else 1.0 for score in scores]
