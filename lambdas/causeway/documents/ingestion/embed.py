"""The third step: a vector for every passage."""

from causeway.documents.chunking.passages import embedding_text
from causeway.documents.ingestion.execution import Embedded, WasRead
from causeway.documents.ingestion.lines import passages_in, vector_lines
from causeway.documents.ingestion.runs import Run
from causeway.documents.ingestion.store import Store
from causeway.retrieval.embedder import Embedder
from causeway.runtime.deadlines import Deadline


def embed_passages(document: WasRead, documents: Store, embedder: Embedder, deadline: Deadline) -> Embedded:
    """Raises MissingObject when a newer run has removed the passages, or an error of the dependency "embedding"."""
    texts = [embedding_text(passage) for passage in passages_in(documents.read(document.passages_key))]
    vectors = embedder.embed(texts, "passage", deadline)
    key = Run(document, document.version).embeddings_key
    documents.save(key, vector_lines(vectors), "application/jsonl")
    return Embedded(**document.model_dump(), embeddings_key=key)
