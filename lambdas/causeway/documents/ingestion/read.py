"""The first step: an upload is taken, read and cut into passages; or it goes to quarantine with its reason."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from causeway.documents.bad import BadDocument
from causeway.documents.chunking.passages import passages_of_content
from causeway.documents.content import Content
from causeway.documents.ingestion.album import save_pictures
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.duplicating import Duplicating
from causeway.documents.ingestion.fingerprints import Kept
from causeway.documents.ingestion.gate import Gate
from causeway.documents.ingestion.handed import Handed, WasRead
from causeway.documents.ingestion.identity import content_hash, version
from causeway.documents.ingestion.instructions import instructions_tally
from causeway.documents.ingestion.languages import language_tally
from causeway.documents.ingestion.lines import passage_lines
from causeway.documents.ingestion.quarantine import quarantine
from causeway.documents.ingestion.reasons import Reason
from causeway.documents.ingestion.record import Record
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.report import Report
from causeway.documents.ingestion.runs import Run
from causeway.documents.ingestion.store import MissingObject, Store, too_large
from causeway.documents.readers.isolation import read_isolated
from causeway.documents.recognition import RecognisedPage, page_lines, pages_in
from causeway.retrieval.passage import Passage

Outcome = Literal["read", "unchanged", "superseded", "quarantined", "duplicate", "handed on", "goes on"]


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
    """handed: what is to be indexed or removed; None when nothing is left to do. reason: why a document is in quarantine or a duplicate.

    Of an outcome "goes on", the same change is to be taken again: there was no time for all pages that are pictures.
    """

    outcome: Outcome
    handed: Handed | None = None
    reason: Reason | None = None


class Reading:
    """Every method may be repeated after any error: a run has files of its own."""

    def __init__(
        self, registry: Registry, incoming: Store, documents: Store, bounds: Bounds, alive: Callable[[], None], gate: Gate
    ) -> None:
        """alive: is called every few seconds while a file is being read."""
        self._registry, self._incoming, self._documents, self._bounds, self._alive = registry, incoming, documents, bounds, alive
        self._gate = gate
        self._duplicating = Duplicating(gate.intake.duplicates, registry, gate.fingerprints, documents)

    def take(self, change: Change, again: bool = False) -> Taken:
        """again: it may have been taken before.

        Raises Throttled, DependencyUnavailable or DependencyRejected of storage or the registry.
        """
        if change.action != "ingest":
            return Taken("handed on", change)
        if change.size > self._bounds.max_bytes:
            return self._refused(change, too_large(change.size, self._bounds.max_bytes))
        try:
            content = self._incoming.read(change.key, change.object_version, self._bounds.max_bytes)
        except MissingObject:
            return Taken("superseded")  # deleted or replaced meanwhile: its own event follows
        except BadDocument as bad:
            return self._refused(change, bad)
        return self._read(change, content, again)

    def _read(self, change: Change, content: bytes, again: bool) -> Taken:
        found = version(content, self._gate.intake.rules)
        record = self._registry.begin(change, found, content_hash(content), len(content))
        if record is None:
            return Taken("superseded")
        if record.current_version == found and record.passages_key:
            return Taken("unchanged" if self._registry.keep(change, found, record.shortfall) else "superseded")
        try:
            said = self._said(change, found, content, again)
            if said.recognition.goes_on:
                return Taken("goes on")
            read, passages, kept = self._passages(change, found, content, said, record)
        except BadDocument as bad:
            return self._refused(change, bad, content)
        save_pictures(passages, said.pictures, self._documents, Run(change).album_key(found), self._alive)
        self._documents.save(read.passages_key, passage_lines(passages), "application/jsonl")
        to_index = self._duplicating.settled(read, kept, passages)
        if to_index is None:
            return self._behind(read, record)
        if not self._registry.was_read(to_index):
            return self._overtaken(read)
        if again:
            self._documents.remove_all([Run(change).recognised_key(found)])  # its words are unscreened
        return Taken("read", to_index)

    def _said(self, change: Change, found: str, content: bytes, again: bool) -> Content:
        """Goes on after the pages that earlier calls have recognised, and keeps them until all are. Raises BadDocument."""
        key = Run(change).recognised_key(found)
        said = read_isolated(content, change.name, known=self._known(key) if again else (), meanwhile=self._alive)
        if said.recognition.goes_on:
            self._documents.save(key, page_lines(said.recognition.pages), "application/jsonl")
        return said

    def _known(self, key: str) -> Sequence[RecognisedPage]:
        try:
            return pages_in(self._documents.read(key))
        except MissingObject:
            return ()

    def _passages(self, change: Change, found: str, content: bytes, raw: Content, record: Record) -> tuple[WasRead, list[Passage], Kept]:
        """raw: what the file says, unscreened. Raises BadDocument."""
        said = self._gate.screened(raw)
        passages = passages_of_content(
            said,
            tenant=change.tenant,
            document_id=change.document_id,
            version=found,
            name=change.name,
            pictures_in=Run(change).pictures_folder(found),
        )
        if not passages:
            raise BadDocument("no_text", "The document has no text. Check that the right file was uploaded.")
        title, language, key = passages[0].title, passages[0].language, Run(change).passages_key(found)
        compared = self._gate.compared(change, found, record.current_version, said, content_hash(content), key)
        told = [*said.report, *language_tally(language, self._bounds.served), *instructions_tally(passages), *compared.told]
        report = Report.of(replace(said, report=told))
        read = WasRead(
            **change.model_dump(),
            version=found,
            passages_key=key,
            passages=len(passages),
            read_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            title=title,
            language=language,
            report=report,
            shortfall=report.shortfall(self._bounds.max_lost_share),
            text_hash=compared.kept.text_hash,
        )
        return read, passages, compared.kept

    def _behind(self, read: WasRead, before: Record) -> Taken:
        """Another document says it already; what answers found of this one until now goes. before: as it was when the run began."""
        record = self._registry.get(read.tenant, read.document_id)
        if record is None or not record.is_of(read) or record.state != "duplicate":
            return self._overtaken(read)
        Run(read).remove_files(self._documents)
        was_indexed = before.passages is not None or before.first_sequencer != before.sequencer
        withdrawal = Change.model_validate({**read.model_dump(include=set(Change.model_fields)), "action": "withdraw"})
        return Taken("duplicate", withdrawal if was_indexed else None, record.reason)

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
