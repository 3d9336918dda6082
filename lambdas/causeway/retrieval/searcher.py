"""One search, one round trip."""

from collections.abc import Mapping, Sequence
from typing import Any

from opensearchpy import OpenSearch
from pydantic_core import to_json

from causeway.retrieval.indexes import Indexes
from causeway.retrieval.passage import FoundPassage
from causeway.retrieval.queries import Body, Method, passage_search, passages_by_id
from causeway.retrieval.scope import Scope
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyUnavailable
from causeway.runtime.faults import of_status

Hit = dict[str, Any]
Vector = Sequence[float]


class Searcher:
    """Searches the indexes of a tenant through one search pipeline. method: the hybrid of BM25 and k-NN, or one half of it by itself."""

    def __init__(self, client: OpenSearch, indexes: Indexes, pipeline: str, dependency: Dependency, method: Method = "hybrid") -> None:
        self._client = client
        self._indexes = indexes
        self._pipeline = pipeline
        self._dependency = dependency
        self._method = method

    def of(self, generation: int, pipeline: str = "") -> "Searcher":
        """The same over the indexes of another generation. pipeline: of its embedding model, where that is another."""
        return Searcher(self._client, self._indexes.of(generation), pipeline or self._pipeline, self._dependency, self._method)

    def search(self, scope: Scope, questions: Mapping[str, Vector | None], size: int, deadline: Deadline) -> list[list[FoundPassage]]:
        """For each question at most `size` passages, best first; all questions in one request.

        questions: with their vectors. Without one, the question's words alone are searched for, and each similarity is 0. With it, a
        passage that only BM25 found is farther than every vector hit: its similarity is the smallest of theirs.
        Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "search".
        """
        searches = [self._lines(scope, question, vector, size) for question, vector in questions.items()]
        body = b"".join(to_json(line) + b"\n" for lines in searches for line in lines)
        answers = iter(self._dependency.call(lambda: self._ask(body), deadline))
        return [_found(next(answers), next(answers) if vector else []) for vector in questions.values()]

    def passages(self, scope: Scope, ids: Sequence[str], deadline: Deadline) -> dict[str, FoundPassage]:
        """Those of these index ids that are there and in the scope, by their id; similarity and score are 0. Raises as `search`."""
        if not ids:
            return {}
        body = b"".join(to_json(line) + b"\n" for line in passages_by_id(scope, ids, indexes=self._indexes))
        (hits,) = self._dependency.call(lambda: self._ask(body), deadline)
        return {hit["_id"]: FoundPassage.of_hit(hit, 0.0) for hit in reversed(hits)}

    def _lines(self, scope: Scope, question: str, vector: Vector | None, size: int) -> list[Body]:
        return passage_search(self._method, scope, question, vector, size=size, indexes=self._indexes, pipeline=self._pipeline)

    def _ask(self, body: bytes) -> list[list[Hit]]:
        answer = self._client.msearch(body=body)
        return [_hits(response, self._dependency.name) for response in answer["responses"]]


def _found(hits: Sequence[Hit], nearest: Sequence[Hit]) -> list[FoundPassage]:
    similarities = {hit["_id"]: hit["_score"] for hit in nearest}
    floor = min(similarities.values(), default=0.0)
    return [FoundPassage.of_hit(hit, similarities.get(hit["_id"], floor)) for hit in hits]


def _hits(response: Mapping[str, Any], dependency: str) -> list[Hit]:
    """Raises DependencyUnavailable for an answer from a part of the passages: what is missing would be taken for what no document says."""
    if "error" in response:
        raise of_status(dependency, response.get("status", 500), response["error"].get("type", ""))
    shards = response.get("_shards", {})
    if response.get("timed_out") or shards.get("failed"):
        lost = f"{shards.get('failed', 0)} of {shards.get('total', 0)} shards failed"
        raise DependencyUnavailable(dependency, "the search timed out" if response.get("timed_out") else lost)
    hits: list[Hit] = response["hits"]["hits"]
    return hits
