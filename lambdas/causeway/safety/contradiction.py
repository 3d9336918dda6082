"""Whether a passage says otherwise than a claim in the same words: negated, with its roles swapped, or with a number of something else.

Method: both are read as content words in order, each negated or not. The sentences of the passages with most of the claim's words speak of
the same thing. The claim is contradicted if one of these

- negates a word that the claim does not, or the other way round;
- has its words around the same middle in the reverse order, and neither of the two is in the passive voice;
- has another number before the very word that the claim counts by it, or where the claim has its own;

and none agrees with it. English, German, Spanish, French, Italian, Portuguese and Dutch are known, others are never contradicted.

Where it fails: opposites without a word of negation ("allowed", "forbidden"), reversed roles over half a sentence, what only the context
negates. `python -m evaluation.contrast DATA` prints what it finds and how often it is wrong.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, cached_property, lru_cache
from itertools import combinations, pairwise, zip_longest
from typing import Literal, NamedTuple

from causeway.language.form import normal
from causeway.language.numbers import with_plain_numbers
from causeway.language.words import figures, stem, stop_words

Kind = Literal["negated", "swapped", "other-number"]
SAME_THING = 0.6  # of the claim's words, in a sentence that speaks of what the claim does
NEAR = 0.1  # sentences whose share is less than this below the best are looked at as well
SLOT = 0.25  # how many more of the words a sentence with another number has than the best one with the claim's number
REACH = 3  # content words behind a negation that it may be about
FARTHEST = 8  # content words between the two names of a role

NEGATORS = {
    "en": "not no never cannot without neither nor none nobody nothing",
    "de": "nicht kein keine keinen keinem keiner keines nie niemals ohne weder noch niemand nichts",
    "es": "no nunca jamás sin ni ningún ninguna ninguno nadie nada",
    "fr": "pas jamais sans ni aucun aucune personne rien",
    "it": "non mai senza né nessun nessuna nessuno niente nulla",
    "pt": "não nunca jamais sem nem nenhum nenhuma ninguém nada",
    "nl": "niet geen nooit zonder noch niemand niets",
}  # fmt: skip
BEHIND = {"de": "nicht", "nl": "niet", "fr": "pas jamais"}  # these also negate the word before them
AGENTS = {"en": "by", "de": "von durch", "es": "por", "fr": "par", "it": "da dal dalla dai dagli", "pt": "por pelo pela", "nl": "door"}
ONLY = {"en": "only", "de": "nur", "es": "solo sólo", "fr": "seulement", "it": "solo", "pt": "só apenas", "nl": "alleen"}
_WORD = re.compile(r"[^\W_]+(?:['’.,:/-][^\W_]+)*")
_NUMERIC = re.compile(r"\d[\d.,:/'-]*\w{0,3}")
_ITEM = re.compile(r"^\W*\d{1,3}[.)]\s")
_CLAUSE = re.compile(r"[;()–—]|[,:](?!\d)")


class Word(NamedTuple):
    """A content word. root: its stem, or a number in plain form. reached: a negation stands shortly before. named: written as a name is."""

    root: str
    negated: bool
    reached: bool
    is_number: bool
    named: bool


class Said:
    """A sentence as content words in order. numbers_in: the language in which it writes numbers."""

    def __init__(self, text: str, language: str, numbers_in: str) -> None:
        self._text, self._language, self._numbers_in = text, language, numbers_in

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return tuple(_words(self._text, self._language, self._numbers_in))

    @cached_property
    def roots(self) -> frozenset[str]:
        return frozenset(word.root for word in self.words)

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(word.root for word in self.words if word.is_number)

    @cached_property
    def negated(self) -> frozenset[str]:
        return frozenset(word.root for word in self.words if word.negated)

    @cached_property
    def plain(self) -> frozenset[str]:
        return frozenset(word.root for word in self.words if not word.reached)

    @cached_property
    def by(self) -> bool:
        """Whether somebody is named as who did it, as the passive voice does."""
        return not _listed(AGENTS[self._language]).isdisjoint(self._text.casefold().split())

    @cached_property
    def counted(self) -> frozenset[tuple[str, str]]:
        """(number, the word behind it)."""
        return frozenset((one.root, other.root) for one, other in pairwise(self.words) if one.is_number and not other.is_number)

    @cached_property
    def roles(self) -> frozenset[tuple[str, str, str]]:
        """(one, middle, other): three words in a row, or two names with a word between them; no numbers."""
        words = [word for word in self.words if not word.is_number]
        found = {(one.root, middle.root, other.root) for one, middle, other in zip(words, words[1:], words[2:], strict=False)}
        names = [place for place, word in enumerate(words) if word.named]
        for one, other in combinations(names, 2):
            if 1 < other - one <= FARTHEST:
                found |= {(words[one].root, word.root, words[other].root) for word in words[one + 1 : other] if not word.named}
        return frozenset(found)

    def share_in(self, other: "Said") -> float:
        """The share of its words, without numbers, that another sentence has."""
        own = self.roots - self.numbers
        return len(own & other.roots) / len(own) if own else 0.0


def contradiction(claim: str, sentences: Sequence[Said], language: str) -> Kind | None:
    """What the sentences say otherwise than the claim; None when they do not, or the language is not known.

    sentences: those of the passages that the claim rests on, but for such as have hardly a word of it.
    """
    if language not in NEGATORS:
        return None
    said = Said(claim, language, language)
    shares = [(said.share_in(sentence), sentence) for sentence in sentences]
    best = max((share for share, _ in shares), default=0.0)
    if best < SAME_THING:
        return None
    nearest = [sentence for share, sentence in shares if share >= max(SAME_THING, best - NEAR)]
    if all(_negates(said, sentence) for sentence in nearest):
        return "negated"
    if all(_swaps(said, sentence) for sentence in nearest):
        return "swapped"
    return (
        "other-number" if said.numbers and (all(_counts_otherwise(said, each) for each in nearest) or _fills_slot(said, shares)) else None
    )


def _negates(claim: Said, sentence: Said) -> bool:
    """A word that one of them has only negated, and the other only plain."""
    return bool(
        claim.negated & sentence.plain - claim.plain - sentence.negated or sentence.negated & claim.plain - sentence.plain - claim.negated
    )


def _swaps(claim: Said, sentence: Said) -> bool:
    """One and the other around the same middle, in the reverse order only."""
    turned = {(other, middle, one) for one, middle, other in claim.roles - sentence.roles if one != other}
    return claim.by == sentence.by and bool(turned & sentence.roles - claim.roles)


def _counts_otherwise(claim: Said, sentence: Said) -> bool:
    """What the claim counts has another number there, and the claim's number does not count it."""
    others = {unit: number for number, unit in sentence.counted - claim.counted}
    return any(unit in others and (number, unit) not in sentence.counted for number, unit in claim.counted)


