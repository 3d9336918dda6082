"""Second step: the file's passages, written beside it."""

from typing import Any

from causeway.documents.bad import BadDocument
from causeway.documents.chunking.chunks import chunk
from causeway.documents.chunking.passages import passages_of, to_lines
from causeway.documents.ingestion import store
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.runs import Run
from causeway.documents.readers.isolation import read_isolated
from causeway.language.detection import language_of


def extract(change: Change, version: str, raw_key: str, bucket: str) -> dict[str, Any]:
    """{passages_key, passages (how many), title, language}. Raises BadDocument, or MissingObject when a newer run has removed the file."""
    content = read_isolated(store.read(bucket, raw_key), change.name)
    title = content.title or change.name
    language = content.language or language_of("\n".join(block.text for block in content.blocks[:200]))
    passages = passages_of(chunk(content), change, version, title, language)
    if not passages:
        raise BadDocument("no_text", "The document holds no text. Check that the right file was uploaded.")
    key = Run(change, version).passages_key
    store.write(bucket, key, to_lines(passages), "application/jsonl")
    return {"passages_key": key, "passages": len(passages), "title": title, "language": language}
