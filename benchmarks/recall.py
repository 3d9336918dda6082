"""How well the questions of the sample domain find their passages in the running local deployment: BM25, vectors, and both."""

import os
from functools import partial

from benchmarks.deployed import running
from benchmarks.measure import print_table
from causeway.retrieval.embedding import Embedder
from evaluation.golden import questions
from evaluation.retrieval import evaluate, searches
from local.app.aws import parameter
from local.app.domain import FOLDER

FILES = {"golden": "questions.yaml", "held out": "held_out.yaml"}


def main() -> None:
    state = running()
    os.environ.update(state.aws_variables())
    embedder = Embedder.of("sagemaker", parameter("models/embedding"))
    rows = []
    for name, file in FILES.items():
        asked = [question for question in questions(FOLDER, file) if question.evidence]
        found = evaluate(asked, searches(state.search_url), partial(_embedded, embedder))
        rows += [
            [f"{len(asked)} {name}", by, f"{score.recall:.3f}", f"{score.mrr:.3f}", " ".join(score.missed)] for by, score in found.items()
        ]
    notes = [
        "Questions with evidence, on the sample documents: the real search engine, the small local model.",
        "Golden questions were reworded with their ranks in view, held-out ones were not: the second figure is the honest one.",
        "Goal: hybrid best, recall@5 at least 0.9.",
    ]
    print_table("Retrieval", ["questions", "search", "recall@5", "MRR", "evidence not all among the first five"], rows, notes)


def _embedded(embedder: Embedder, text: str) -> list[float]:
    return embedder.embed([text], "query")[0]


if __name__ == "__main__":
    main()
