"""How well golden questions are answered: right, near, wrong or refused.

An answer is "right" if, for every piece of a question's evidence, it cites the document that has it and contains its words; case,
white space and punctuation do not count. "near" cites a document with evidence but says other words of it. A model that writes in its
own words may be right then too, and only a reader can tell. "wrong" cites no document with evidence.
A question that no document answers is right when it is refused and wrong when it is answered.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from evaluation.golden import Question


class Verdict(StrEnum):
    RIGHT = "right"
    NEAR = "near"
    WRONG = "wrong"
    REFUSED = "refused"


@dataclass(frozen=True)
class Given:
    """What the API gave: cited holds the names of the documents cited, in order, one for each citation."""

    answered: bool
    text: str
    cited: Sequence[str]


@dataclass(frozen=True)
class Tally:
    """questions: how many; by: the ids of those with each verdict. strays: the share of citations of documents without evidence."""

    questions: int
    by: dict[Verdict, Sequence[str]]
    strays: float


def judge(question: Question, given: Given) -> Verdict:
    if not question.evidence:
        return Verdict.WRONG if given.answered else Verdict.RIGHT
    if not given.answered:
        return Verdict.REFUSED
    if all(piece.document in given.cited and plain_words(piece.quote) in plain_words(given.text) for piece in question.evidence):
        return Verdict.RIGHT
    return Verdict.NEAR if any(piece.document in given.cited for piece in question.evidence) else Verdict.WRONG


def tally(results: Iterable[tuple[Question, Given]]) -> Tally:
    judged = [(question, given, judge(question, given)) for question, given in results]
    by: dict[Verdict, Sequence[str]] = {verdict: [question.id for question, _, found in judged if found is verdict] for verdict in Verdict}
    cited = [(name, question) for question, given, _ in judged if question.evidence for name in given.cited]
    strays = sum(name not in {piece.document for piece in question.evidence} for name, question in cited)
    return Tally(len(judged), by, strays / max(1, len(cited)))


def plain_words(text: str) -> str:
    """The words of a text in a row, each between spaces, without marks such as [1]."""
    plain = re.findall(r"\w+", re.sub(r"\[\d+\]", " ", text.casefold()))
    return f" {' '.join(plain)} "
