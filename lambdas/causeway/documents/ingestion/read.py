"""The first step: an upload is taken, read and cut into passages; or it goes to quarantine with its reason."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from causeway.documents.bad import BadDocument
from causeway.documents.chunking.chunkings import CHUNKINGS
from causeway.documents.chunking.passages import passages_of_content
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.handed import Cut, Handed, WasRead
from causeway.documents.ingestion.identity import content_hash, version
from causeway.documents.ingestion.instructions import instructions_tally
from causeway.documents.ingestion.languages import language_tally
from causeway.documents.ingestion.lines import passage_lines
from causeway.documents.ingestion.quarantine import quarantine
from causeway.documents.ingestion.reasons import Reason
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.report import Report
from causeway.documents.ingestion.runs import Run
from causeway.documents.ingestion.store import MissingObject, Store, too_large
from causeway.documents.readers.isolation import read_isolated
from causeway.retrieval.passage import Passage

Outcome = Literal["read", "unchanged", "superseded", "quarantined", "handed on", "cut"]
Cuts = Mapping[str, Sequence[Passage]]


@dataclass(frozen=True)
class Bounds:
    """max_bytes: a larger file is refused without being fetched. max_lost_share: of the visible text, 0 to 1; a document that lost more
    has a shortfall. served: the embedding model's languages, ISO 639 codes.
    """

    max_bytes: int
    max_lost_share: float
    served: Collection[str]


@dataclass(frozen=True)
class Taken:
    """handed: what is to be indexed or removed; None when nothing is left to do. reason: why a document is in quarantine."""

    outcome: Outcome
    handed: Handed | None = None
    reason: Reason | None = None


class Reading:
    """Every method may be repeated after any error: a run has files of its own."""

    def __init__(
        self,
        registry: Registry,
        incoming: Store,
        documents: Store,
        bounds: Bounds,
        alive: Callable[[], None],
        chunkings: Callable[[], Sequence[str]],
    ) -> None:
        """alive: is called every few seconds while a file is being read. chunkings: of the generations that are written now, the one
        that answers first.
        """
        self._registry, self._incoming, self._documents, self._bounds, self._alive = registry, incoming, documents, bounds, alive
        self._chunkings = chunkings

    def take(self, change: Change) -> Taken:
        """Raises Throttled, DependencyUnavailable or DependencyRejected of storage or the registry."""
        if change.action == "remove":
            return Taken("handed on", change)
        if change.action == "cut":
            return self._cut_again(change)
        if change.size > self._bounds.max_bytes:
            return self._refused(change, too_large(change.size, self._bounds.max_bytes))
        try:
            content = self._incoming.read(change.key, change.object_version, self._bounds.max_bytes)
        except MissingObject:
            return Taken("superseded")  # deleted or replaced meanwhile: its own event follows
        except BadDocument as bad:
            return self._refused(change, bad)
        return self._read(change, content)

    def _read(self, change: Change, content: bytes) -> Taken:
        found = version(content)
        record = self._registry.begin(change, found, content_hash(content), len(content))
        if record is None:
            return Taken("superseded")
        if record.current_version == found:
            return Taken("unchanged" if self._registry.keep(change, found, record.shortfall) else "superseded")
        try:
            read, cuts = self._passages(change, found, content)
        except BadDocument as bad:
            return self._refused(change, bad, content)
        self._save(change, found, cuts)
        return Taken("read", read) if self._registry.was_read(read) else self._overtaken(read)

    def _save(self, change: Change, found: str, cuts: Cuts) -> None:
        for chunking, passages in cuts.items():
            self._documents.save(Run(change).passages_key(found, chunking), passage_lines(passages), "application/jsonl")

    def _cut_again(self, change: Change) -> Taken:
        """Cuts the current version by every chunking that is wanted now. What cannot be cut is noted, and stays as it was cut before."""
        record = self._registry.get(change.tenant, change.document_id)
        if record is None or record.current_version is None:
            return Taken("superseded")
        try:
            content = self._incoming.read(change.key, change.object_version, self._bounds.max_bytes)
            if version(content) != record.current_version:
                raise BadDocument("replaced", "The object that it was read from is no longer there.")
            self._save(change, record.current_version, self._passages(change, record.current_version, content)[1])
        except (BadDocument, MissingObject) as error:
            for chunking in self._chunkings():
                self._documents.save(Run(change).uncut_key(record.current_version, chunking), str(error).encode(), "text/plain")
        if (now := self._registry.get(change.tenant, change.document_id)) is None or now.current_version != record.current_version:
            Run(change).remove_files(self._documents)
        return Taken("cut")

    def _passages(self, change: Change, found: str, content: bytes) -> tuple[WasRead, Cuts]:
        """Raises BadDocument."""
        said = read_isolated(content, change.name, meanwhile=self._alive)
        cuts = {
            chunking: passages_of_content(
                said, tenant=change.tenant, document_id=change.document_id, version=found, name=change.name, chunking=CHUNKINGS[chunking]
            )
            for chunking in self._chunkings()
        }
        answering, passages = next(iter(cuts.items()))
        if not passages:
            raise BadDocument("no_text", "The document has no text. Check that the right file was uploaded.")
        title, language = passages[0].title, passages[0].language
        told = [*said.report, *language_tally(language, self._bounds.served), *instructions_tally(passages)]
        report = Report.of(replace(said, report=told))
        read = WasRead(
            **change.model_dump(),
            version=found,
            passages_key=Run(change).passages_key(found, answering),
            passages=len(passages),
            cuts={name: Cut(key=Run(change).passages_key(found, name), passages=len(some)) for name, some in cuts.items()},
            read_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            title=title,
            language=language,
            report=report,
            shortfall=report.shortfall(self._bounds.max_lost_share),
        )
        return read, cuts

    def _overtaken(self, read: WasRead) -> Taken:
        """A newer event has the document, and this run's files go, unless their version is current: as after the same event, told twice."""
        record = self._registry.get(read.tenant, read.document_id)
        if record is None or read.version != record.current_version:
            Run(read).remove_files(self._documents)
        return Taken("superseded")

    def _refused(self, change: Change, bad: BadDocument, content: bytes | None = None) -> Taken:
        reason = Reason(code=bad.code, message=bad.message)
        quarantine(change, reason, content, self._registry, self._documents)
        return Taken("quarantined", reason=reason)
