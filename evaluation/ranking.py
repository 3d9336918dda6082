"""How well a search ranks the documents that answer: recall among the first five and reciprocal rank, with 95% intervals."""

import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.measure import Share
from evaluation.corpora import Asked

FIRST = 5
RESAMPLES = 2_000

Ranking = Sequence[str]
Search = Callable[[str], Ranking]


@dataclass(frozen=True)
class Ranked:
    """ranks: for each question, the rank of the first document that answers it, from 1; 0 where none was found."""

    ranks: Sequence[int]

    @property
    def recall(self) -> Share:
        """Questions with an answering document among the first five documents."""
        return Share.of(0 < rank <= FIRST for rank in self.ranks)

    @property
    def first(self) -> Share:
        return Share.of(rank == 1 for rank in self.ranks)

    @property
    def anywhere(self) -> Share:
        return Share.of(rank > 0 for rank in self.ranks)

    @property
    def reciprocals(self) -> list[float]:
        return [1 / rank if rank else 0.0 for rank in self.ranks]

    @property
    def mrr(self) -> float:
        return statistics.mean(self.reciprocals)


def ranked(questions: Sequence[Asked], search: Search) -> Ranked:
    """search: the document of each passage found for a question, best first; a document counts at its best passage."""
    return Ranked([rank(question, search(question.text)) for question in questions])


def rank(question: Asked, found: Ranking) -> int:
    documents = list(dict.fromkeys(found))
    return next((place for place, document in enumerate(documents, 1) if document in question.documents), 0)


def mean_with_interval(values: Sequence[float], seed: int = 8) -> str:
    """The mean with its 95% interval by the percentile bootstrap."""
    draw = random.Random(seed)  # noqa: S311 - nothing secret
    means = sorted(statistics.mean(draw.choices(values, k=len(values))) for _ in range(RESAMPLES))
    low, high = means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]
    return f"{statistics.mean(values):.2f} ({low:.2f} to {high:.2f})"
