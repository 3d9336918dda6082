"""A text as duplicates are compared by: its words alone, whatever format, case or punctuation they came in."""

import re
import unicodedata
from hashlib import sha256
from operator import add

# Letters of ASCII without case, digits, and the bytes of all other characters; a space for every other sign.
_LETTERS = bytes(byte if byte > 127 else ord(chr(byte).lower()) if chr(byte).isalnum() else 32 for byte in range(256))
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff")
# Scripts without spaces between words: Thai, Lao, Burmese, Khmer, kana, Han. Each character counts as a word.
_UNSPACED = re.compile(r"([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")


def words(text: str) -> list[bytes]:
    """In UTF-8, without case."""
    if not text.isascii():
        text = _FOREIGN.sub(_letters, unicodedata.normalize("NFKC", text))
        if not text.isascii():
            text = _UNSPACED.sub(r" \1 ", text).casefold()
    return text.encode().translate(_LETTERS).split()


def _letters(run: re.Match[str]) -> str:
    """Characters beyond ASCII: letters and digits, a space for a sign, nothing for what is not seen."""
    if run[0].isalnum():
        return run[0]
    return "".join(character if character.isalnum() else " " for character in run[0] if character not in _UNSEEN)


def shingles(of: list[bytes]) -> list[bytes]:
    """Every two words in a row, joined. Texts are compared by the set of them."""
    return list(map(add, of, of[1:]))


def text_hash(of: list[bytes]) -> str:
    """32 hex digits, equal for the same words in the same order."""
    return sha256(b" ".join(of)).hexdigest()[:32]


def jaccard(one: frozenset[bytes], other: frozenset[bytes]) -> float:
    """How alike two sets of shingles are, 0 to 1: those in both divided by those in either. 0 for two empty ones."""
    both = len(one) - len(one - other)  # of sets that are much alike, what differs is collected faster than what is common
    return both / (len(one) + len(other) - both) if both else 0.0
