from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

from causeway.retrieval.passage import FoundPassage
from causeway.retrieval.retriever import Retrieval
from evaluation.corpora import Corpus
from evaluation.laboratory import Laboratory
from stacks.environment import load
from tests.unit.loopback import hit

CORPUS = Corpus("set", (), ())
FOUND = [FoundPassage.of_hit(hit(name) | {"_score": score}, 0.7) for name, score in (("a", 0.9), ("b", 0.5))]


class Retriever:
    def retrieve(self, scope: object, *arguments: object) -> Retrieval:
        return Retrieval(FOUND, 1, 0)


def laboratory(relevance: list[float]) -> Laboratory:
    """With servers that are not started."""
    made = Laboratory(Path("data"), load("local").models.embedding, ExitStack())
    documents = {passage.content_hash: frozenset({passage.document_id}) for passage in FOUND}
    made.__dict__["servers"] = SimpleNamespace(reranker=lambda question, texts: relevance)
    made.__dict__["library"] = SimpleNamespace(retriever=lambda method="hybrid", at_least=20: Retriever(), holders=lambda name: documents)
    return made


def test_documents_are_in_the_order_of_the_reranker():
    shared = laboratory([0.2, 0.8])
    assert shared.search(CORPUS)("Where?") == [frozenset("a"), frozenset("b")]
    assert shared.reranked(CORPUS)("Where?") == [frozenset("b"), frozenset("a")]


def test_a_clear_lead_is_left_as_it_is():
    assert laboratory([0.2, 0.8]).reranked(CORPUS, clear_margin=0.4)("Where?") == [frozenset("a"), frozenset("b")]
