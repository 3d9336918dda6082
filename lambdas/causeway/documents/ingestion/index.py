"""The second step: passages get their vectors and go into the index, are verified there and made current; then the former ones go.

Documents are indexed by the hundred: one request for the vectors of many, one refresh and one count for all.
See docs/decisions/080-versions.md for why no interleaving of two runs mixes or loses a version.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

from causeway.documents.chunking.passages import embedding_text
from causeway.documents.ingestion.handed import WasRead
from causeway.documents.ingestion.identity import ordered
from causeway.documents.ingestion.lines import passages_in
from causeway.documents.ingestion.record import Record
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.runs import Run
from causeway.documents.ingestion.store import MissingObject, Store
from causeway.retrieval.embedder import Embedder
from causeway.retrieval.index import PassageIndex
from causeway.retrieval.passage import IndexedPassage, Passage
from causeway.runtime.deadlines import Deadline

# indexed; superseded: a newer event has the document, and nothing of this run stays; unread: its files are gone, read it again;
# unfound: not all of its passages are found, index it again.
Outcome = Literal["indexed", "superseded", "unread", "unfound"]
SLICE = 256  # passages that get their vectors and are written together
SLICE_SECONDS = 60.0


class OutOfTime(Exception):
    """The work goes on with the next call."""


class Indexing:
    """Every method may be repeated after any error, and raises those of the registry, storage, search and the embedding."""

    def __init__(
        self,
        registry: Registry,
        documents: Store,
        embedder: Embedder,
        index_of: Callable[[str], PassageIndex],
        deadline: Deadline,
        alive: Callable[[], None],
        turn: Callable[[int], None],
    ) -> None:
        """index_of: a tenant's; the same for tenants who share one. alive: is called every few seconds. turn: waits until so many texts
        may be embedded, some seconds at most, or raises Throttled.
        """
        self._registry, self._documents, self._embedder, self._index_of = registry, documents, embedder, index_of
        self._deadline, self._alive, self._turn = deadline, alive, turn

    def index(self, documents: Sequence[WasRead]) -> list[Outcome]:
        """What became of each. Raises OutOfTime before a slice that may take too long: what is written by then is found again."""
        records = self._registry.registered([(each.tenant, each.document_id) for each in documents])
        outcomes: dict[int, Outcome] = {}
        by_index: dict[PassageIndex, list[int]] = defaultdict(list)
        for n, document in enumerate(documents):
            record = records.get(document.document_id)
            if _is_ours(document, record):
                by_index[self._index_of(document.tenant)].append(n)
            else:
                outcomes[n] = self._withdraw(document, record)
        for index, places in by_index.items():
            some = [documents[n] for n in places]
            outcomes |= zip(places, self._written(some, index, records), strict=True)
        return [outcomes[n] for n in range(len(documents))]

    def _written(self, documents: Sequence[WasRead], index: PassageIndex, records: Mapping[str, Record]) -> Iterator[Outcome]:
        now = _now()
        gone = self._write(documents, index, now)
        self._alive()
        found = index.versions([(each.tenant, each.document_id) for each in documents])
        for document in documents:
            if document.document_id in gone:
                yield "unread"
                continue
            versions = found.get(document.document_id, {})
            yield self._settled(document, versions, index, now, records[document.document_id])

    def _write(self, documents: Sequence[WasRead], index: PassageIndex, now: str) -> set[str]:
        """The ids of documents whose files are gone."""
        gone: set[str] = set()
        waiting: list[Passage] = []
        for document in documents:
            try:
                waiting += self._unwritten(document, index)
            except MissingObject:
                gone.add(document.document_id)
            while len(waiting) >= SLICE:
                self._write_slice(waiting[:SLICE], index, now)
                del waiting[:SLICE]
        self._write_slice(waiting, index, now)
        return gone

    def _unwritten(self, document: WasRead, index: PassageIndex) -> list[Passage]:
        """Its passages, without those that an earlier call for the same run has written. Raises MissingObject."""
        passages = list(passages_in(self._documents.read(document.passages_key)))
        if len(passages) <= SLICE:
            return passages
        whole = index.slices(document.tenant, document.document_id, document.version, SLICE, since=document.read_at)
        return [passage for passage in passages if passage.position // SLICE not in whole]

    def _write_slice(self, passages: Sequence[Passage], index: PassageIndex, now: str) -> None:
        if not passages:
            return
        if self._deadline.left() < SLICE_SECONDS:
            raise OutOfTime
        self._alive()
        texts = [embedding_text(passage) for passage in passages]
        self._turn(len(texts))
        self._alive()
        vectors = self._embedder.embed(texts, "passage", self._deadline)
        self._alive()
        index.write(IndexedPassage.of(*one, now) for one in zip(passages, texts, vectors, strict=True))

    def _settled(self, document: WasRead, versions: Mapping[str, int], index: PassageIndex, now: str, before: Record) -> Outcome:
        if versions.get(document.version, 0) > document.passages:
            index.remove_beyond(document.tenant, document.document_id, document.version, document.passages)
        elif versions.get(document.version, 0) < document.passages:
            return "unfound"
        if not self._registry.publish(document):
            return self._withdraw(document, self._registry.get(document.tenant, document.document_id))
        if before.first_sequencer != ordered(document.sequencer):
            Run(document).remove_earlier_files(self._documents)
        if versions.keys() != {document.version}:
            index.remove_others(document.tenant, document.document_id, document.version, now)
        index.leave_former(document.tenant, document.document_id, now)
        return "indexed"

    def _withdraw(self, document: WasRead, record: Record | None) -> Outcome:
        """Removes this run's files unless their version is current, and what it has indexed unless it is that or on a newer run's way.

        A later upload of the same content leaves the version its first run's files.
        """
        if record is None or document.version not in {record.current_version, record.pending_version}:
            self._index_of(document.tenant).remove_version(document.tenant, document.document_id, document.version, _now())
        if record is None or document.version != record.current_version:
            Run(document).remove_files(self._documents)
        return "superseded"


def _is_ours(document: WasRead, record: Record | None) -> bool:
    return record is not None and record.is_of(document) and document.version in {record.pending_version, record.current_version}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
