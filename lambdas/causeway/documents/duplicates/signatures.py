"""MinHash signatures of texts: small, kept with a document, and comparable without its text.

A signature has 128 slots; two texts have as large a share of them in common as their sets of shingles have members in common (Jaccard),
give or take 0.04. Its 32 bands of four slots are keys to look up: texts that are 0.8 alike share no band once in 20 million times, and
texts that are 0.3 alike share one in four times of ten. See docs/decisions/225-duplicates.md.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from operator import eq
from typing import TYPE_CHECKING, Self

from causeway.documents.duplicates.words import shingles

if TYPE_CHECKING:
    from rensa import RMinHash

SLOTS = 128
BANDS = 32
FEWEST_SHINGLES = 16  # a shorter text is compared as a whole only: one word more or less makes it another
_SEED = 1
_AT_ONCE = 500
WIDTH = 4 * SLOTS // BANDS  # bytes of a band
# Signatures of two schemes have nothing in common. The first number is rensa's; whoever changes how words are told raises the last one.
SCHEME = f"rensa2-{SLOTS}-2words-1"


class OtherScheme(ValueError):
    """A signature was made in another way and must be made again from the text."""

    def __init__(self, found: str) -> None:
        super().__init__(f"the signature is of the scheme {found}, this code makes {SCHEME}: make it again from the document's text")


@dataclass(frozen=True, slots=True)
class Signature:
    """slots: 512 bytes, big-endian numbers of four bytes each."""

    slots: bytes

    @classmethod
    def stored(cls, scheme: str, slots: bytes) -> Self:
        """As it was kept. Raises OtherScheme, or ValueError for what is no signature."""
        if scheme != SCHEME:
            raise OtherScheme(scheme)
        if len(slots) != 4 * SLOTS:
            raise ValueError(f"a signature has {4 * SLOTS} bytes, this one {len(slots)}")
        return cls(slots)

    @property
    def bands(self) -> list[bytes]:
        return [self.slots[place : place + WIDTH] for place in range(0, len(self.slots), WIDTH)]

    def likeness(self, other: "Signature") -> float:
        """The estimate of the Jaccard index, 0 to 1."""
        equal: int = sum(map(eq, memoryview(self.slots).cast("I"), memoryview(other.slots).cast("I")))
        return equal / SLOTS


def signature_of(of: list[bytes]) -> Signature | None:
    """From a text's words; None for a text with fewer than 16 shingles."""
    sketch = next(sketches_of([of]))
    return Signature(_packed(sketch.digest())) if sketch else None


def sketches_of(texts: Iterable[list[bytes]]) -> Iterator["RMinHash | None"]:
    """rensa's own form of a signature, for the words of each text, in order."""
    from rensa import RMinHash  # functions that only look signatures up do not have it

    remaining = iter(texts)
    while several := [shingles(each) for each in islice(remaining, _AT_ONCE)]:
        for each, sketch in zip(several, RMinHash.from_token_sets(several, SLOTS, _SEED), strict=True):
            yield sketch if len(each) >= FEWEST_SHINGLES else None


def _packed(slots: list[int]) -> bytes:
    return struct.pack(f">{SLOTS}I", *slots)
