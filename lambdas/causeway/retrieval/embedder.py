"""Texts to vectors, by the SageMaker endpoint or by Titan on Bedrock."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pydantic_core import from_json, to_json

from causeway.retrieval.generations import Embedding
from causeway.retrieval.schema import DIMENSIONS
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

BATCH = 64
TITAN_AT_ONCE = 8
JSON = "application/json"
EMBEDDING = Dependency("embedding", 20.0, 120.0, connect_seconds=0.5, attempts=8)
UNHURRIED_SECONDS = 840.0  # for callers without a deadline of their own

Purpose = Literal["passage", "query"]
Vector = list[float]


class EmbeddingModel(Protocol):
    """One request to a model: at most `batch` texts, one vector for each."""

    batch: int

    def __call__(self, texts: Sequence[str], purpose: Purpose) -> list[Vector]: ...


class SageMakerEmbedding:
    """The endpoint of sagemaker/embedding/: JSON {inputs, kind} to {embeddings}, of 1024 floats.

    Of these the first `dimensions` are taken: of a model that has no more, the rest is zeros; of one that is trained for it (Matryoshka),
    they are a model of their own. Only the angle between two vectors is ever used, so none is brought to length 1 again.
    """

    batch = BATCH

    def __init__(self, client: "SageMakerRuntimeClient", endpoint: str, dimensions: int = DIMENSIONS) -> None:
        self._client = client
        self._endpoint = endpoint
        self._dimensions = dimensions

    def __call__(self, texts: Sequence[str], purpose: Purpose) -> list[Vector]:
        body = to_json({"inputs": list(texts), "kind": purpose})
        answer = self._client.invoke_endpoint(EndpointName=self._endpoint, Body=body, ContentType=JSON, Accept=JSON)
        embeddings: list[Vector] = _member(answer["Body"].read(), "embeddings")
        return [vector[: self._dimensions] for vector in embeddings]


class TitanEmbedding:
    """Titan Text Embeddings V2: one text to a request, so a batch goes out on several threads. It has no query prefix."""

    batch = BATCH

    def __init__(self, client: "BedrockRuntimeClient", model: str, dimensions: int = DIMENSIONS) -> None:
        self._client = client
        self._model = model
        self._dimensions = dimensions

    def __call__(self, texts: Sequence[str], purpose: Purpose) -> list[Vector]:
        if len(texts) == 1:
            return [self._one(texts[0])]
        with ThreadPoolExecutor(TITAN_AT_ONCE) as threads:
            return list(threads.map(self._one, texts))

    def _one(self, text: str) -> Vector:
        body = to_json({"inputText": text, "dimensions": self._dimensions, "normalize": True})
        answer = self._client.invoke_model(modelId=self._model, body=body, contentType=JSON, accept=JSON)
        vector: Vector = _member(answer["body"].read(), "embedding")
        return vector


def _member(body: bytes, name: str) -> Any:
    try:
        return from_json(body)[name]
    except (KeyError, TypeError, ValueError):
        raise DependencyUnavailable("embedding", f"answered no JSON object with {name}") from None


class Embedder:
    """Embeds texts in batches. dependency: for one batch with its retries. dimensions: of the model's vectors."""

    def __init__(self, model: EmbeddingModel, dependency: Dependency = EMBEDDING, dimensions: int = DIMENSIONS) -> None:
        self._model = model
        self._dependency = dependency
        self._dimensions = dimensions

    @classmethod
    def of(cls, embedding: Embedding, dependency: Dependency = EMBEDDING) -> "Embedder":
        """With a client of the model's provider, whose timeouts are the dependency's."""
        model: EmbeddingModel
        if embedding.provider == "sagemaker":
            sagemaker = client("sagemaker-runtime", **dependency.patience)
            model = SageMakerEmbedding(sagemaker, embedding.model, embedding.dimensions)
        else:
            model = TitanEmbedding(client("bedrock-runtime", **dependency.patience), embedding.model, embedding.dimensions)
        return cls(model, dependency, embedding.dimensions)

    def embed(self, texts: Sequence[str], purpose: Purpose, deadline: Deadline | None = None) -> list[Vector]:
        """One vector for each text, in order.

        purpose: "query" for a question, "passage" for what is indexed: models treat the two differently.
        Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "embedding".
        """
        limit = deadline or Deadline.after(UNHURRIED_SECONDS)
        vectors: list[Vector] = []
        for start in range(0, len(texts), self._model.batch):
            vectors += self._batch(texts[start : start + self._model.batch], purpose, limit)
        return vectors

    def _batch(self, texts: Sequence[str], purpose: Purpose, deadline: Deadline) -> list[Vector]:
        return self._dependency.call(lambda: self._checked(self._model(texts, purpose), len(texts)), deadline)

    def _checked(self, vectors: list[Vector], wanted: int) -> list[Vector]:
        if len(vectors) != wanted or any(len(vector) != self._dimensions for vector in vectors):
            said = f"answered {len(vectors)} vectors for {wanted} texts, or not of {self._dimensions} dimensions"
            raise DependencyUnavailable("embedding", said)
        return vectors
