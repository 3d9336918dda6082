"""Where a text mentions a person, and the text without that.

Words are compared without case, accents and the kind of space between them; numbers without the signs that group their digits.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

ERASED = "[erased]"
MIN_CHARACTERS = 4  # letters and digits; a shorter word is in every other document
_LETTERS = r"0-9A-Za-z\u00c0-\u1fff\u3040-\ud7ff"
LONG_ENOUGH = rf"([{_LETTERS}][^{_LETTERS}]*){{{MIN_CHARACTERS}}}"

NEVER = r"(?!)"
_BETWEEN_WORDS = r"[\s\u00a0\u2000-\u200b_-]+"
_BETWEEN_DIGITS = r"[\s\u00a0\u2000-\u200b./()-]*"
_NUMBER = re.compile(r"[+\d][\d\s./()-]*\d")


class Words:
    """What a person is called: names, addresses, numbers."""

    def __init__(self, about: Iterable[str]) -> None:
        self._pattern = _pattern(tuple(about))

    def mentioned(self, text: str) -> bool:
        return bool(self._pattern.search(_folded(_composed(text))))

    def erased(self, text: str) -> str:
        """The text with ERASED in place of each mention; else as it is."""
        whole = _composed(text)
        pieces, end = [], 0
        for found in self._pattern.finditer(_folded(whole)):
            pieces += [whole[end : found.start()], ERASED]
            end = found.end()
        return "".join([*pieces, whole[end:]]) if pieces else text


@lru_cache(maxsize=8)
def _pattern(about: tuple[str, ...]) -> re.Pattern[str]:
    """The longest first, so that a whole name goes before its part."""
    every = sorted({_folded(_composed(each)).strip() for each in about}, key=len, reverse=True)
    patterns = [pattern for each in every if (pattern := _of(each))]
    return re.compile("|".join(rf"(?<!\w)(?:{each})(?!\w)" for each in patterns) or NEVER)


def _of(words: str) -> str:
    """ "" for nothing but space, which would be everywhere."""
    if _NUMBER.fullmatch(words):
        plus = r"\+?" if words.startswith("+") else ""
        return plus + _BETWEEN_DIGITS.join(re.findall(r"\d", words))
    return _BETWEEN_WORDS.join(re.escape(word) for word in re.split(_BETWEEN_WORDS, words) if word)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _folded(text: str) -> str:
    """As long as the text, so that places in one are places in the other."""
    return text.lower() if text.isascii() else "".join(map(_bare, text))


@lru_cache(maxsize=4096)
def _bare(character: str) -> str:
    return unicodedata.normalize("NFKD", character)[0].lower()[0]
