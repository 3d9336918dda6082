"""The second step: passages get their vectors and go into the index, are verified there and made current; then the former ones go.

Documents are indexed by the hundred: one request for the vectors of many, one refresh and one count for all.
See docs/decisions/080-versions.md for why no interleaving of two runs mixes or loses a version.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from causeway.documents.chunking.passages import embedding_text
from causeway.documents.ingestion.given import given_vectors, text_hash
from causeway.documents.ingestion.handed import WasRead
from causeway.documents.ingestion.identity import ordered
from causeway.documents.ingestion.lines import passages_in
from causeway.documents.ingestion.record import Record
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.runs import Run
from causeway.documents.ingestion.store import MissingObject, Store
from causeway.retrieval.embedder import Embedder, Vector
from causeway.retrieval.generations import Embedding, Generation
from causeway.retrieval.index import PassageIndex
from causeway.retrieval.passage import IndexedPassage, Passage
from causeway.runtime.deadlines import Deadline
from causeway.runtime.logs import logger

# indexed; superseded: a newer event has the document, and nothing of this run stays; unread: its files are gone, or none is cut as a
# generation wants it, read it again; unfound: not all of its passages are found, or another generation came meanwhile, index it again.
Outcome = Literal["indexed", "superseded", "unread", "unfound"]
SETTLED = frozenset[Outcome](("indexed", "superseded"))
SLICE = 256  # passages that get their vectors and are written together
SLICE_SECONDS = 60.0


class OutOfTime(Exception):
    """The work goes on with the next call."""


@dataclass(frozen=True)
class Target:
    """A generation, as it is written. embedder: of its model. index_of: a tenant's; the same for tenants who share one."""

    generation: Generation
    embedder: Embedder
    index_of: Callable[[str], PassageIndex]


