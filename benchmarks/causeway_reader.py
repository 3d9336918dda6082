"""Our reader, and our chunker unless told to stop at the pages, as ingestion calls them."""

from collections.abc import Callable
from pathlib import Path

from causeway.documents.chunking.chunks import chunk
from causeway.documents.readers.reading import read


def prepare(until: str = "passages") -> Callable[[Path], int]:
    """Counts passages, or with until="pages" the pages that have words."""
    return _pages if until == "pages" else _passages


def _passages(path: Path) -> int:
    return len(chunk(read(path.read_bytes(), path.name)))


def _pages(path: Path) -> int:
    return len({block.page for block in read(path.read_bytes(), path.name).blocks})
