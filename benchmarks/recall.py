"""How well the questions of the sample domain find their passages in the running local deployment: BM25, vectors, and both."""

import os

from benchmarks.deployed import running
from benchmarks.measure import print_table
from evaluation.golden import questions
from evaluation.retrieval import deployed_settings, evaluate, searches
from local.app.domain import BOOKSHOP

FILES = {"golden": "questions.yaml", "held out": "held_out.yaml"}


def main() -> None:
    os.environ.update(running().aws_variables())
    compared = searches(deployed_settings("local"))
    rows = []
    for name, file in FILES.items():
        asked = [question for question in questions(BOOKSHOP, file) if question.evidence]
        found = evaluate(asked, compared)
        rows += [
            [f"{len(asked)} {name}", by, f"{score.recall:.3f}", f"{score.mrr:.3f}", " ".join(score.missed)] for by, score in found.items()
        ]
    notes = [
        "Questions with evidence, on the sample documents: the real search engine, the small local model.",
        "Golden questions were reworded with their ranks in view, held-out ones were not: the second figure is the honest one.",
        "Goal: hybrid best, recall@5 at least 0.9.",
    ]
    print_table("Retrieval", ["questions", "search", "recall@5", "MRR", "evidence not all among the first five"], rows, notes)


if __name__ == "__main__":
    main()
