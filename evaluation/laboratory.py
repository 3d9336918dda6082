"""What the tables of one run share: the data's folder, the servers and the index, started when the first table needs them."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from causeway.answering.contract import DEFAULT_TOP_K
from causeway.answering.rerank import Rerank
from causeway.answering.retrieve import Retrieve
from causeway.answering.turn import Turn
from causeway.permissions.access import Access
from causeway.retrieval.queries import Method
from causeway.retrieval.reranker import Reranker
from causeway.retrieval.retriever import FOR_RERANKING
from causeway.retrieval.scope import Scope
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from evaluation import basis
from evaluation.corpora import Corpus
from evaluation.library import Held, Library
from evaluation.ranking import Ranking, Search
from evaluation.servers import Servers, running
from local.settings import HOME
from stacks.environment import load
from stacks.models.settings import Embedding

FOLDER = HOME / "evaluation"
SECONDS = 30.0
PATIENT = Dependency("reranker", attempt_seconds=SECONDS, budget_seconds=SECONDS)


@dataclass
class Laboratory:
    """data: the folder with a folder for each public set. model: of the local environment, by which passages are embedded."""

    data: Path
    model: Embedding
    _open: ExitStack
    _holders: dict[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)

    @cached_property
    def servers(self) -> Servers:
        """Their data is kept for the next run, as long as model, schema and chunking stay the same."""
        return self._open.enter_context(
            running(FOLDER / self.model.named(basis.digest("model", "schema", "chunking")), self.model.dimensions)
        )

    @cached_property
    def library(self) -> Library:
        return Library(self.servers, self.model.calibrated.text_weight)

    def hold(self, corpus: Corpus) -> Held:
        print(f"… {corpus.name}: {len(corpus.files):,} documents into the index, unless they are there", flush=True)
        return self.library.hold(corpus)

    def holders(self, corpus: Corpus) -> Mapping[str, frozenset[str]]:
        if corpus.name not in self._holders:
            self._holders[corpus.name] = self.library.holders(corpus.name)
        return self._holders[corpus.name]

    def search(self, corpus: Corpus, method: Method = "hybrid") -> Search:
        """The app's retrieval within a corpus."""
        retriever, holders = self.library.retriever(method), self.holders(corpus)

        def search(question: str) -> Ranking:
            found = retriever.retrieve(Scope(corpus.name, closed=()), question, DEFAULT_TOP_K, Deadline.after(SECONDS))
            return [holders[passage.content_hash] for passage in found.passages]

        return search

    def reranked(self, corpus: Corpus, clear_margin: float | None = None) -> Search:
        """The same, in the order of the app's step that reranks. clear_margin: see `Rerank`."""
        retrieve, holders = Retrieve(self.library.retriever(at_least=FOR_RERANKING), SECONDS), self.holders(corpus)
        weight = load("local").models.rerank_weight
        rerank = Rerank(Reranker(self.servers.reranker, PATIENT), clear_margin, reserved_seconds=0.0, needed=True, weight=weight)

        def search(question: str) -> Ranking:
            turn = Turn("evaluation", corpus.name, question, Deadline.after(2 * SECONDS), access=Access())
            retrieve(turn)
            rerank(turn)
            return [holders[passage.content_hash] for passage in turn.passages]

        return search


@contextmanager
def laboratory(data: Path, model: Embedding | None = None) -> Iterator[Laboratory]:
    """model: the local environment's first one, if no other is named."""
    with ExitStack() as opened:
        yield Laboratory(data, model or load("local").models.embedding, opened)
