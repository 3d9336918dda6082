"""How much of a sentence another text says in the same order: words strung together from a text are in none of its sentences so."""

import re
from bisect import bisect_left
from collections.abc import Sequence

from causeway.language.words import stem, stop_words

_WORD = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\\W_\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")


def words_in_order(text: str, language: str) -> list[str]:
    """Stems of the content words, and the signs of scripts without spaces."""
    plain = (word.casefold() for word in _WORD.findall(text))
    return [stem(word, language) for word in plain if word not in stop_words(language)]


def share_in_order(said: Sequence[str], told: Sequence[str]) -> float:
    """The share of the words said that are told in their order, 0..1; words between them do not count. 0 for none."""
    return longest_common(said, told) / len(said) if said else 0.0


def in_a_row(said: Sequence[str], told: Sequence[str]) -> bool:
    """Whether the words said are told one after another, with none between them."""
    return bool(said) and any(list(told[at : at + len(said)]) == list(said) for at in range(len(told) - len(said) + 1))


def longest_common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items the longest common subsequence has (Hunt and Szymanski, 1977)."""
    places: dict[str, list[int]] = {}
    for place, item in enumerate(other):
        places.setdefault(item, []).insert(0, place)
    ends: list[int] = []  # the least place in `other` at which a common subsequence of each length ends
    for item in one:
        for place in places.get(item, ()):
            at = bisect_left(ends, place)
            ends[at : at + 1] = [place]
    return len(ends)
