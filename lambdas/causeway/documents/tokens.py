"""Tokens as the embedding model counts them: the uncased WordPiece vocabulary of BERT, which BGE uses."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MODEL_LIMIT = 512
SPECIAL = 2  # the model puts one token before and one after every text


def counts(texts: Sequence[str]) -> list[int]:
    """Tokens of each text, the special ones not counted."""
    return [len(encoding) for encoding in _tokenizer().encode_batch_fast(list(texts), add_special_tokens=False)]


def offsets(text: str) -> list[tuple[int, int]]:
    """Where each token begins and ends in `text`, in characters."""
    found: list[tuple[int, int]] = _tokenizer().encode(text, add_special_tokens=False).offsets
    return found


@cache
def _tokenizer() -> "Tokenizer":
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(Path(__file__).with_name("tokenizer.json")))
