"""Our reader for `parser_suites`: a file's text, read in a child process as the reading step does."""

from collections.abc import Callable
from pathlib import Path

from causeway.documents.readers.isolation import read_isolated


def prepare() -> Callable[[Path], str]:
    return lambda path: "\n".join(block.text for block in read_isolated(path.read_bytes(), path.name).blocks)
