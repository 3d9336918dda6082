"""Sentences in which users state something lasting of themselves: a preference, a decision, or who they are.

Method: words only (`statement_phrases`), in sentences that ask nothing, outside of quotes. Where it fails: statements in other words than
the phrases are not recognised; a passing wish in the words of a lasting one ("I prefer the window seat today") is taken for lasting.
See docs/decisions/177-facts-about-a-user.md, also for figures.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from causeway.conversations import statement_phrases as phrases
from causeway.language.form import bare
from causeway.language.sentences import sentence_spans
from causeway.safety.injection import QUOTED
from causeway.safety.instructions import is_instruction
from causeway.safety.sensitive import is_sensitive

Kind = Literal["preference", "decision", "about"]
NotKept = Literal["instruction", "sensitive", "too-long", "too-many"]
LONGEST = 300  # characters of a statement
MOST = 5  # of one question

_PARTS = re.compile(r"\s+[—–-]+\s+|;\s+|(?<=\w)—(?=\w)")
_CONTINUES = re.compile(
    r",? (?=(?:and|but|so|because|since|und|aber|denn|et|mais|car|y|pero|porque|e|ma|mas|en|maar) )|, (?=(?:i|ich|je|j'|yo)\b)"
)
_ASKS = re.compile(r"[?？؟][\"'”’)\]\s]*$")


@dataclass(frozen=True)
class Statement:
    """text: the user's own words."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Noticed:
    """statements: those that may be kept. not_kept: why others may not be."""

    statements: Sequence[Statement]
    not_kept: Sequence[NotKept]


def noticed(question: str) -> Noticed:
    """What a question says of its asker. Instructions to the model and what must be kept nowhere are left out."""
    kept: dict[str, Statement] = {}
    not_kept: list[NotKept] = []
    for statement in _statements(question):
        reason = _why_not(statement)
        if reason is None and len(kept) >= MOST:
            reason = "too-many"
        if reason:
            not_kept.append(reason)
        else:
            kept.setdefault(bare(statement.text), statement)
    return Noticed(list(kept.values()), not_kept)


def _why_not(statement: Statement) -> NotKept | None:
    if len(statement.text) > LONGEST:
        return "too-long"
    if is_sensitive(statement.text):
        return "sensitive"
    return "instruction" if is_instruction(statement.text) else None


def _statements(question: str) -> Iterator[Statement]:
    for start, end in sentence_spans(question):
        sentence = question[start:end]
        for part in (each.strip() for each in _PARTS.split(sentence)):
            kind = kind_of(part, asks=bool(_ASKS.search(sentence)))
            if kind:
                yield Statement(kind, part)


def kind_of(part: str, asks: bool = False) -> Kind | None:
    """None for what states nothing lasting. asks: the sentence ends with a question mark, so that only a request to remember counts."""
    plain = QUOTED.sub("…", bare(part).replace("’", "'"))
    asked_for = _remember().match(plain)
    if asked_for:
        return _by_words(plain[asked_for.end() :])
    if asks:
        return None
    ends = [found.start() for found in _CONTINUES.finditer(plain)]
    clauses = [plain, *(plain[end:].lstrip(", ") for end in ends if not _reports().search(plain[:end]))]
    return next((kind for clause in clauses for kind, pattern in _kinds().items() if pattern.match(clause)), None)


def _by_words(plain: str) -> Kind:
    if re.search(phrases.PREFERS, plain):
        return "preference"
    return "decision" if re.search(phrases.DECIDED, plain) else "about"


@cache
def _kinds() -> dict[Kind, re.Pattern[str]]:
    """Compiled at the first question of a conversation."""
    patterns: dict[Kind, tuple[str, ...]] = {"decision": phrases.DECISION, "about": phrases.ABOUT, "preference": phrases.PREFERENCE}
    return {kind: phrases.any_of(several) for kind, several in patterns.items()}


@cache
def _remember() -> re.Pattern[str]:
    return phrases.any_of(phrases.REMEMBER)


@cache
def _reports() -> re.Pattern[str]:
    return re.compile(phrases.REPORTS)
