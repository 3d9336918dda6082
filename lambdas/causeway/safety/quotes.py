"""The words of a passage that a claim rests on."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from causeway.language.detection import language_of
from causeway.language.form import normal
from causeway.language.sentences import SAMPLE, Span, sentence_spans
from causeway.language.words import Terms, figures, terms

_WORD = re.compile(r"\w+(?:[.,:/-]\w+)*")
LONGEST = 400
STEP = 100
WORTH_A_SENTENCE = 0.15
MAX_FOR_A_CLAIM = 3


@dataclass(frozen=True)
class Quote:
    """text: verbatim words of a passage. start: their place in it, in characters."""

    text: str
    start: int


@dataclass
class _Sentence:
    passage: str
    span: Span
    language: str

    @cached_property
    def terms(self) -> Terms:
        return terms(self.passage[slice(*self.span)], self.language)

    def in_order(self, neighbours: frozenset[tuple[str, str]]) -> int:
        """How many of these words two in a row it has."""
        return len(neighbours & _neighbours(self.passage[slice(*self.span)]))


@dataclass(frozen=True)
class _Claim:
    """said: its terms. exact: its numbers and codes. neighbours: its words, two in a row. language: the passage's."""

    said: Terms
    exact: Terms
    neighbours: frozenset[tuple[str, str]]
    language: str

    def shares(self, text: str) -> int:
        """How many terms of the claim a text has; numbers and codes count twice."""
        shared = self.said & terms(text, self.language)
        return len(shared) + len(shared & self.exact)


def quotes(passage: str, claims: Sequence[str], breaks: Sequence[int] = ()) -> list[Quote]:
    """What the passage says for each claim, each place once, in the claims' order; each 400 characters at most.

    The sentence, or two in a row, that share most terms with the claim; numbers and codes count twice, and as whole ones, because rows of
    a table often differ in nothing else. A second sentence is taken when it adds 15 % of the claim's terms; further places are quoted
    while they hold numbers or codes of the claim that the first does not, at most three for a claim. Of a longer sentence, the 400
    characters that share most are quoted. The passage's first sentence is quoted when nothing is shared, which happens to claims in
    other words.
    breaks: places where a page begins; what is on two pages is two quotes.
    """
    language = language_of(passage[:SAMPLE])
    sentences = [_Sentence(passage, span, language) for span in sentence_spans(passage, language)]
    spans: dict[Span, None] = {}
    for text in claims:
        claim = _Claim(terms(text, language), figures(text, language), _neighbours(text), language)
        spans |= dict.fromkeys(_shortened(passage, span, claim) for span in _places(sentences, claim, breaks))
    return [Quote(passage[start:end], start) for start, end in spans]


def _places(sentences: Sequence[_Sentence], claim: _Claim, breaks: Sequence[int]) -> Iterator[Span]:
    missing = claim.exact
    for _ in range(MAX_FOR_A_CLAIM if sentences else 0):
        first, last = _best(sentences, claim, missing)
        before, after = sentences[first].span, sentences[last].span
        parted = any(before[1] <= place <= after[0] for place in breaks)
        yield from (before, after) if parted else [(before[0], after[1])]
        missing = missing.difference(*(sentence.terms for sentence in sentences[first : last + 1]))
        if not any(missing & sentence.terms for sentence in sentences):
            return


def _best(sentences: Sequence[_Sentence], claim: _Claim, exact: Terms) -> tuple[int, int]:
    """First and last place of the sentence that holds most, with the one beside it that adds enough to it, if one does.

    Of sentences that hold as much, that with more words in the claim's order: "Room 11: key 1" and "Room 1: key 11" differ in nothing else.
    """
    shared = [claim.said & sentence.terms for sentence in sentences]
    held = [len(some) + len(some & exact) for some in shared]
    most = max(held)
    equals = [place for place, count in enumerate(held) if count == most]
    best = max(equals, key=lambda place: sentences[place].in_order(claim.neighbours)) if len(equals) > 1 else equals[0]
    beside = [place for place in (best - 1, best + 1) if 0 <= place < len(shared)]
    other = max(beside, key=lambda place: len(shared[place] - shared[best]), default=best)
    if len(shared[other] - shared[best]) <= WORTH_A_SENTENCE * len(claim.said):
        return best, best
    return min(best, other), max(best, other)


def _neighbours(text: str) -> frozenset[tuple[str, str]]:
    return frozenset(pairwise(_WORD.findall(normal(text).casefold())))


def _shortened(passage: str, span: Span, claim: _Claim) -> Span:
    """At most 400 characters of a place: those that share most with the claim."""
    if span[1] - span[0] <= LONGEST:
        return span
    return max(_windows(passage, span), key=lambda window: (claim.shares(passage[slice(*window)]), -window[0]))


def _windows(passage: str, span: Span) -> Iterator[Span]:
    """Parts of at most 400 characters, one after every 100 characters, between words where a space is near."""
    begin, end = span
    while end - begin > LONGEST:
        space = passage.rfind(" ", begin + LONGEST // 2, begin + LONGEST)
        yield begin, begin + LONGEST if space < 0 else space
        word = passage.find(" ", begin + STEP, begin + LONGEST)
        begin = begin + STEP if word < 0 else word + 1
    yield begin, end
