"""Vectors of a document's passages that a batch job has made, in a file of its own: each by the hash of its text."""

from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256

from pydantic_core import from_json, to_json

from causeway.documents.ingestion.handed import WasRead
from causeway.documents.ingestion.store import MissingObject, Store
from causeway.retrieval.embedder import Vector
from causeway.retrieval.generations import Embedding
from causeway.runtime.logs import logger


def text_hash(text: str) -> str:
    """64 hex digits. text: what the embedding model reads of a passage."""
    return sha256(text.encode()).hexdigest()


def vector_lines(vectors: Mapping[str, "array[float]"]) -> bytes:
    """vectors: of 32-bit floats, by the hashes of their texts."""
    return b"".join(to_json({"text": text, "vector": b64encode(vector.tobytes()).decode()}) + b"\n" for text, vector in vectors.items())


def vectors_in(lines: bytes) -> dict[str, Vector]:
    return {each["text"]: array("f", b64decode(each["vector"])).tolist() for each in map(from_json, lines.splitlines())}


def given_vectors(documents: Iterable[WasRead], embedding: Embedding, store: Store) -> dict[str, Vector]:
    """What there is for these documents by this model. A file that is gone was used, or its document was replaced: it gives none."""
    found: dict[str, Vector] = {}
    for document in documents:
        if document.embedded and document.embedded.key and document.embedded.model == embedding.label:
            try:
                found |= vectors_in(store.read(document.embedded.key))
            except MissingObject:
                logger.info("vectors of a batch are gone", extra={"document": document.document_id})
    return found
