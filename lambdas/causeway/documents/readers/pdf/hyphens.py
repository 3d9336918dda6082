"""Words broken at line ends: whether their hyphen belongs to them.

See docs/decisions/122-hyphens-at-line-ends.md.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from liteparse.types import TextItem

from causeway.documents.content import Block

_SIGNS = "\u2010\u2011-"
_ENDS = ("-", "\u00ad", "\u2010", "\u2011")
_LEFT = re.compile(rf"([^\W\d_]+(?:['’{_SIGNS}][^\W\d_]+)*)[\u00ad{_SIGNS}]$")
_RIGHT = re.compile(r"[^\W\d_]+")
_WORD = re.compile(rf"[^\W\d_]+(?:[{_SIGNS}][^\W\d_]+)*")
_DICTIONARIES = ("en", "es", "fr", "it", "pt")  # German and Dutch write compounds as one word
_AND = frozenset(("und", "oder", "bzw", "sowie", "bis"))  # after "Ein-", whose second part is said later: "Ein- und Ausgang"
_ANDS = {
    "en": frozenset(("and", "or", "to")),
    "nl": frozenset(("en", "of")),
    "fr": frozenset(("et", "ou")),
    "es": frozenset(("y", "o", "e", "u")),
    "it": frozenset(("e", "o")),
    "pt": frozenset(("e", "ou")),
    "sv": frozenset(("och", "eller")),
    "da": frozenset(("og", "eller")),
}
_NEAR = 3  # blocks further on, at most, in which a word broken at a block's end goes on: a picture's caption may be between
_COMMON = 100  # times in the dictionary's corpus that tell a word from a slip


class Break(NamedTuple):
    """A word broken at a line end: "price-" and "determining"."""

    left: str
    right: str


class Hyphens:
    """Decides by the other words of the document, then by a dictionary of its language."""

    def __init__(self, language: str, pages: Sequence[tuple[int, Sequence[TextItem]]]) -> None:
        """language: an ISO 639-1 code. pages: numbers, and runs of text in the order of the file."""
        self._language = language
        self._pages = pages
        self._broken: dict[int, list[Break]] = defaultdict(list)
        for number, items in pages:
            self._broken[number] += (cut for item, after in pairwise(items) if (cut := _break(item.text, after.text)))

    @cached_property
    def _seen(self) -> Counter[str]:
        return Counter(word for _, items in self._pages for word in _whole(items))

    def mended(self, texts: Sequence[str], page: int) -> list[str]:
        """The page's texts, every broken word in its right form."""
        if not self._broken[page]:
            return list(texts)
        forms = {form: right for cut in self._broken[page] for right in (self._right(cut),) for form in _forms(cut)}
        pattern = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, sorted(forms, key=len, reverse=True)))})(?!\w)")
        return [pattern.sub(lambda found: forms[found[1]], text) for text in texts]

    def joined(self, blocks: Sequence[Block]) -> list[Block]:
        """Blocks in which no word is broken at a page's or a column's end: its second part is moved to its first."""
        made = list(blocks)
        for at, block in enumerate(made):
            after = self._goes_on(made, at) if block.text.endswith(_ENDS) else None
            cut = _break(block.text, made[after].text) if after else None
            if after and cut:
                end, *rest = made[after].text.split(" ", 1)
                whole = f"{self._right(cut)}{end.removeprefix(cut.right)}"
                made[at] = replace(block, text=f"{block.text[: -len(cut.left) - 1]}{whole}")
                made[after] = replace(made[after], text=" ".join(rest))
        return [block for block in made if block.text or block.pictures]

    def _goes_on(self, blocks: Sequence[Block], at: int) -> int | None:
        """The place of the text block that goes on with the word that block `at` ends with."""
        block = blocks[at]
        near = range(at + 1, min(at + 1 + _NEAR, len(blocks)))
        found = next((after for after in near if blocks[after].kind == "text" and _break(block.text, blocks[after].text)), None)
        far = found is not None and (blocks[found].page or 0) - (block.page or 0) > 1
        return None if block.kind != "text" or far else found

    def _right(self, cut: Break) -> str:
        left, right = cut.left.casefold(), cut.right.casefold()
        if right in _ANDS.get(self._language, _AND) and not (self._seen[left + right] or self._is_common(left + right)):
            return f"{cut.left}- {cut.right}"
        return f"{cut.left}-{cut.right}" if self._is_compound(left, right) else f"{cut.left}{cut.right}"

    def _is_compound(self, left: str, right: str) -> bool:
        whole, compound = self._seen[left + right], self._seen[f"{left}-{right}"]
        if whole or compound:
            return compound >= whole
        first = re.split(f"['’{_SIGNS}]", left)[-1]
        if len(left) == 1:
            return True
        return self._language in _DICTIONARIES and not self._is_word(first + right) and self._is_word(first) and self._is_word(right)

    def _is_word(self, word: str) -> bool:
        return bool(self._seen[word]) or self._is_common(word)

    def _is_common(self, word: str) -> bool:
        return self._language in _DICTIONARIES and _times(self._language, word) >= _COMMON


def _break(line: str, after: str) -> Break | None:
    text = line.rstrip()
    left = _LEFT.search(text) if text.endswith(_ENDS) else None
    right = _RIGHT.match(after.lstrip()) if left else None
    return Break(left[1], right.group()) if left and right and right.group()[0].islower() else None


def _whole(items: Sequence[TextItem]) -> Iterator[str]:
    """The words that are not broken, in small letters."""
    goes_on = ""
    for item, after in pairwise([*items, None]):
        text = item.text.strip().removeprefix(goes_on) if item else ""
        cut = _break(item.text, after.text) if item and after else None
        goes_on = cut.right if cut else ""
        yield from _WORD.findall((text[: -len(cut.left) - 1] if cut else text).casefold())


def _forms(cut: Break) -> tuple[str, str]:
    """How the layout writes a broken word."""
    return f"{cut.left}{cut.right}", f"{cut.left}- {cut.right}"


@lru_cache(maxsize=4096)
def _times(language: str, word: str) -> int:
    return int(_dictionary(language)[word])


@lru_cache(maxsize=1)
def _dictionary(language: str) -> Counter[str]:
    from spellchecker import SpellChecker

    return Counter(SpellChecker(language=language, distance=1).word_frequency.dictionary)
