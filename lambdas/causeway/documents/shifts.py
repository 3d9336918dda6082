"""How a new version of a document differs from the last one, and when so many differ that a person should look first.

A connector that breaks sends whole folders of empty, foreign or shuffled files. Each of them alone may be an ordinary change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from pydantic import BaseModel, ConfigDict

from causeway.documents.checks import ENOUGH_WORDS
from causeway.documents.content import Content
from causeway.documents.duplicates.signatures import SCHEME, Signature, signature_of
from causeway.documents.duplicates.words import words
from causeway.language.detection import UNKNOWN

SHRUNK = 0.5  # of the words of the last version
ALIKE = 0.1  # estimated Jaccard index; two versions of one text that were edited much are above it, two texts of one subject below
LEAST_CHANGED = 10  # documents; fewer of a batch stop nothing
MOST_SHIFTED = 0.2  # of the changed documents of a batch


class Statistics(BaseModel):
    """What is kept of a version to compare the next one with. tables: rows. signature: hex, "" for a short text; of the scheme.

    words, headings: how many. scheme: of the signature.
    Data class: internal.
    """

    model_config = ConfigDict(frozen=True)

    words: int
    language: str
    headings: int
    tables: int
    signature: str = ""
    scheme: str = SCHEME

    @classmethod
    def of(cls, content: Content, language: str) -> Self:
        found = words("\n".join(block.text for block in content.blocks))
        made = signature_of(found)
        kinds = [block.kind for block in content.blocks]
        slots = made.slots.hex() if made else ""
        return cls(words=len(found), language=language, headings=kinds.count("heading"), tables=kinds.count("table"), signature=slots)


def shifts(old: Statistics, new: Statistics) -> list[str]:
    """Sentences on what changed so much that the file may be the wrong one; empty for an ordinary change. Short texts are not compared."""
    return list(_shifts(old, new)) if old.words >= ENOUGH_WORDS else []


def _shifts(old: Statistics, new: Statistics) -> Iterator[str]:
    if new.words < SHRUNK * old.words:
        yield f"The document has {new.words:,} words, its last version had {old.words:,}."
    if UNKNOWN not in (old.language, new.language) and old.language != new.language:
        yield f"The document's language is {new.language}, that of its last version was {old.language}."
    if old.tables >= 5 and not new.tables:
        yield f"The document has no tables, its last version had {old.tables:,} rows of them."
    if old.scheme == new.scheme and old.signature and new.signature and _likeness(old, new) < ALIKE:
        yield "The document has hardly a sentence in common with its last version."


def _likeness(old: Statistics, new: Statistics) -> float:
    one, other = (Signature(bytes.fromhex(each.signature)) for each in (old, new))
    return one.likeness(other)


@dataclass(frozen=True)
class Batch:
    """Documents that had an earlier version, of those that came in the same time. shifted: how many of them have a shift."""

    changed: int
    shifted: int = 0

    def stop(self) -> str:
        """Why a document with a shift should wait for a person; "" if it may go on."""
        if self.changed < LEAST_CHANGED or self.shifted <= MOST_SHIFTED * self.changed:
            return ""
        return f"{self.shifted:,} of {self.changed:,} documents that changed in this hour differ much from their last versions."
