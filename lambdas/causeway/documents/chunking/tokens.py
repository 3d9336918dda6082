"""Tokens as the embedding model counts them: the uncased WordPiece vocabulary of BERT, which BGE uses."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SPECIAL = 2  # the model puts one token before and one after every text

# The tokenizer lowers letters, breaks at these spaces and around every ASCII punctuation mark, whatever is next to them.
_WORDS = re.compile(r"[a-z0-9]+|[^ \t\n\ra-z0-9]")
# A text with anything but printable ASCII, or with a special token's name, breaks for certain at spaces only.
_UNUSUAL = re.compile(r"[^\t\n\r -~]|\[(?:PAD|UNK|CLS|SEP|MASK)\]")
_SPACED = re.compile(r"[^ \t\n\r]+")


def counts(texts: Sequence[str]) -> list[int]:
    """Tokens of each text, the special ones not counted."""
    known = _known()
    return [sum(map(known.__getitem__, _words(text))) for text in texts]


def offsets(text: str) -> list[tuple[int, int]]:
    """Where each token begins and ends in `text`, in characters."""
    found: list[tuple[int, int]] = _tokenizer().encode(text, add_special_tokens=False).offsets
    return found


class _Known(dict[str, int]):
    """Tokens of words; one not seen before is encoded, and kept while there is room."""

    MAX_WORDS = 200_000  # words, of at most so many characters each: some 20 MB
    MAX_CHARACTERS = 40

    def __missing__(self, word: str) -> int:
        tokens = len(_tokenizer().encode(word, add_special_tokens=False).ids)
        if len(word) <= self.MAX_CHARACTERS and len(self) < self.MAX_WORDS:
            self[word] = tokens
        return tokens


def _words(text: str) -> list[str]:
    """Parts whose tokens add up to the text's."""
    return _SPACED.findall(text) if _UNUSUAL.search(text) else _WORDS.findall(text.lower())


@cache
def _known() -> _Known:
    """Begins with the vocabulary's own words, which are one token each."""
    return _Known((word, 1) for word in _tokenizer().get_vocab() if _WORDS.fullmatch(word))


@cache
def _tokenizer() -> "Tokenizer":
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(Path(__file__).with_name("tokenizer.json")))
