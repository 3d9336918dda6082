"""Third step: a vector for every passage, one line each, in the passages' order."""

from typing import Any

from causeway.documents.chunking.passages import embedding_text
from causeway.documents.ingestion import store
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.lines import passages_in, vector_lines
from causeway.documents.ingestion.runs import Run
from causeway.retrieval.embedder import Embedder
from causeway.runtime.deadlines import Deadline


def embed(change: Change, version: str, passages_key: str, bucket: str, embedder: Embedder, deadline: Deadline) -> dict[str, Any]:
    """{embeddings_key}. Raises MissingObject, or an error of the dependency "embedding"."""
    texts = [embedding_text(passage) for passage in passages_in(store.read(bucket, passages_key))]
    vectors = embedder.embed(texts, "passage", deadline)
    key = Run(change, version).embeddings_key
    store.write(bucket, key, vector_lines(vectors), "application/jsonl")
    return {"embeddings_key": key}
