"""The words of a passage that a claim rests on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from causeway.language.detection import language_of
from causeway.language.sentences import SAMPLE, Span, sentence_spans
from causeway.language.words import Terms, figures, terms

LONGEST = 400
WORTH_A_SENTENCE = 0.15
MOST_FOR_A_CLAIM = 3


@dataclass(frozen=True)
class Quote:
    """text: verbatim words of a passage. start: their place in it, in characters."""

    text: str
    start: int


@dataclass(frozen=True)
class _Sentence:
    span: Span
    terms: Terms


def quotes(passage: str, claims: Sequence[str]) -> list[Quote]:
    """What the passage says for each claim, each place once, in the claims' order; each 400 characters at most.

    The sentence, or two in a row, that share most terms with the claim; numbers and codes count twice, and as whole ones, because rows of
    a table often differ in nothing else. A second sentence is taken when it adds 15 % of the claim's terms; further places are quoted
    while they hold numbers or codes of the claim that the first does not, at most three for a claim. The passage's first sentence stands
    in when nothing is shared, which happens to claims in other words.
    """
    language = language_of(passage[:SAMPLE])
    sentences = [_Sentence(span, terms(passage[slice(*span)], language)) for span in sentence_spans(passage, language)]
    spans = dict.fromkeys(span for claim in claims for span in _places(sentences, claim, language))
    return [Quote(_shortened(passage[start:end]), start) for start, end in spans]


def _places(sentences: Sequence[_Sentence], claim: str, language: str) -> Iterable[Span]:
    said, exact = terms(claim, language), figures(claim, language)
    missing = exact
    for _ in range(MOST_FOR_A_CLAIM if sentences else 0):
        first, last = _best(sentences, said, missing)
        yield sentences[first].span[0], sentences[last].span[1]
        missing = missing.difference(*(sentence.terms for sentence in sentences[first : last + 1]))
        if not any(missing & sentence.terms for sentence in sentences):
            return


def _best(sentences: Sequence[_Sentence], said: Terms, exact: Terms) -> tuple[int, int]:
    """First and last place of the sentence that holds most, with the neighbour that adds enough to it, if one does."""
    shared = [said & sentence.terms for sentence in sentences]
    best = max(range(len(shared)), key=lambda place: (len(shared[place]) + len(shared[place] & exact), -place))
    beside = [place for place in (best - 1, best + 1) if 0 <= place < len(shared)]
    other = max(beside, key=lambda place: len(shared[place] - shared[best]), default=best)
    if len(shared[other] - shared[best]) <= WORTH_A_SENTENCE * len(said):
        return best, best
    return min(best, other), max(best, other)


def _shortened(text: str) -> str:
    """At most 400 characters, cut at a space where there is one in the second half."""
    if len(text) <= LONGEST:
        return text
    space = text.rfind(" ", LONGEST // 2, LONGEST)
    return text[:LONGEST] if space < 0 else text[:space].rstrip()
