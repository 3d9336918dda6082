"""Named patterns of very many alternatives, each tried only on texts that hold what it cannot match without.

An ordinary sentence holds next to nothing of what our patterns look for, but a regular expression tries each alternative at each place
of it. What an alternative needs is read from the alternative itself, so that nothing else is found or missed than by `re.search`.
Three letters in a row of each needed word tell first which alternatives may match at all.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, reduce
from operator import or_
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

Needed = frozenset[str]  # literals, one of which a text must hold
GRAM = 3  # letters in a row
COMMON_FIRST = " etaoinshrdlcumwfgypbvkjxqz"


class Rules:
    """patterns: by the name of the rule; without flags. Alternatives are compiled when they are first tried."""

    def __init__(self, patterns: Mapping[str, str]) -> None:
        self._rules = [(name, [_Alternative(each) for each in alternatives(pattern)]) for name, pattern in patterns.items()]
        self._index = _Index(each for _, rule in self._rules for each in rule)

    def broken_by(self, text: str) -> Iterator[str]:
        """Names of the rules of which a text holds a match."""
        met = self._index.met_by(text)
        return (name for name, rule in self._rules if any(met & each.bits == each.bits and each.is_in(text) for each in rule))


class _Alternative:
    """bits: of its needs, as the index counts them."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self.needs = set(_needs(_parser.parse(pattern)))
        self.bits = 0

    def is_in(self, text: str) -> bool:
        return all(any(map(text.__contains__, needed)) for needed in self.needs) and self._compiled.search(text) is not None

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._pattern)


class _Index:
    """The needs of all alternatives, a bit for each; those with a short literal are met by every text that may hold it."""

    def __init__(self, alternatives: Iterator[_Alternative]) -> None:
        bits: dict[Needed, int] = {}
        for each in alternatives:
            each.bits = reduce(or_, (bits.setdefault(needed, 1 << len(bits)) for needed in each.needs), 0)
        self._by_gram: dict[str, int] = {}
        self._always = self._unless_ascii = 0
        for needed, bit in bits.items():
            if min(map(len, needed)) >= GRAM:
                for gram in map(_rarest_gram, needed):
                    self._by_gram[gram] = self._by_gram.get(gram, 0) | bit
            elif any(map(str.isascii, needed)):
                self._always |= bit
            else:
                self._unless_ascii |= bit

    def met_by(self, text: str) -> int:
        """The needs that a text may meet."""
        grams = set(map("".join, zip(text, text[1:], text[2:], strict=False)))
        met = self._always | (0 if text.isascii() else self._unless_ascii)
        return reduce(or_, map(self._by_gram.__getitem__, grams & self._by_gram.keys()), met)


def alternatives(pattern: str) -> list[str]:
    """A pattern, cut at each "|" that is in no group."""
    cuts, depth = [-1], 0
    for sign in re.finditer(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]", pattern, re.DOTALL):
        depth += {"(": 1, ")": -1}.get(sign[0], 0)
        if sign[0] == "|" and depth == 0:
            cuts.append(sign.start())
    return [pattern[start + 1 : end] for start, end in zip(cuts, [*cuts[1:], len(pattern)], strict=True)]


def _needs(parsed: Sequence[Any]) -> list[Needed]:
    """What a text must hold for the whole sequence to match."""
    found: list[Needed] = []
    literal = ""
    for kind, given in parsed:
        if kind is sre.LITERAL:
            literal += chr(given)
            continue
        found += _worth(literal)
        literal = ""
        if kind is sre.SUBPATTERN:
            found += _needs(given[3])
        elif kind is sre.BRANCH:
            found += _of_any([_needs(each) for each in given[1]])
        elif kind in (sre.MAX_REPEAT, sre.MIN_REPEAT) and given[0] > 0:
            found += _needs(given[2])
    return [*found, *_worth(literal)]


def _worth(literal: str) -> list[Needed]:
    """A single letter is in most texts, unless it is of another script."""
    return [frozenset([literal])] if len(literal) > 1 or not literal.isascii() else []


def _of_any(branches: Sequence[Sequence[Needed]]) -> list[Needed]:
    """One of the needs of each branch, the one that fewest texts meet; nothing when one branch needs nothing."""
    if not all(branches):
        return []
    rarest = (max(needs, key=lambda needed: (min(map(len, needed)), -len(needed))) for needs in branches)
    return [frozenset().union(*rarest)]


def _rarest_gram(literal: str) -> str:
    grams = (literal[start : start + GRAM] for start in range(len(literal) - GRAM + 1))
    return max(grams, key=lambda gram: sum(COMMON_FIRST.find(letter) % len(COMMON_FIRST) for letter in gram))
