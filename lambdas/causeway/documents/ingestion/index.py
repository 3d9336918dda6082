"""The last step: passages into the index, verified, then made current, and only then the former ones removed.

See docs/decisions/080-versions.md for why no interleaving of two runs mixes or loses a version.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from causeway.documents.chunking.passages import embedding_text
from causeway.documents.ingestion.execution import Embedded, Outcome, Settled
from causeway.documents.ingestion.identity import ordered
from causeway.documents.ingestion.lines import passages_in, vectors_in
from causeway.documents.ingestion.record import Record
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.runs import Run
from causeway.documents.ingestion.store import Store
from causeway.retrieval.index import PassageIndex
from causeway.retrieval.passage import IndexedPassage
from causeway.runtime.errors import DependencyUnavailable


def index_passages(document: Embedded, registry: Registry, index: PassageIndex, documents: Store) -> Settled:
    """Settled as "indexed", or as "superseded" when a newer event has the document; then nothing of this run stays.

    Raises MissingObject when a newer run has removed this one's files.
    """
    return Settled.of(document, _Indexing(document, registry, index, documents).run())


class _Indexing:
    """One run's turn at the index."""

    def __init__(self, document: Embedded, registry: Registry, index: PassageIndex, documents: Store) -> None:
        self._document = document
        self._registry = registry
        self._index = index
        self._documents = documents
        self._now = datetime.now(UTC).isoformat(timespec="milliseconds")

    def run(self) -> Outcome:
        document, version = self._document, self._document.version
        record = self._registry.get(document.tenant, document.document_id)
        if not self._is_ours(record):
            return self._withdraw(record)
        self._index.write(self._passages())
        found = self._verified()
        if not self._registry.publish(document):
            return self._withdraw(self._registry.get(document.tenant, document.document_id))
        Run(document, version).remove_earlier_files(self._documents)
        if found.keys() != {version}:
            self._index.remove_others(document.tenant, document.document_id, version, self._now)
        self._index.leave_former(document.tenant, document.document_id, self._now)
        return "indexed"

    def _is_ours(self, record: Record | None) -> bool:
        held = record is not None and record.sequencer == ordered(self._document.sequencer)
        return held and record is not None and self._document.version in {record.pending_version, record.current_version}

    def _passages(self) -> Iterator[IndexedPassage]:
        passages = passages_in(self._documents.read(self._document.passages_key))
        embeddings = vectors_in(self._documents.read(self._document.embeddings_key))
        for passage, embedding in zip(passages, embeddings, strict=True):
            yield IndexedPassage.of(passage, embedding_text(passage), embedding, self._now)

    def _verified(self) -> dict[str, int]:
        """Passages of each version in the index. Raises DependencyUnavailable when ours are not all there.

        More than ours are left over from a reader that cut the same content into more passages.
        """
        tenant, id, version = self._document.tenant, self._document.document_id, self._document.version
        found = self._index.versions(tenant, id)
        if found.get(version, 0) > self._document.passages:
            self._index.remove_left_over(tenant, id, version, self._now)
            found = self._index.versions(tenant, id)
        if found.get(version, 0) != self._document.passages:
            raise DependencyUnavailable("search", f"{found.get(version, 0)} of {self._document.passages} passages were found")
        return found

    def _withdraw(self, record: Record | None) -> Outcome:
        """Removes this run's files, and what it has indexed unless the same version is current or on its way by a newer run."""
        document, version = self._document, self._document.version
        if record is None or version not in {record.current_version, record.pending_version}:
            self._index.remove_version(document.tenant, document.document_id, version, self._now)
        Run(document, version).remove_files(self._documents)
        return "superseded"
