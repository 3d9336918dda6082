"""Texts to vectors, by the SageMaker endpoint or by Titan on Bedrock."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, Protocol
from urllib.parse import quote

from causeway.retrieval.schema import DIMENSIONS
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyUnavailable
from causeway.runtime.signed import Operation

BATCH = 64
CONNECT_SECONDS = 0.5
TITAN_AT_ONCE = 8
UNHURRIED_SECONDS = 840.0  # for callers without a deadline of their own

Provider = Literal["sagemaker", "bedrock"]
Kind = Literal["passage", "query"]
Vector = list[float]


class EmbeddingModel(Protocol):
    """One request to a model: at most `batch` texts, one vector of 1024 floats for each."""

    batch: int

    def __call__(self, texts: Sequence[str], kind: Kind) -> list[Vector]: ...


class SageMakerEmbedding:
    """The endpoint of sagemaker/embedding/: JSON {inputs, kind} to {embeddings}."""

    batch = BATCH

    def __init__(self, endpoint: str, read: float) -> None:
        target = f"/endpoints/{quote(endpoint, safe='')}/invocations"
        self._invoke = Operation("sagemaker-runtime", "InvokeEndpoint", target, connect=CONNECT_SECONDS, read=read)

    def __call__(self, texts: Sequence[str], kind: Kind) -> list[Vector]:
        embeddings: list[Vector] = self._invoke({"inputs": list(texts), "kind": kind})["embeddings"]
        return embeddings


class TitanEmbedding:
    """Titan Text Embeddings v2: one text to a request, so a batch goes out on several threads. It has no query prefix."""

    batch = BATCH

    def __init__(self, model: str, read: float) -> None:
        target = f"/model/{quote(model, safe='')}/invoke"
        self._invoke = Operation("bedrock-runtime", "InvokeModel", target, connect=CONNECT_SECONDS, read=read)

    def __call__(self, texts: Sequence[str], kind: Kind) -> list[Vector]:
        if len(texts) == 1:
            return [self._one(texts[0])]
        with ThreadPoolExecutor(TITAN_AT_ONCE) as threads:
            return list(threads.map(self._one, texts))

    def _one(self, text: str) -> Vector:
        vector: Vector = self._invoke({"inputText": text, "dimensions": DIMENSIONS, "normalize": True})["embedding"]
        return vector


class Embedder:
    """Embeds texts in batches, retrying what may pass.

    attempt: seconds that one request may take, connecting included; budget: seconds for one batch with its retries.
    """

    def __init__(self, model: EmbeddingModel, *, attempt: float = 20.0, budget: float = 120.0, attempts: int = 8) -> None:
        self._model = model
        self._dependency = Dependency("embedding", attempt, budget, attempts=attempts)

    @classmethod
    def of(cls, provider: Provider, model: str, *, attempt: float = 20.0, budget: float = 120.0, attempts: int = 8) -> "Embedder":
        """model: the endpoint's name for SageMaker, the model id for Bedrock."""
        read = attempt - CONNECT_SECONDS
        embedding: EmbeddingModel = SageMakerEmbedding(model, read) if provider == "sagemaker" else TitanEmbedding(model, read)
        return cls(embedding, attempt=attempt, budget=budget, attempts=attempts)

    def embed(self, texts: Sequence[str], kind: Kind, deadline: Deadline | None = None) -> list[Vector]:
        """One vector of 1024 floats for each text, in order.

        kind: "query" for a question, "passage" for what is indexed: models treat the two differently.
        Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "embedding".
        """
        limit = deadline or Deadline.after(UNHURRIED_SECONDS)
        vectors: list[Vector] = []
        for start in range(0, len(texts), self._model.batch):
            vectors += self._batch(texts[start : start + self._model.batch], kind, limit)
        return vectors

    def _batch(self, texts: Sequence[str], kind: Kind, deadline: Deadline) -> list[Vector]:
        return self._dependency.call(lambda: _checked(self._model(texts, kind), len(texts)), deadline)


def _checked(vectors: list[Vector], wanted: int) -> list[Vector]:
    if len(vectors) != wanted or any(len(vector) != DIMENSIONS for vector in vectors):
        raise DependencyUnavailable("embedding", f"answered {len(vectors)} vectors for {wanted} texts, or not of {DIMENSIONS} dimensions")
    return vectors
