"""Words broken at line ends: whether their hyphen belongs to them.

See docs/decisions/122-hyphens-at-line-ends.md.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from liteparse.types import TextItem

_SIGNS = "\u2010\u2011-"
_LEFT = re.compile(rf"([^\W\d_]+(?:['’{_SIGNS}][^\W\d_]+)*)[\u00ad{_SIGNS}]$")
_RIGHT = re.compile(r"[^\W\d_]+")
_WORD = re.compile(rf"[^\W\d_]+(?:[{_SIGNS}][^\W\d_]+)*")
_DICTIONARIES = ("en", "es", "fr", "it", "pt")  # German and Dutch write compounds as one word
_COMMON = 100  # times in the dictionary's corpus that tell a word from a slip


class Break(NamedTuple):
    """A word broken at a line end on a page: "price-" and "determining"."""

    page: int
    left: str
    right: str


def breaks(page: int, items: Sequence[TextItem]) -> Iterator[Break]:
    """The broken words of a page. items: runs of text in the order of the file."""
    for item, after in pairwise(items):
        left, right = _LEFT.search(item.text.rstrip()), _RIGHT.match(after.text.lstrip())
        if left and right and right.group()[0].islower():
            yield Break(page, left[1], right.group())


class Hyphens:
    """Decides by the other words of the document, then by a dictionary of its language."""

    def __init__(self, broken: Sequence[Break], texts: Iterable[str], language: str) -> None:
        """texts: of the whole document, broken words joined in any way. language: an ISO 639-1 code."""
        joined = {form for cut in broken for form in (f"{cut.left}{cut.right}", f"{cut.left}-{cut.right}", f"{cut.left}-", cut.right)}
        self._broken = broken
        self._seen = Counter(word.casefold() for text in texts for word in _WORD.findall(text) if word not in joined)
        self._language = language

    def mended(self, texts: Sequence[str], page: int) -> list[str]:
        """The page's texts, every broken word in its right form."""
        forms = {f"{cut.left}{cut.right}": self._right(cut) for cut in self._broken if cut.page == page}
        forms |= {f"{cut.left}- {cut.right}": self._right(cut) for cut in self._broken if cut.page == page}
        if not forms:
            return list(texts)
        pattern = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, sorted(forms, key=len, reverse=True)))})(?!\w)")
        return [pattern.sub(lambda found: forms[found[1]], text) for text in texts]

    def _right(self, cut: Break) -> str:
        return f"{cut.left}-{cut.right}" if self._is_compound(cut.left.casefold(), cut.right.casefold()) else f"{cut.left}{cut.right}"

    def _is_compound(self, left: str, right: str) -> bool:
        whole, compound = self._seen[left + right], self._seen[f"{left}-{right}"]
        if whole or compound:
            return compound >= whole
        first = re.split(f"[{_SIGNS}]", left)[-1]
        if len(left) == 1:
            return True
        return self._language in _DICTIONARIES and not self._is_word(first + right) and self._is_word(first) and self._is_word(right)

    def _is_word(self, word: str) -> bool:
        return bool(self._seen[word]) or _times(self._language, word) >= _COMMON


@lru_cache(maxsize=4096)
def _times(language: str, word: str) -> int:
    return int(_dictionary(language)[word])


@lru_cache(maxsize=1)
def _dictionary(language: str) -> Counter[str]:
    from spellchecker import SpellChecker

    return Counter(SpellChecker(language=language, distance=1).word_frequency.dictionary)