class Indexing:
    """Every method may be repeated after any error, and raises those of the registry, storage, search and the embedding."""

    def __init__(
        self,
        registry: Registry,
        documents: Store,
        targets: Callable[[], Sequence[Target]],
        deadline: Deadline,
        alive: Callable[[], None],
        turn: Callable[[int, Embedding], None],
        leaving: Callable[[str], Sequence[PassageIndex]],
    ) -> None:
        """targets: those that are alive now, the one that answers first. alive: is called every few seconds. turn: waits until so many
        texts may be embedded by a model, some seconds at most, or raises Throttled. leaving: a tenant's indexes that are about to be
        removed, as known when `targets` was last called.
        """
        self._registry, self._documents, self._targets, self._leaving = registry, documents, targets, leaving
        self._deadline, self._alive, self._turn = deadline, alive, turn

    def index(self, documents: Sequence[WasRead]) -> list[Outcome]:
        """What became of each. Raises OutOfTime before a slice that may take too long: what is written by then is found again."""
        targets = self._targets()
        records = self._registry.registered([(each.tenant, each.document_id) for each in documents])
        outcomes: dict[int, Outcome] = {}
        by_index: dict[PassageIndex, list[int]] = defaultdict(list)
        for n, document in enumerate(documents):
            record = records.get(document.document_id)
            if not _is_ours(document, record):
                outcomes[n] = self._withdraw(document, record)
            elif any(document.cut(target.generation.chunking) is None for target in targets):
                outcomes[n] = "unread"
            else:
                by_index[targets[0].index_of(document.tenant)].append(n)
        for places in by_index.values():
            some = [documents[n] for n in places]
            outcomes |= zip(places, self._written(some, targets, records), strict=True)
        self._forget_vectors([document for n, document in enumerate(documents) if outcomes[n] in SETTLED])
        return [outcomes[n] for n in range(len(documents))]

    def _written(self, documents: Sequence[WasRead], targets: Sequence[Target], records: Mapping[str, Record]) -> Iterator[Outcome]:
        """documents: of tenants who share their indexes.

        A generation that came while the others were written makes all of them unfound: a document is current in each or in none.
        """
        now = _now()
        indexes = [target.index_of(documents[0].tenant) for target in targets]
        gone = {id for target, index in zip(targets, indexes, strict=True) for id in self._write(documents, target, index, now)}
        self._alive()
        found = [index.versions([(each.tenant, each.document_id) for each in documents]) for index in indexes]
        unchanged = [each.generation for each in self._targets()] == [each.generation for each in targets]
        for document in documents:
            if document.document_id in gone:
                yield self._unread(document)
            elif not unchanged:
                yield "unfound"
            else:
                yield self._settled(document, [_Found(*each, document) for each in zip(targets, indexes, found, strict=True)], now, records)

    def _unread(self, document: WasRead) -> Outcome:
        """Its files are gone. If a newer event took them, what another generation got of it before that was seen goes, too."""
        record = self._registry.get(document.tenant, document.document_id)
        return "unread" if _is_ours(document, record) else self._withdraw(document, record)

    def _write(self, documents: Sequence[WasRead], target: Target, index: PassageIndex, now: str) -> set[str]:
        """The ids of documents whose files are gone."""
        gone: set[str] = set()
        waiting: list[Passage] = []
        given = given_vectors(documents, target.generation, self._documents)
        for document in documents:
            try:
                waiting += self._unwritten(document, target, index)
            except MissingObject:
                gone.add(document.document_id)
            while len(waiting) >= SLICE:
                self._write_slice(waiting[:SLICE], target, index, now, given)
                del waiting[:SLICE]
        self._write_slice(waiting, target, index, now, given)
        return gone

    def _unwritten(self, document: WasRead, target: Target, index: PassageIndex) -> list[Passage]:
        """Its passages, without those that an earlier call for the same run has written. Raises MissingObject."""
        cut = document.cut(target.generation.chunking)
        passages = list(passages_in(self._documents.read(cut.key))) if cut else []
        if len(passages) <= SLICE:
            return passages
        whole = index.slices(document.tenant, document.document_id, document.version, SLICE, since=document.read_at)
        return [passage for passage in passages if passage.position // SLICE not in whole]

    def _write_slice(self, passages: Sequence[Passage], target: Target, index: PassageIndex, now: str, given: Mapping[str, Vector]) -> None:
        """given: vectors by the hashes of their texts."""
        if not passages:
            return
        if self._deadline.left() < SLICE_SECONDS:
            raise OutOfTime
        self._alive()
        texts = [embedding_text(passage) for passage in passages]
        vectors = self._embedded(texts, target, given)
        self._alive()
        index.write(IndexedPassage.of(*one, now) for one in zip(passages, texts, vectors, strict=True))

    def _embedded(self, texts: Sequence[str], target: Target, given: Mapping[str, Vector]) -> list[Vector]:
        found = [given.get(text_hash(text)) for text in texts] if given else [None] * len(texts)
        missing = [text for text, vector in zip(texts, found, strict=True) if vector is None]
        if given:
            logger.info("vectors of a batch", extra={"used": len(texts) - len(missing), "missing": len(missing)})
        made: Iterator[Vector] = iter(())
        if missing:
            self._turn(len(missing), target.generation)
            self._alive()
            made = iter(target.embedder.embed(missing, "passage", self._deadline))
        return [next(made) if vector is None else vector for vector in found]

    def _forget_vectors(self, documents: Sequence[WasRead]) -> None:
        """What a batch has made is in the index now, or not wanted any more."""
        for document in documents:
            if document.embedded and document.embedded.key:
                self._documents.delete(document.embedded.key)

    def _settled(self, document: WasRead, found: Sequence["_Found"], now: str, records: Mapping[str, Record]) -> Outcome:
        for each in found:
            if each.passages > each.wanted:
                each.index.remove_beyond(document.tenant, document.document_id, document.version, each.wanted)
        if any(each.passages < each.wanted for each in found):
            return "unfound"
        if not self._registry.publish(document):
            return self._withdraw(document, self._registry.get(document.tenant, document.document_id))
        if records[document.document_id].first_sequencer != ordered(document.sequencer):
            Run(document).remove_earlier_files(self._documents)
        for each in found:
            if each.versions.keys() != {document.version}:
                each.index.remove_others(document.tenant, document.document_id, document.version, now)
            each.index.leave_former(document.tenant, {document.document_id: now})
        for index in self._leaving(document.tenant):
            index.remove_others(document.tenant, document.document_id, document.version, now)
            index.leave_former(document.tenant, {document.document_id: now})
        return "indexed"

    def _withdraw(self, document: WasRead, record: Record | None) -> Outcome:
        """Removes this run's files unless their version is current, and what it has indexed unless it is that or on a newer run's way.

        A later upload of the same content leaves the version its first run's files.
        """
        if record is None or document.version not in {record.current_version, record.pending_version}:
            indexes = [target.index_of(document.tenant) for target in self._targets()]
            for index in (*indexes, *self._leaving(document.tenant)):
                index.remove_version(document.tenant, document.document_id, document.version, _now())
        if record is None or document.version != record.current_version:
            Run(document).remove_files(self._documents)
        return "superseded"


class _Found:
    """A document in one generation. passages: found of its version. wanted: that it has."""

    def __init__(self, target: Target, index: PassageIndex, found: Mapping[str, Mapping[str, int]], document: WasRead) -> None:
        cut = document.cut(target.generation.chunking)
        self.index, self.versions = index, found.get(document.document_id, {})
        self.passages, self.wanted = self.versions.get(document.version, 0), cut.passages if cut else 0


def _is_ours(document: WasRead, record: Record | None) -> bool:
    return record is not None and record.is_of(document) and document.version in {record.pending_version, record.current_version}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
