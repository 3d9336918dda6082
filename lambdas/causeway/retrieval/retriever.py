"""From a question to the passages that may answer it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Protocol

from causeway.retrieval.embedder import Embedder, Vector
from causeway.retrieval.fusion import interleaved
from causeway.retrieval.generations import Generation, Generations
from causeway.retrieval.passage import FoundPassage
from causeway.retrieval.scope import Scope, Version
from causeway.retrieval.searcher import Searcher
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyError, DependencyUnavailable, Throttled

ROUNDS = 3
MIN_CANDIDATES = 20
FOR_RERANKING = 50  # candidates: of those beyond the twentieth, a reranker finds some that answer (docs/decisions/178-reranking.md)
CANDIDATES_FOR_EACH = 4
MAX_CANDIDATES = 80


@dataclass(frozen=True)
class Retrieval:
    """passages: current, no two of equal content, best first.
    rounds: searches made; stale: hits dropped because the registry names another version.
    without_meaning: why the question's vector was missing, when its words alone were searched for; every similarity is 0 then.
    one_search: whether the scores are those of one hybrid search, so that they can be compared.
    lead: how far the first passage is ahead of the second, 0..1; None where that cannot be said.
    generation: of the index that was searched, where there may be two.
    """

    passages: Sequence[FoundPassage]
    rounds: int
    stale: int
    without_meaning: DependencyError | None = None
    one_search: bool = True
    generation: Generation | None = None

    @property
    def lead(self) -> float | None:
        if not self.one_search or len(self.passages) < 2:
            return None
        return self.passages[0].score - self.passages[1].score


class Versions(Protocol):
    """What says which version of a document is the current one; see `current_versions`."""

    def of(self, tenant: str, document_ids: Collection[str], deadline: Deadline) -> Mapping[str, str]: ...


class Finds(Protocol):
    """What finds passages for a user's question: `Retriever` in one generation, `Routed` in the user's."""

    def retrieve(
        self, scope: Scope, question: str, top_k: int, deadline: Deadline, parts: Sequence[str] = (), user: str = ""
    ) -> Retrieval: ...


class Routed:
    """Gives each request to one generation of the index, whose model embeds the question as it has embedded the passages."""

    def __init__(
        self,
        generations: Generations,
        made: Callable[[Generation], "Retriever"],
        unknown: Callable[[Generation], bool] = lambda generation: False,
    ) -> None:
        """made: the retriever of a generation; it is kept. unknown: whether this function is deployed without its model."""
        self._generations, self._made, self._unknown = generations, cache(made), unknown

    def retrieve(self, scope: Scope, question: str, top_k: int, deadline: Deadline, parts: Sequence[str] = (), user: str = "") -> Retrieval:
        """As `Retriever.retrieve`; it also raises the errors of the registry."""
        generation = self._generations.live(deadline).without(self._unknown).searched(scope.tenant, user)
        return replace(self._made(generation).retrieve(scope, question, top_k, deadline, parts), generation=generation)


class Retriever:
    """Embeds the question, searches, and keeps what the registry calls current.

    words_alone: whether to search for the question's words alone while the embedding model is throttled or unavailable.
    at_least: candidates of a question, however few passages the answer will use.
    """

    def __init__(
        self, embedder: Embedder, searcher: Searcher, versions: Versions, words_alone: bool = False, at_least: int = MIN_CANDIDATES
    ) -> None:
        self._embedder = embedder
        self._searcher = searcher
        self._versions = versions
        self._words_alone = words_alone
        self._at_least = at_least

    def retrieve(self, scope: Scope, question: str, top_k: int, deadline: Deadline, parts: Sequence[str] = (), user: str = "") -> Retrieval:
        """Candidates for an answer from `top_k` passages: four for each, from `at_least` to 80, less the stale and repeated ones.

        parts: questions that make up the question. Each is searched for as well, and the rankings take turns.

        A document that was replaced while we searched may have only stale hits: then the search is made again without them,
        three times at most.
        """
        questions, failure = self._vectors(list(dict.fromkeys((question, *parts))), deadline)
        size = min(MAX_CANDIDATES // len(questions), max(self._at_least, CANDIDATES_FOR_EACH * top_k))
        rounds = stale = 0
        while True:
            found = interleaved(self._searcher.search(scope, questions, size, deadline))
            current = self._versions.of(scope.tenant, {passage.document_id for passage in found}, deadline)
            kept = [passage for passage in found if current.get(passage.document_id) == passage.version]
            rounds, stale = rounds + 1, stale + len(found) - len(kept)
            if rounds == ROUNDS or not _lost(found, kept, current):
                return Retrieval(without_repeats(kept), rounds, stale, failure, one_search=len(questions) == 1 and failure is None)
            scope = scope.excluding(_stale_versions(found, kept))

    def _vectors(self, questions: Sequence[str], deadline: Deadline) -> tuple[Mapping[str, Vector | None], DependencyError | None]:
        try:
            return dict(zip(questions, self._embedder.embed(questions, "query", deadline), strict=True)), None
        except (Throttled, DependencyUnavailable) as failure:
            if not self._words_alone:
                raise
            return dict.fromkeys(questions), failure


def without_repeats(passages: Sequence[FoundPassage]) -> list[FoundPassage]:
    """The first passage of each content hash, in order."""
    return list({passage.content_hash: passage for passage in reversed(passages)}.values())[::-1]


def _lost(found: Sequence[FoundPassage], kept: Sequence[FoundPassage], current: Mapping[str, str]) -> bool:
    """Whether a document that still exists had hits, and none of its current version."""
    return bool({passage.document_id for passage in found} & current.keys() - {passage.document_id for passage in kept})


def _stale_versions(found: Sequence[FoundPassage], kept: Sequence[FoundPassage]) -> list[Version]:
    return list(dict.fromkeys(passage.of_version for passage in found if passage not in kept))
