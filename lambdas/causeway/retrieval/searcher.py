"""One search, one round trip."""

from collections.abc import Mapping, Sequence
from typing import Any

from opensearchpy import OpenSearch
from pydantic_core import to_json

from causeway.retrieval.passage import FoundPassage
from causeway.retrieval.queries import Method, passage_search
from causeway.retrieval.scope import Scope
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyUnavailable
from causeway.runtime.faults import of_status


class Searcher:
    """Searches one index through one search pipeline. method: the hybrid of BM25 and k-NN, or one half of it by itself."""

    def __init__(self, client: OpenSearch, index: str, pipeline: str, dependency: Dependency, method: Method = "hybrid") -> None:
        self._client = client
        self._index = index
        self._pipeline = pipeline
        self._dependency = dependency
        self._method = method

    def search(self, scope: Scope, question: str, vector: Sequence[float] | None, size: int, deadline: Deadline) -> list[FoundPassage]:
        """At most `size` passages, best first.

        vector: without it, the question's words alone are searched for, and each similarity is 0. With it, a passage that only BM25 found
        is farther than every vector hit: its similarity is the smallest of theirs.
        Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "search".
        """
        lines = passage_search(self._method, scope, question, vector, size=size, index=self._index, pipeline=self._pipeline)
        body = b"".join(to_json(line) + b"\n" for line in lines)
        hits, *others = self._dependency.call(lambda: self._ask(body), deadline)
        nearest = others[0] if others else []
        similarities = {hit["_id"]: hit["_score"] for hit in nearest}
        floor = min(similarities.values(), default=0.0)
        return [FoundPassage.of_hit(hit, similarities.get(hit["_id"], floor)) for hit in hits]

    def _ask(self, body: bytes) -> list[list[dict[str, Any]]]:
        answer = self._client.msearch(body=body)
        return [_hits(response, self._dependency.name) for response in answer["responses"]]


def _hits(response: Mapping[str, Any], dependency: str) -> list[dict[str, Any]]:
    """Raises DependencyUnavailable for an answer from a part of the passages: what is missing would be taken for what no document says."""
    if "error" in response:
        raise of_status(dependency, response.get("status", 500), response["error"].get("type", ""))
    shards = response.get("_shards", {})
    if response.get("timed_out") or shards.get("failed"):
        lost = f"{shards.get('failed', 0)} of {shards.get('total', 0)} shards failed"
        raise DependencyUnavailable(dependency, "the search timed out" if response.get("timed_out") else lost)
    hits: list[dict[str, Any]] = response["hits"]["hits"]
    return hits
