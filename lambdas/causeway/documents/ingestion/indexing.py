"""Last step: passages into the index, verified, then made current, and only then the former ones removed.

See docs/decisions/080-versions.md for why no interleaving of two runs mixes or loses a version.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from causeway.documents.ingestion import store
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.identity import ordered
from causeway.documents.ingestion.lines import passages_in, vectors_in
from causeway.documents.ingestion.registry import Record, Registry
from causeway.documents.ingestion.runs import Run
from causeway.retrieval.index import PassageIndex
from causeway.retrieval.passage import IndexedPassage
from causeway.runtime.errors import DependencyUnavailable


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the steps before have left in the documents bucket for one version of a document."""

    version: str
    passages_key: str
    embeddings_key: str
    passages: int
    title: str
    language: str


class Indexing:
    """One run's turn at the index."""

    def __init__(self, change: Change, prepared: Prepared, registry: Registry, index: PassageIndex, bucket: str) -> None:
        self._change = change
        self._prepared = prepared
        self._registry = registry
        self._index = index
        self._bucket = bucket
        self._now = datetime.now(UTC).isoformat(timespec="milliseconds")

    def run(self) -> str:
        """ "indexed", or "superseded" when a newer event has the document; then nothing of this run stays.

        Raises MissingObject when a newer run has removed this one's files.
        """
        change, version = self._change, self._prepared.version
        record = self._registry.get(change.tenant, change.document_id)
        if not self._ours(record):
            return self._withdraw(record)
        self._index.write(self._passages())
        found = self._verified()
        if not self._registry.publish(change, version, self._facts()):
            return self._withdraw(self._registry.get(change.tenant, change.document_id))
        Run(change, version).remove_earlier_files(self._bucket)
        if found.keys() != {version}:
            self._index.remove_others(change.tenant, change.document_id, version, self._now)
        return "indexed"

    def _ours(self, record: Record | None) -> bool:
        held = record is not None and record.sequencer == ordered(self._change.sequencer)
        return held and record is not None and self._prepared.version in {record.pending_version, record.current_version}

    def _passages(self) -> Iterator[IndexedPassage]:
        passages = passages_in(store.read(self._bucket, self._prepared.passages_key))
        embeddings = vectors_in(store.read(self._bucket, self._prepared.embeddings_key))
        for passage, embedding in zip(passages, embeddings, strict=True):
            yield IndexedPassage.of(passage, embedding, self._now)

    def _verified(self) -> dict[str, int]:
        """Passages of each version in the index. Raises DependencyUnavailable when ours are not all there.

        More than ours are left over from a reader that cut the same content into more passages.
        """
        change, version = self._change, self._prepared.version
        found = self._index.versions(change.tenant, change.document_id)
        if found.get(version, 0) > self._prepared.passages:
            self._index.remove_left_over(change.tenant, change.document_id, version, self._now)
            found = self._index.versions(change.tenant, change.document_id)
        if found.get(version, 0) != self._prepared.passages:
            raise DependencyUnavailable("search", f"{found.get(version, 0)} of {self._prepared.passages} passages were found")
        return found

    def _facts(self) -> dict[str, str | int]:
        return {"title": self._prepared.title, "language": self._prepared.language, "passages": self._prepared.passages}

    def _withdraw(self, record: Record | None) -> str:
        """Removes this run's files, and what it has indexed unless the same version is current or on its way by a newer run."""
        version = self._prepared.version
        if record is None or version not in {record.current_version, record.pending_version}:
            self._index.remove_version(self._change.tenant, self._change.document_id, version, self._now)
        Run(self._change, version).remove_files(self._bucket)
        return "superseded"
