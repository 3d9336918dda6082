"""Step: find the candidates."""

from causeway.answering.parts import parts_of
from causeway.answering.turn import Turn
from causeway.retrieval.retriever import Finds
from causeway.runtime.logs import record_failure


class Retrieve:
    """Puts more passages into the turn than the answer will use, best first. `rerank` may reorder them before `select` cuts.

    A follow-up is searched for with the question that it follows, and never in parts.
    budget_seconds: for embedding, searching and checking versions together.
    """

    name = "retrieve"

    def __init__(self, retriever: Finds, budget_seconds: float) -> None:
        self._retriever = retriever
        self._budget_seconds = budget_seconds

    def __call__(self, turn: Turn) -> None:
        deadline = turn.deadline.within(self._budget_seconds)
        turn.parts = parts_of(turn.question) if turn.standalone == turn.question else ()
        found = self._retriever.retrieve(turn.scope, turn.standalone, turn.top_k, deadline, turn.parts, turn.user)
        turn.candidates = turn.passages = found.passages
        turn.lead = found.lead
        turn.vectors = found.generation.vectors if found.generation else None
        if found.without_meaning:
            record_failure(found.without_meaning)
            turn.degraded.append("embedding")
        turn.notes |= {"candidates": len(found.passages), "stale_hits": found.stale, "searches": found.rounds}
        turn.notes["parts"] = len(turn.parts)
        turn.notes["generation"] = ",".join(sorted({str(passage.generation) for passage in found.passages}))
