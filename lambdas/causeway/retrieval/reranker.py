"""How well passages answer a question, by a model that reads both together: Cohere Rerank on Bedrock."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from pydantic_core import from_json, to_json

from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient

JSON = "application/json"
API_VERSION = 2  # Cohere's: Rerank 3.5 refuses the first
NAME = "reranker"


class RerankModel(Protocol):
    """One request to a model: at least one text, and a relevance of each, higher for a better answer."""

    def __call__(self, question: str, texts: Sequence[str]) -> list[float]: ...


class CohereRerank:
    """Asked by InvokeModel and not by the API `Rerank`. See docs/decisions/178-reranking.md."""

    def __init__(self, client: "BedrockRuntimeClient", model: str) -> None:
        self._client = client
        self._model = model

    def __call__(self, question: str, texts: Sequence[str]) -> list[float]:
        body = to_json({"api_version": API_VERSION, "query": question, "documents": list(texts), "top_n": len(texts)})
        answer = self._client.invoke_model(modelId=self._model, body=body, contentType=JSON, accept=JSON)
        return _in_order(answer["body"].read(), len(texts))


def _in_order(body: bytes, wanted: int) -> list[float]:
    """The scores in the order of the texts. Raises DependencyUnavailable when one is missing: no text may sink without a score."""
    try:
        scores = {int(result["index"]): float(result["relevance_score"]) for result in _results(body)}
        return [scores[place] for place in range(wanted)]
    except (KeyError, TypeError, ValueError):
        raise DependencyUnavailable(NAME, f"answered no relevance for each of {wanted} texts") from None


def _results(body: bytes) -> list[Any]:
    results: list[Any] = from_json(body)["results"]
    return results


class Reranker:
    """A model, and how long it is waited for."""

    def __init__(self, model: RerankModel, dependency: Dependency) -> None:
        self._model = model
        self._dependency = dependency

    @classmethod
    def of(cls, model: str, dependency: Dependency) -> "Reranker":
        """With a client whose timeouts are the dependency's. model: a Bedrock model id."""
        return cls(CohereRerank(client("bedrock-runtime", **dependency.patience), model), dependency)

    def relevance(self, question: str, texts: Sequence[str], deadline: Deadline) -> list[float]:
        """One number for each text, in order: from 0 to 1 by Cohere's model.

        Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "reranker".
        """
        return self._dependency.call(lambda: self._model(question, texts), deadline) if texts else []
