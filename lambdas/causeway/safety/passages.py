"""The passages that an answer is checked against."""

from collections.abc import Sequence
from typing import Literal

from causeway.language.words import Terms, terms
from causeway.safety.citations import without_marks
from causeway.safety.contradiction import Kind, contradiction
from causeway.safety.order import words_in_order
from causeway.safety.read_passage import ReadPassage, Stretch

Wording = Literal["own", "quoted"]
ENOUGH = 0.5
IN_ORDER = 0.75
APART = 0.2  # of a claim's terms: a sentence with no more of them is not about the same thing


class Passages:
    """The passages given to the model. Most answers cite few of them, and only those are read.

    language: the answer's, whose words are compared. Numbers are read as each passage's own language writes them.
    wording: "own", a claim may be in words and in an order of its own; "quoted", it leaves in a passage's own.
    """

    def __init__(self, texts: Sequence[str], language: str, wording: Wording = "own") -> None:
        self.language = language
        self.wording: Wording = wording
        self._read = [ReadPassage(text, language) for text in texts]
        self._given: set[str] = set()

    def __len__(self) -> int:
        return len(self._read)

    def __getitem__(self, number: int) -> ReadPassage:
        """number: from 1."""
        return self._read[number - 1]

    def echo(self, sentence: str) -> bool:
        """Whether the passages together have more than half of the terms of a sentence that claims nothing, or it has none.

        Where answers are quoted, one of them has to say it.
        """
        plain = without_marks(sentence)
        if self.wording == "quoted":
            words = words_in_order(plain, self.language)
            return any(passage.nearest(words).share >= IN_ORDER for passage in self._read)
        said = terms(plain, self.language)
        return not said or len(said & frozenset().union(*(passage.terms for passage in self._read))) > ENOUGH * len(said)

    def stretch(self, number: int, said: Terms) -> Terms:
        """Of the terms said, those in title and heading and in the two sentences in a row that have most of them."""
        parts = [part for part, _ in self[number].sentences]
        pairs = (one | other for one, other in zip(parts, [*parts[1:], frozenset()], strict=True))
        return max((said & pair for pair in pairs), key=len, default=frozenset()) | said & self[number].head

    def is_new(self, sentence: str) -> bool:
        """Whether it was not asked about before, nor is part of what was quoted. Small models repeat themselves without end."""
        plain = f" {' '.join(without_marks(sentence).casefold().split())} "
        known = plain in self._given or (self.wording == "quoted" and any(plain in given for given in self._given))
        self._given.add(plain)
        return not known

    def against(self, claim: str, said: Terms, numbers: Sequence[int]) -> Kind | None:
        """What the passages of these numbers say otherwise than a claim. said: its terms."""
        sentences = [each for number in numbers for each in self[number].sentences]
        return contradiction(claim, [told for part, told in sentences if len(said & part) > APART * len(said)], self.language)

    def quoted(self, claim: str, numbers: Sequence[int]) -> tuple[Stretch, int]:
        """What the passages of these numbers say in most of a claim's words and in their order, and the number of the one that does."""
        said = words_in_order(claim, self.language)
        held = ((self[number].nearest(said), number) for number in numbers)
        return max(held, key=lambda each: (each[0].said, each[0].share))
