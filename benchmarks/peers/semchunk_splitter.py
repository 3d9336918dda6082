"""semchunk, sized by the embedding model's tokens."""

from collections.abc import Callable
from pathlib import Path

import semchunk
from plain import text_of, token_ids


def prepare(tokenizer_file: str, tokens: str, overlap: str) -> Callable[[Path], int]:
    ids = token_ids(tokenizer_file)
    chunk = semchunk.chunkerify(lambda text: len(ids(text)), int(tokens))
    return lambda path: len(chunk(text_of(path), overlap=int(overlap)))
