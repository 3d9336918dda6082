"""How well the golden questions find their passages: BM25 alone, vectors alone, and the hybrid search that answers use.

    AWS_ENDPOINT_URL=... python -m evaluation.retrieval --environment local

It also prints where `least_similarity` of the calibration belongs with the deployed model: below the similarity of the best passage of
every question that has an answer.

The passages come from the answer function's own retriever, built from the settings of the deployed function: scope, registry and
repeats are as in an answer. Credentials, region and endpoint are the usual variables.
"""

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from causeway.answering.contract import DEFAULT_TOP_K
from causeway.answering.finding import retriever
from causeway.answering.settings import RetrievalSettings
from causeway.retrieval.passage import FoundPassage
from causeway.retrieval.queries import Method
from causeway.retrieval.scope import Scope
from causeway.runtime.clients import client, region, session
from causeway.runtime.deadlines import Deadline
from evaluation.golden import Evidence, Question, Searchable, questions

METHODS: Mapping[str, Method] = {"BM25": "text", "vectors": "vector", "hybrid": "hybrid"}
DEPTH = 10
SECONDS = 30.0

Search = Callable[[Scope, str], Sequence[Searchable]]
Retrieve = Callable[[Scope, str], Sequence[FoundPassage]]


@dataclass(frozen=True)
class Scores:
    """recall: mean over questions of the share of their evidence among the first five passages.
    mrr: mean over questions of 1 / rank of the first passage that carries evidence, 0 when none of ten does.
    missed: ids of the questions whose evidence is not all among the first five.
    """

    recall: float
    mrr: float
    missed: Sequence[str]


def evaluate(asked: Iterable[Question], searches: Mapping[str, Search]) -> dict[str, Scores]:
    """Scores of each search over the questions that have evidence."""
    answerable = [question for question in asked if question.evidence]
    return {
        name: scores([(question, search(Scope(question.tenant, closed=()), question.text)) for question in answerable])
        for name, search in searches.items()
    }


def similarities(asked: Iterable[Question], search: Retrieve) -> dict[bool, list[float]]:
    """The similarity of each question's nearest passage, 0 without any, in order; True: of questions with evidence."""
    found: dict[bool, list[float]] = {True: [], False: []}
    for question in asked:
        passages = search(Scope(question.tenant, closed=()), question.text)
        found[bool(question.evidence)].append(max((passage.similarity for passage in passages), default=0.0))
    return {answerable: sorted(values) for answerable, values in found.items()}


def scores(results: Sequence[tuple[Question, Sequence[Searchable]]]) -> Scores:
    """results: each question with its passages, best first. Raises ValueError without any."""
    if not results:
        raise ValueError("there are no questions with evidence to score")
    recalls = {question.id: _share(question.evidence, found[:5]) for question, found in results}
    reciprocals = [_reciprocal_rank(question.evidence, found[:DEPTH]) for question, found in results]
    missed = [id for id, recall in recalls.items() if recall < 1]
    return Scores(sum(recalls.values()) / len(recalls), sum(reciprocals) / len(reciprocals), missed)


def _share(evidence: Sequence[Evidence], found: Sequence[Searchable]) -> float:
    return sum(any(piece.is_in(passage) for passage in found) for piece in evidence) / len(evidence)


def _reciprocal_rank(evidence: Sequence[Evidence], found: Sequence[Searchable]) -> float:
    ranks = (rank for rank, passage in enumerate(found, 1) if any(piece.is_in(passage) for piece in evidence))
    return next((1 / rank for rank in ranks), 0.0)


def searches(settings: RetrievalSettings) -> dict[str, Retrieve]:
    """The product's retriever with each half of its search, and with both."""
    return {name: _search(settings, method) for name, method in METHODS.items()}


def _search(settings: RetrievalSettings, method: Method) -> Retrieve:
    product = retriever(settings, method)
    return lambda scope, question: product.retrieve(scope, question, DEFAULT_TOP_K, Deadline.after(SECONDS)).passages


def deployed_settings(environment: str) -> RetrievalSettings:
    """Those of the environment's answer function."""
    return RetrievalSettings.from_environment(deployed_variables(environment))


def deployed_variables(environment: str) -> Mapping[str, str]:
    """The environment variables of the environment's answer function."""
    name = client("ssm").get_parameter(Name=f"/causeway/{environment}/assistant/answer-function")["Parameter"]["Value"]
    functions: Any = session().create_client("lambda", region_name=region())
    variables: Mapping[str, str] = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    return variables


def main() -> None:
    arguments = _arguments()
    asked, compared = questions(arguments.domain), searches(deployed_settings(arguments.environment))
    found = evaluate(asked, compared)
    print(f"{'':8}  recall@5    MRR  missed")
    for name, score in found.items():
        print(f"{name:8}  {score.recall:8.3f}  {score.mrr:.3f}  {len(score.missed)}: {' '.join(score.missed)}")
    near = similarities(asked, compared["hybrid"])
    print(f"\nsimilarity of the nearest passage: with an answer {_range(near[True])}, without {_range(near[False])}")


def _range(values: Sequence[float]) -> str:
    return f"{values[0]:.3f} to {values[-1]:.3f}" if values else "(no such question)"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environment", default="local")
    parser.add_argument("--domain", type=Path, default=Path("domains/bookshop"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
