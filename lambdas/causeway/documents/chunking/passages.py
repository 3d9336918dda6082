"""Passages on their way to the index, as JSON lines between the steps."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from causeway.documents.chunking.chunks import Chunk, prefix
from causeway.documents.ingestion.changes import Change

Passage = dict[str, Any]


def passages_of(chunks: Sequence[Chunk], change: Change, version: str, title: str, language: str) -> list[Passage]:
    """One passage a chunk, with the fields of the index but `embedding` and `indexed_at`; no page where there is none."""
    return [
        {
            "tenant": change.tenant,
            "document_id": change.document_id,
            "version": version,
            "position": position,
            "source": change.name,
            "title": title,
            "heading": chunk.heading,
            **({} if chunk.page is None else {"page": chunk.page, "pages": chunk.pages}),
            "kind": chunk.kind,
            "text": chunk.text,
            "content_hash": sha256(chunk.text.encode()).hexdigest()[:32],
            "language": language,
            "tokens": chunk.tokens,
        }
        for position, chunk in enumerate(chunks)
    ]


def embedding_text(passage: Mapping[str, Any]) -> str:
    """What the embedding model reads of a passage: its title and heading path, then its text."""
    return f"{prefix(passage['title'], passage['heading'])}\n{passage['text']}"


def to_lines(rows: Iterable[Any]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows).encode()


def from_lines(data: bytes) -> Iterator[Any]:
    return (json.loads(line) for line in data.splitlines())
