"""What is kept of a document to find its duplicates by keys, without reading any other document.

Each key of a fingerprint is one item of a table: the partition is the tenant and the key, the sort key the document's id. A document's
keys are written before those of others are looked up, so that of two documents that come at once at least one finds the other.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Self

from causeway.documents.duplicates.signatures import SCHEME, Signature, signature_of
from causeway.documents.duplicates.words import jaccard, shingles, text_hash, words

Kind = Literal["same_bytes", "same_text", "near"]
KINDS: Sequence[Kind] = ("same_bytes", "same_text", "near")
FEWEST_BANDS = 2  # texts that are 0.8 alike have fewer in common once in a million times
MARGIN = 0.12  # three standard errors of an estimate
MOST_CANDIDATES = 50  # of each kind, near ones those with most keys in common: they are looked at one by one


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """content_hash: of the file. text_hash: of its words, "" for a document without any. signature: None for a short text."""

    content_hash: str
    text_hash: str
    signature: Signature | None

    @classmethod
    def of(cls, content_hash: str, text: str) -> Self:
        """text: all blocks of the document, joined by line ends."""
        found = words(text)
        return cls(content_hash, text_hash(found) if found else "", signature_of(found))

    @property
    def keys(self) -> list[str]:
        """At most 34. Keys of different schemes of signatures never meet."""
        bands = self.signature.bands if self.signature else []
        exact = [f"bytes#{self.content_hash}", *([f"text#{self.text_hash}"] if self.text_hash else [])]
        return [*exact, *(f"{SCHEME}#{place:02d}#{band.hex()}" for place, band in enumerate(bands))]


@dataclass(frozen=True, slots=True)
class Other:
    """A document that has keys in common with a new one. text: reads its blocks, joined by line ends; called for near ones only."""

    document_id: str
    fingerprint: Fingerprint
    text: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """likeness: the Jaccard index of two words in a row, exact; 1 unless it is near."""

    document_id: str
    kind: Kind
    likeness: float = 1.0


def candidates(shared: Iterable[tuple[str, str]]) -> list[str]:
    """Ids of documents worth comparing, those with most keys in common first.

    shared: (key, document id) of every item that a look-up of the new document's keys found.
    """
    bands: Counter[str] = Counter()
    exact: dict[str, None] = {}
    for key, document_id in shared:
        if key.startswith(("bytes#", "text#")):
            exact[document_id] = None
        else:
            bands[document_id] += 1
    near = [document_id for document_id, common in bands.most_common() if common >= FEWEST_BANDS and document_id not in exact]
    return [*list(exact)[:MOST_CANDIDATES], *near[:MOST_CANDIDATES]]


def duplicates(new: Fingerprint, text: str, others: Iterable[Other], least: float) -> list[Duplicate]:
    """The duplicates among other documents of the tenant: same bytes first, then the same text, then near ones, most alike first.

    text: of the new document, as `Fingerprint.of` got it. least: likeness from which a document is near, 0.7 to 1.
    """
    found = list(_compared(new, frozenset(shingles(words(text))), others, least))
    return sorted(found, key=lambda each: (KINDS.index(each.kind), -each.likeness, each.document_id))


def _compared(new: Fingerprint, of: frozenset[bytes], others: Iterable[Other], least: float) -> Iterator[Duplicate]:
    for other in others:
        theirs = other.fingerprint
        if theirs.content_hash == new.content_hash:
            yield Duplicate(other.document_id, "same_bytes")
        elif new.text_hash and theirs.text_hash == new.text_hash:
            yield Duplicate(other.document_id, "same_text")
        elif new.signature and theirs.signature and new.signature.likeness(theirs.signature) >= least - MARGIN:
            likeness = jaccard(of, frozenset(shingles(words(other.text()))))
            if likeness >= least:
                yield Duplicate(other.document_id, "near", likeness)
