"""The words of a passage that a claim rests on."""

from collections.abc import Sequence

from causeway.safety.sentences import Span, sentence_spans
from causeway.safety.words import terms

LONGEST = 400
WORTH_A_SENTENCE = 0.15

Terms = frozenset[str]


def quote(passage: str, claims: Sequence[str]) -> str:
    """The sentence of the passage, or two in a row, that share most terms with the claims; verbatim, 400 characters at most.

    A second sentence is taken only when it adds 15 % of the claims' terms. The passage's first sentence stands in when nothing
    is shared, which happens to claims in other words. A term is shared when its stem occurs, inside another word too: a third of the
    time that comparing words takes, and near enough to choose a sentence by.
    """
    said = terms(" ".join(claims))
    spans = sentence_spans(passage)
    if not spans:
        return ""
    shared = [_held(said, passage[start:end].lower()) for start, end in spans]
    best = max(range(len(spans)), key=lambda place: len(shared[place]))
    start, end = _widened(spans, shared, best, WORTH_A_SENTENCE * len(said))
    return _shortened(passage[start:end])


def _held(said: Terms, sentence: str) -> Terms:
    return frozenset([term for term in said if term in sentence])


def _widened(spans: Sequence[Span], shared: Sequence[Terms], best: int, worth: float) -> Span:
    """The best sentence with the neighbour that adds more than `worth` terms, if one does."""
    beside = [place for place in (best - 1, best + 1) if 0 <= place < len(spans)]
    other = max(beside, key=lambda place: len(shared[place] - shared[best]), default=best)
    if len(shared[other] - shared[best]) <= worth:
        return spans[best]
    return spans[min(best, other)][0], spans[max(best, other)][1]


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(None, 1)[0]
