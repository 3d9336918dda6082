"""One passage as claims are compared with it. Each view of its text is worked out once, when it is first asked for."""

from collections.abc import Sequence
from functools import cached_property

from causeway.language.detection import language_of
from causeway.language.sentences import SAMPLE, sentence_spans
from causeway.language.words import Terms, terms
from causeway.safety.asking import ASKS, MAY_ASK
from causeway.safety.contradiction import Said
from causeway.safety.order import words_in_order

HEAD = 2  # lines before the text of a passage: title and heading


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

    @cached_property
    def pairs(self) -> list[list[str]]:
        """Words of each sentence with the next one, in order."""
        following = zip(self._spans, [*self._spans[1:], *self._spans[-1:]], strict=True)
        return [words_in_order(self._text[start:end], self._language) for (start, _), (_, end) in following]

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
    def _lines_above(self) -> Sequence[str]:
        *head, _ = self._text.split("\n", HEAD)
        return head if len(head) == HEAD else ()

    def _terms_of(self, text: str) -> Terms:
        return terms(text, self._language, self._own)
