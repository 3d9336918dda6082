"""How well the golden questions find their passages in the running local deployment: BM25, vectors, and the hybrid of both."""

import os
from functools import partial

from benchmarks.deployed import running
from benchmarks.measure import print_table
from causeway.retrieval.embedding import Embedder
from evaluation.golden import questions
from evaluation.retrieval import evaluate, searches
from local.aws import parameter
from local.domain import FOLDER


def main() -> None:
    state = running()
    os.environ.update(state.aws_variables())
    embedder = Embedder.of("sagemaker", parameter("models/embedding"))
    golden = [question for question in questions(FOLDER) if question.evidence]
    found = evaluate(golden, searches(state.search_url), partial(_embedded, embedder))
    rows = [[name, f"{score.recall:.3f}", f"{score.mrr:.3f}", " ".join(score.missed)] for name, score in found.items()]
    notes = [
        f"{len(golden)} golden questions with evidence, on the sample documents: the real search engine, the small local model.",
        "Goal: hybrid best, recall@5 at least 0.9.",
    ]
    print_table("Retrieval", ["search", "recall@5", "MRR", "evidence not all among the first five"], rows, notes)


def _embedded(embedder: Embedder, text: str) -> list[float]:
    return embedder.embed([text], "query")[0]


if __name__ == "__main__":
    main()
