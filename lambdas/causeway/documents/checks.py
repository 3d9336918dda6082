"""What is checked of a document's text before it is indexed, and what its uploader is told.

The limits are measured: `python -m evaluation.document_checks` prints how many documents of public data pass them, and how many that were
damaged on purpose do not. See docs/decisions/227-checks-before-indexing.md.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from causeway.documents.bad import BadDocument
from causeway.documents.content import Content, Tally
from causeway.documents.duplicates.words import words
from causeway.language.detection import UNKNOWN

Code = Literal["too_short", "repetitive", "damaged_encoding", "mostly_signs", "other_language"]
ENOUGH_WORDS = 50  # for a share to say anything
_RUN = 8  # words in a row that count as repeated if they occur again
_HIGH = re.compile(
    r"[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]{2,}"
)
_LOST = re.compile("[\ufffd\u25a1\ue000-\uf8ff]")
_SIGN = re.compile(r"[^\w\s]|_")


class Checks(BaseModel):
    """A domain's limits. A share is 0 to 1.

    languages: ISO 639-1 codes; empty for any. fewest_words: of a document. most_repeated: share of its words that are in a run of eight
    that occurred before. most_damaged: share of its words with characters of a wrong or lost encoding. most_signs: share of its
    characters but spaces that are neither letters nor digits. then: what happens to a document that does not pass.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    languages: tuple[str, ...] = ()
    fewest_words: int = Field(default=1, ge=0)
    most_repeated: float = Field(default=0.9, ge=0, le=1)
    most_damaged: float = Field(default=0.03, ge=0, le=1)
    most_signs: float = Field(default=0.5, ge=0, le=1)
    then: Literal["report", "refuse"] = "report"


@dataclass(frozen=True)
class Measures:
    """words: Han, kana and the like count by the character. Shares as in `Checks`; 0 where there are fewer than 50 words."""

    words: int
    repeated: float
    damaged: float
    signs: float
    language: str

    @classmethod
    def of(cls, content: Content, language: str) -> "Measures":
        """language: of the text, ISO 639-1 or "und"."""
        text = "\n".join(block.text for block in content.blocks)
        found = words(text)
        if len(found) < ENOUGH_WORDS:
            return cls(len(found), 0.0, _damaged(text, len(found)), 0.0, language)
        prose = "\n".join(block.text for block in content.blocks if block.kind != "code")
        return cls(len(found), _repeated(found), _damaged(text, len(found)), _signs(prose), language)


@dataclass(frozen=True)
class Fault:
    """A limit that a document does not keep. message: sentences for its uploader."""

    code: Code
    message: str


def faults(measures: Measures, checks: Checks) -> Iterator[Fault]:
    if measures.words < checks.fewest_words:
        yield Fault(
            "too_short", f"The document has {measures.words:,} words; at least {checks.fewest_words:,} are expected. Upload all of it."
        )
    if measures.damaged > checks.most_damaged:
        yield Fault(
            "damaged_encoding",
            f"{measures.damaged:.0%} of the words have characters of a wrong encoding, such as Ã¼ for ü. Export the file as UTF-8.",
        )
    if measures.repeated > checks.most_repeated:
        yield Fault(
            "repetitive", f"{measures.repeated:.0%} of the text repeats what came before. Upload each part once, without generated filler."
        )
    if measures.signs > checks.most_signs:
        yield Fault(
            "mostly_signs",
            f"{measures.signs:.0%} of the characters are neither letters nor digits. Check that the file holds text to read.",
        )
    if checks.languages and measures.language not in (*checks.languages, UNKNOWN):
        known = ", ".join(checks.languages)
        yield Fault("other_language", f"The language is {measures.language}; documents here are in {known}. Upload a translation.")


def checked(content: Content, language: str, checks: Checks) -> list[Tally]:
    """What the uploader is told of the text, for the document's report. Raises BadDocument with the first fault if the domain refuses."""
    found = list(faults(Measures.of(content, language), checks))
    if found and checks.then == "refuse":
        raise BadDocument(found[0].code, " ".join(fault.message for fault in found))
    return [Tally("text", read=0, left_out=0, why=fault.message) for fault in found]


def _repeated(found: Sequence[bytes]) -> float:
    """The share of words in a run of eight that occurred before."""
    seen: set[tuple[bytes, ...]] = set()
    repeated = bytearray(len(found))
    for place in range(len(found) - _RUN + 1):
        run = tuple(found[place : place + _RUN])
        if run in seen:
            repeated[place : place + _RUN] = b"\1" * _RUN
        seen.add(run)
    return sum(repeated) / len(found)


def _damaged(text: str, count: int) -> float:
    """Words with a lost character, or with letters that are UTF-8 read as a Western encoding, divided by all."""
    if text.isascii() or not count:
        return 0.0
    runs = sum(_is_misread(run[0]) for run in _HIGH.finditer(text))
    return min(1.0, (runs + len(_LOST.findall(text))) / count)


def _is_misread(run: str) -> bool:
    """Whether characters of Windows-1252 are the bytes of other characters in UTF-8."""
    try:
        b"".join(character.encode("cp1252" if ord(character) > 255 else "latin-1") for character in run).decode()
    except UnicodeError:
        return False
    return True


def _signs(text: str) -> float:
    visible = sum(map(len, text.split()))
    return len(_SIGN.findall(text)) / visible if visible else 0.0