def _fills_slot(claim: Said, shares: Sequence[tuple[float, Said]]) -> bool:
    """A sentence without any of the claim's numbers, but with another, has far more of its words than those with them."""
    having = max((share for share, sentence in shares if claim.numbers & sentence.numbers), default=0.0)
    other = max((share for share, sentence in shares if sentence.numbers and not claim.numbers & sentence.numbers), default=0.0)
    return other >= SAME_THING and other - having >= SLOT


def _words(text: str, language: str, numbers_in: str) -> Iterator[Word]:
    plain = with_plain_numbers(normal(_ITEM.sub("", text)).replace("’", "'"), numbers_in)
    for clause in _CLAUSE.split(plain):
        yield from _Clause(language, numbers_in).read(_WORD.findall(clause))


class _Clause:
    """Reads the words of one clause: a negation reaches no further."""

    def __init__(self, language: str, numbers_in: str) -> None:
        self._language, self._numbers_in = language, numbers_in
        self._behind, self._only = _listed(BEHIND.get(language, "")), _listed(ONLY.get(language, ""))
        self._found: list[Word] = []
        self._since = REACH  # content words since the last negation

    def read(self, tokens: Sequence[str]) -> list[Word]:
        for token, following in zip_longest(tokens, tokens[1:], fillvalue=""):
            entry = _entry(token, self._language, self._numbers_in)
            if entry and not entry.negates:
                self._found.append(Word(entry.root, self._since == 0, self._since < REACH, entry.is_number, token[0].isupper()))
                self._since += 1
            elif entry and following.casefold() not in self._only:
                self._negate(entry.root in self._behind or not following)
        return self._found

    def _negate(self, backwards: bool) -> None:
        self._since = 0
        if backwards and self._found:
            self._found[-1] = self._found[-1]._replace(negated=True, reached=True)


class _Entry(NamedTuple):
    """root: as `Word` has it; of a negation the word itself."""

    root: str
    is_number: bool = False
    negates: bool = False


@lru_cache(maxsize=32_768)
def _entry(token: str, language: str, numbers_in: str) -> _Entry | None:
    """What a token is to a clause, as a dictionary would say it; None for a stop word or a single letter."""
    word = token.casefold()
    if word in _listed(NEGATORS.get(language, "")) or word.endswith("n't"):
        return _Entry(word, negates=True)
    if _NUMERIC.fullmatch(token) and (numbers := figures(token, numbers_in)):
        return _Entry(min(numbers, key=lambda each: (not token.startswith(each), each)), is_number=True)  # of a range its first number
    return _Entry(stem(word, language)) if len(word) > 1 and word not in stop_words(language) else None


@cache
def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())
