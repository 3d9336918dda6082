"""Which documents are found for customers' questions about AWS: the app's search, each half of it, and LangChain's ensemble beside it."""

from benchmarks.measure import print_table
from causeway.retrieval.queries import Method
from evaluation import peer
from evaluation.corpora import SETS, Corpus, aws_documentation
from evaluation.laboratory import Laboratory
from evaluation.ranking import Ranked, mean_with_interval, ranked
from stacks.environment import load

METHODS: dict[str, Method] = {"BM25": "text", "vectors": "vector", "hybrid": "hybrid"}
HEADERS = ("search", "document recall@5", "MRR", "first", "found in 20 passages")


def table(laboratory: Laboratory) -> None:
    corpus = aws_documentation(laboratory.data / "aws_documentation")
    held = laboratory.hold(corpus)
    rows = [row(name, ranked(corpus.questions, laboratory.search(corpus, method))) for name, method in METHODS.items()]
    margin = load("local").models.embedding.calibrated.clear_margin
    rows.append(row("hybrid, reranked", ranked(corpus.questions, laboratory.reranked(corpus))))
    rows.append(row("reranked, unless clear", ranked(corpus.questions, laboratory.reranked(corpus, margin))))
    rows += [row(name, found) for name, found in peer.ensembles(corpus, laboratory).items()]
    print_table("Documents that answer", HEADERS, rows, _notes(corpus, held.passages))


def row(name: str, found: Ranked) -> list[str]:
    return [name, str(found.recall), mean_with_interval(found.reciprocals), str(found.first), str(found.anywhere)]


def _notes(corpus: Corpus, passages: int) -> list[str]:
    return [
        f"{SETS[corpus.name]}: {len(corpus.questions)} questions, {len(corpus.files):,} documents in {passages:,} passages.",
        "Documents are ranked by their best passage among 20; those that hold the same text count as one.",
        "Intervals of 95%: Wilson's for shares, percentile bootstrap for MRR.",
        "LangChain's ensemble: the same passages and vectors, FAISS and BM25 with 20 results each, joined by ranks with equal weights.",
        "Unless clear: as in use, without reranking where the first passage leads by the calibrated margin.",
        "Reranked: by the word vectors of the local AWS, sentence by sentence. Rerank 3.5 on Bedrock is not measured: it takes an account.",
        "Goal: hybrid at or above the better half, recall@5 at least 0.90, and ahead of LangChain's; reranked, recall@5 at least 0.93.",
    ]
