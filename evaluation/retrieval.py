"""How well the golden questions find their passages: BM25 alone, vectors alone, and the hybrid search that answers use.

    AWS_ENDPOINT_URL=... python -m evaluation.retrieval --environment local --provider sagemaker

The search endpoint and the embedding model are read from the environment's parameters in SSM; credentials, region and endpoint are
the usual variables. `--search URL` and `--embedding NAME` name others.
"""

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from causeway.retrieval import schema
from causeway.retrieval.embedder import Embedder
from causeway.retrieval.queries import hybrid_query, text_query, vector_query
from causeway.retrieval.scope import Scope
from causeway.runtime.clients import client
from causeway.runtime.search import search_client
from evaluation.golden import Evidence, Question, questions

CANDIDATES = 20  # of each half of the hybrid search, as for an answer of five passages
DEPTH = 10

Hit = Mapping[str, Any]
Search = Callable[[Scope, str, Sequence[float]], Sequence[Hit]]


@dataclass(frozen=True)
class Scores:
    """recall: mean over questions of the share of their evidence among the first five passages.
    mrr: mean over questions of 1 / rank of the first passage that carries evidence, 0 when none of ten does.
    missed: ids of the questions whose evidence is not all among the first five.
    """

    recall: float
    mrr: float
    missed: Sequence[str]


def evaluate(asked: Iterable[Question], searches: Mapping[str, Search], embed: Callable[[str], Sequence[float]]) -> dict[str, Scores]:
    """Scores of each search over the questions that have evidence; each question is embedded once."""
    found: dict[str, list[tuple[Question, Sequence[Hit]]]] = {name: [] for name in searches}
    for question in asked:
        if question.evidence:
            vector = embed(question.text)
            for name, search in searches.items():
                found[name].append((question, search(Scope(question.tenant), question.text, vector)))
    return {name: scores(results) for name, results in found.items()}


def scores(results: Sequence[tuple[Question, Sequence[Hit]]]) -> Scores:
    """results: each question with its passages, best first. Raises ValueError without any."""
    if not results:
        raise ValueError("there are no questions with evidence to score")
    recalls = {question.id: _share(question.evidence, hits[:5]) for question, hits in results}
    reciprocals = [_reciprocal_rank(question.evidence, hits[:DEPTH]) for question, hits in results]
    missed = [id for id, recall in recalls.items() if recall < 1]
    return Scores(sum(recalls.values()) / len(recalls), sum(reciprocals) / len(reciprocals), missed)


def _share(evidence: Sequence[Evidence], hits: Sequence[Hit]) -> float:
    return sum(any(piece.is_in(hit) for hit in hits) for piece in evidence) / len(evidence)


def _reciprocal_rank(evidence: Sequence[Evidence], hits: Sequence[Hit]) -> float:
    ranks = (rank for rank, hit in enumerate(hits, 1) if any(piece.is_in(hit) for piece in evidence))
    return next((1 / rank for rank in ranks), 0.0)


def searches(endpoint: str, index: str = schema.ALIAS, pipeline: str = schema.PIPELINE) -> dict[str, Search]:
    """BM25, vectors and hybrid over one index. endpoint: host or URL of the search domain."""
    engine = search_client(endpoint, timeout=10.0)

    def ask(query: Any, **parameters: Any) -> Sequence[Hit]:
        body = {"query": query, "size": DEPTH, "_source": {"excludes": ["embedding"]}}
        hits: list[Any] = engine.search(index=index, body=body, **parameters)["hits"]["hits"]
        return [hit["_source"] for hit in hits]

    return {
        "BM25": lambda scope, question, vector: ask(text_query(scope, question)),
        "vectors": lambda scope, question, vector: ask(vector_query(scope, vector, CANDIDATES)),
        "hybrid": lambda scope, question, vector: ask(hybrid_query(scope, question, vector, CANDIDATES), search_pipeline=pipeline),
    }


def main() -> None:
    arguments = _arguments()
    embedder = Embedder.of(arguments.provider, arguments.embedding or _parameter(arguments.environment, "models/embedding"))
    found = evaluate(
        questions(arguments.domain),
        searches(arguments.search or _parameter(arguments.environment, "search/endpoint")),
        lambda text: embedder.embed([text], "query")[0],
    )
    print(f"{'':8}  recall@5    MRR  missed")
    for name, score in found.items():
        print(f"{name:8}  {score.recall:8.3f}  {score.mrr:.3f}  {len(score.missed)}: {' '.join(score.missed)}")


def _parameter(environment: str, name: str) -> str:
    answer = client("ssm").get_parameter(Name=f"/causeway/{environment}/{name}")
    return answer["Parameter"]["Value"]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environment", default="local")
    parser.add_argument("--domain", type=Path, default=Path("domains/bookshop"))
    parser.add_argument("--provider", choices=("sagemaker", "bedrock"), default="sagemaker")
    parser.add_argument("--search")
    parser.add_argument("--embedding")
    return parser.parse_args()


if __name__ == "__main__":
    main()
