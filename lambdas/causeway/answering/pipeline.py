"""The walk of a turn through its steps."""

import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Protocol

from causeway.answering.compose import Compose
from causeway.answering.generate import Generate
from causeway.answering.ground import Ground
from causeway.answering.record import Record
from causeway.answering.retrieve import Retrieve
from causeway.answering.screen import Screen
from causeway.answering.settings import AnswerSettings
from causeway.answering.turn import Answer, Turn
from causeway.retrieval.embedding import Embedder
from causeway.retrieval.registry import CurrentVersions
from causeway.retrieval.retriever import Retriever
from causeway.retrieval.searcher import Searcher
from causeway.runtime.dependencies import Dependency
from causeway.runtime.problems import Problem
from causeway.runtime.search import search_client

# Longest times, in seconds. Retrieval and one attempt of the model make 26; the function is stopped at 28 and API Gateway at 29.
EMBEDDING_ATTEMPT, EMBEDDING_BUDGET = 2.5, 6.0
SEARCH_ATTEMPT, SEARCH_BUDGET = 2.5, 5.0
REGISTRY_ATTEMPT, REGISTRY_BUDGET = 1.5, 3.0
RETRIEVAL_BUDGET = 10.0
MODEL_ATTEMPT, MODEL_BUDGET = 16.0, 27.0


class Step(Protocol):
    """name: as it appears in logs. Calling it adds to the turn, or answers it."""

    name: str

    def __call__(self, turn: Turn) -> None: ...


class Pipeline:
    """Steps in order; once one has answered, the rest are passed by. `record` runs last, after failures too."""

    def __init__(self, steps: Sequence[Step], record: Step) -> None:
        self._steps = steps
        self._record = record

    @classmethod
    def of(cls, settings: AnswerSettings) -> "Pipeline":
        """Makes every client, so that a cold start pays for them and no caller does."""
        steps: list[Step] = [
            Screen(),
            Retrieve(retriever(settings), settings.least_similarity, RETRIEVAL_BUDGET),
            Compose(),
            _generate(settings),
            Ground(settings.least_similarity),
        ]
        return cls(steps, Record())

    def answer(self, turn: Turn) -> Answer:
        """Raises Problem when the question is refused outright, DependencyError when a service fails."""
        try:
            for step in self._steps:
                if turn.answer is None:
                    self._timed(step, turn)
        except Problem as problem:
            if problem.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                turn.turned_away = problem.slug
            raise
        finally:
            self._record(turn)
        if turn.answer is None:
            raise RuntimeError("no step answered the turn")
        return turn.answer

    def _timed(self, step: Step, turn: Turn) -> None:
        began = time.perf_counter()
        try:
            step(turn)
        finally:
            turn.seconds[step.name] = time.perf_counter() - began


def retriever(settings: AnswerSettings) -> Retriever:
    """The retriever that answers are made from."""
    embedder = Embedder.of(settings.embedding_provider, settings.embedding_model, attempt=EMBEDDING_ATTEMPT, budget=EMBEDDING_BUDGET)
    client = search_client(settings.search_endpoint, timeout=SEARCH_ATTEMPT / 2)
    search = Dependency("search", SEARCH_ATTEMPT, SEARCH_BUDGET)
    registry = Dependency("registry", REGISTRY_ATTEMPT, REGISTRY_BUDGET)
    searcher = Searcher(client, settings.search_index, settings.search_pipeline, search)
    return Retriever(embedder, searcher, CurrentVersions(settings.registry_table, registry))


def _generate(settings: AnswerSettings) -> Generate:
    return Generate(
        settings.chat_model,
        (settings.guardrail_id, settings.guardrail_version),
        max_tokens=settings.max_output_tokens,
        temperature=settings.temperature,
        attempt_seconds=MODEL_ATTEMPT,
        budget_seconds=MODEL_BUDGET,
    )
