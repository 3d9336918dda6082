"""Our reader for `recognition`: the text of a picture, as the reading step reads it."""

from collections.abc import Callable
from pathlib import Path

from causeway.documents.readers.reading import read


def prepare() -> Callable[[Path], str]:
    return lambda path: "\n".join(block.text for block in read(path.read_bytes(), path.name).blocks)
