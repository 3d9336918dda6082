"""One passage as claims are compared with it. Each view of its text is worked out once, when it is first asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from causeway.language.detection import language_of
from causeway.language.sentences import SAMPLE, Span, sentence_spans
from causeway.language.words import Terms, terms
from causeway.safety.asking import ASKS, MAY_ASK
from causeway.safety.contradiction import Said
from causeway.safety.order import in_a_row, share_in_order, words_in_order

WORTH_A_SENTENCE = 0.15  # of the words said
HEAD = 2  # lines before the text of a passage: title and heading


@dataclass(frozen=True)
class Stretch:
    """One or two sentences of a passage. share: of the words said that it has in their order, 0..1. said: whether it has them in a row."""

    text: str
    share: float
    said: bool


class ReadPassage:
    """text: with title and heading. language: the answer's, whose words are compared; numbers are read as the passage's own writes them."""

    def __init__(self, text: str, language: str) -> None:
        self._text, self._language = text, language

    @cached_property
    def terms(self) -> Terms:
        return self._terms_of(self._text)

    @cached_property
    def sentences(self) -> list[tuple[Terms, Said]]:
        return [(self._terms_of(part), Said(part, self._language, self._own)) for part in self._parts]

    @cached_property
    def asked(self) -> Terms:
        """Terms that are in questions and requests alone."""
        if not MAY_ASK.search(self._text):
            return frozenset()
        asking: list[str] = []
        telling: list[str] = []
        for part in self._parts:
            (asking if ASKS.search(part) else telling).append(part)
        return self._terms_of("\n".join(asking)) - self._terms_of("\n".join(telling))

    @cached_property
    def head(self) -> Terms:
        """Terms of title and heading."""
        return terms("\n".join(self._lines_above), self._language)

    @cached_property
    def head_words(self) -> frozenset[str]:
        return frozenset(words_in_order("\n".join(self._lines_above), self._language))

    def nearest(self, said: Sequence[str]) -> Stretch:
        """The sentence with most of the words said in their order, or two in a row where they have clearly more; of equals the shorter.

        Words of title and heading may stand anywhere in what is said.
        """
        best = Stretch("", 0.0, said=False)
        for stretches, more in ((self._singles, 0.0), (self._pairs, WORTH_A_SENTENCE)):
            held = [self._held(span, words, said) for span, words in stretches]
            found = max(held, key=lambda each: (each.said, each.share, -len(each.text)), default=best)
            best = found if (found.said, found.share - more) > (best.said, best.share) else best
        return best

    def _held(self, span: Span, words: Sequence[str], said: Sequence[str]) -> Stretch:
        rest = [word for word in said if word in words or word not in self.head_words]
        return Stretch(self._text[slice(*span)], share_in_order(rest, words), in_a_row(rest, words))

    @cached_property
    def _singles(self) -> list[tuple[Span, list[str]]]:
        """Each sentence of the body, with its words in order."""
        return [self._worded(span) for span in self._spans if span[0] >= self._body]

    @cached_property
    def _pairs(self) -> list[tuple[Span, list[str]]]:
        """Each sentence of the body with the next one."""
        return [self._worded((start, end)) for ((start, _), _), ((_, end), _) in pairwise(self._singles)]

    def _worded(self, span: Span) -> tuple[Span, list[str]]:
        return span, words_in_order(self._text[slice(*span)], self._language)

    @cached_property
    def _own(self) -> str:
        return language_of(self._text[:SAMPLE])

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        return sentence_spans(self._text, self._own)

    @property
    def _parts(self) -> list[str]:
        return [self._text[start:end] for start, end in self._spans]

    @property
    def _body(self) -> int:
        """Where it begins."""
        return sum(len(line) + 1 for line in self._lines_above)

    @property
    def _lines_above(self) -> Sequence[str]:
        *head, _ = self._text.split("\n", HEAD)
        return head if len(head) == HEAD else ()

    def _terms_of(self, text: str) -> Terms:
        return terms(text, self._language, self._own)
