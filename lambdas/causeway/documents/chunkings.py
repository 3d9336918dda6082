"""How documents are cut, by name. The name is part of an index's name: two chunkings never share an index."""

from collections.abc import Mapping
from dataclasses import dataclass

MODEL_LIMIT = 512  # tokens that the embedding model takes


@dataclass(frozen=True)
class Chunking:
    """Tokens of a chunk, with its heading prefix and special tokens.

    target: that is aimed at. limit: of code and table rows, which are cut less readily. overlap: that neighbours repeat.
    """

    target: int
    limit: int
    overlap: int


FIRST = "standard"  # of the first generation
STANDARD = Chunking(target=450, limit=MODEL_LIMIT, overlap=64)
CHUNKINGS: Mapping[str, Chunking] = {
    FIRST: STANDARD,
    "small": Chunking(target=224, limit=256, overlap=32),
}
