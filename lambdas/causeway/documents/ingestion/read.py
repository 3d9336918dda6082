"""The first step: uploads are taken, read and cut into passages; or one goes to quarantine with its reason.

What is asked of DynamoDB without a condition is asked for several documents at once.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from causeway.documents.bad import BadDocument
from causeway.documents.chunking.passages import passages_of_content
from causeway.documents.chunkings import CHUNKINGS
from causeway.documents.content import Content
from causeway.documents.ingestion.album import save_pictures
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.duplicating import Duplicating
from causeway.documents.ingestion.fingerprints import Kept
from causeway.documents.ingestion.gate import Gate
from causeway.documents.ingestion.handed import Cut, Handed, WasRead
from causeway.documents.ingestion.identity import content_hash, version
from causeway.documents.ingestion.instructions import instructions_tally
from causeway.documents.ingestion.languages import language_tally
from causeway.documents.ingestion.lines import passage_lines
from causeway.documents.ingestion.quarantine import quarantine
from causeway.documents.ingestion.reasons import Reason
from causeway.documents.ingestion.recognising import Recognising, Waiting
from causeway.documents.ingestion.record import Record
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.report import Report
from causeway.documents.ingestion.runs import RECOGNISED, Run, folder_of
from causeway.documents.ingestion.steps import Ended, Steps
from causeway.documents.ingestion.store import MissingObject, Store, too_large
from causeway.documents.textract import Textract
from causeway.retrieval.passage import Passage
from causeway.runtime.errors import DependencyError
from causeway.runtime.logs import record_failure
from causeway.safety.personal.tokens import SEALED, Sealed

Outcome = Literal["read", "unchanged", "superseded", "quarantined", "duplicate", "handed on", "goes on", "cut"]
Cuts = Mapping[str, Sequence[Passage]]  # by chunking; the first is that of the index that answers


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

    Of an outcome "goes on", the same change is to be taken again, `after` so many seconds: not all pages that are pictures are recognised.
    """

    outcome: Outcome
    handed: Handed | None = None
    reason: Reason | None = None
    after: int = 0


@dataclass(frozen=True)
class Begun:
    """A file that a run has taken. record: its row since then."""

    change: Change
    version: str
    content: bytes
    record: Record


@dataclass(frozen=True)
class Draft:
    """A document that is to be indexed, unless another one says the same. before: its row when the run began."""

    read: WasRead
    kept: Kept
    passages: Sequence[Passage]
    before: Record


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
        gate: Gate,
        textract: Textract | None = None,
    ) -> None:
        """alive: is called every few seconds while a file is being read. chunkings: of the generations that are written now, the one
        that answers first. textract: what recognises pages that are pictures, where this deployment has it.
        """
        self._registry, self._incoming, self._documents, self._bounds, self._alive = registry, incoming, documents, bounds, alive
        self._chunkings, self._gate = chunkings, gate
        self._recognising = Recognising(documents, alive, textract)
        self._duplicating = Duplicating(gate.intake.duplicates, registry, gate.fingerprints, documents)

    def take(self, change: Change, again: bool = False) -> Taken:
        """again: it may have been taken before.

        Raises Throttled, DependencyUnavailable or DependencyRejected of storage or the registry.
        """
        [taken] = self.take_all([change], again)
        if isinstance(taken, Exception):
            raise taken
        return taken

    def take_all(
        self, changes: Sequence[Change], again: bool = False, has_time: Callable[[], bool] = lambda: True
    ) -> list[Taken | Exception]:
        """What became of each, or the error that kept it from that. changes: of different documents.

        has_time: whether there is time for the slowest file. What there is no time for "goes on".
        """
        steps: Steps[Taken] = Steps()
        begun = steps.each(dict(enumerate(changes)), self._begun)
        formers = steps.together(begun, lambda some: self._gate.formers([(each.change, each.version, each.record) for each in some]))
        opened = {number: (begun[number], former) for number, former in formers.items()}
        drafts = steps.each(opened, lambda each: self._draft(*each, again) if has_time() else Ended(Taken("goes on")))
        kept = steps.together(drafts, lambda some: self._duplicating.announced([(each.read, each.kept) for each in some]))
        announced = {number: replace(drafts[number], kept=each) for number, each in kept.items()}
        steps.ended.update(steps.each(announced, self._settled))
        if again:
            self._clear([change for number, change in enumerate(changes) if _is_over(change, steps.ended[number])])
        return [steps.ended[number] for number in range(len(changes))]

    def _clear(self, changes: Sequence[Change]) -> None:
        """Pages that earlier calls have recognised, and unscreened. What cannot be removed now is by its bucket, in two days."""
        try:
            self._documents.remove_all([Run(change).recognised() for change in changes])
        except DependencyError as error:
            record_failure(error)

    def _begun(self, change: Change) -> Begun | Ended[Taken]:
        self._alive()
        if change.action == "cut":
            return Ended(self._cut_again(change))
        if change.action != "ingest":
            return Ended(Taken("handed on", change))
        if change.size > self._bounds.max_bytes:
            return Ended(self._refused(change, too_large(change.size, self._bounds.max_bytes)))
        try:
            content = self._incoming.read(change.key, change.object_version, self._bounds.max_bytes)
        except MissingObject:
            return Ended(Taken("superseded"))  # deleted or replaced meanwhile: its own event follows
        except BadDocument as bad:
            return Ended(self._refused(change, bad))
        found = version(content, self._gate.intake.rules)
        record = self._registry.begin(change, found, content_hash(content), len(content))
        if record is None:
            return Ended(Taken("superseded"))
        if record.current_version == found and record.passages_key:
            return Ended(Taken("unchanged" if self._registry.keep(change, found, record.shortfall) else "superseded"))
        return Begun(change, found, content, record)

    def _draft(self, begun: Begun, former: Mapping[str, Kept], again: bool) -> Draft | Ended[Taken]:
        self._alive()
        change, found = begun.change, begun.version
        try:
            said = self._recognising.said(change, found, begun.content, again)
            if isinstance(said, Waiting):
                return Ended(Taken("goes on", after=said.seconds))
            screened = self._gate.screened(said, change.tenant)
            cuts = _cuts(change, found, screened.content, self._chunkings())
            read, kept = self._was_read(begun, screened.content, cuts, former)
        except BadDocument as bad:
            return Ended(self._refused(change, bad, begun.content))
        self._seal(Run(change).sealed_key(found), screened.sealed)
        self._show(change, found, cuts, said)
        self._save(change, found, cuts)
        return Draft(read, kept, next(iter(cuts.values())), begun.record)

    def _settled(self, draft: Draft) -> Taken:
        self._alive()
        read = draft.read
        to_index = self._duplicating.settled(read, draft.kept, draft.passages)
        if to_index is None:
            return self._behind(read, draft.before)
        return Taken("read", to_index) if self._registry.was_read(to_index) else self._overtaken(read)

    def _save(self, change: Change, found: str, cuts: Cuts) -> None:
        for chunking, passages in cuts.items():
            self._documents.save(Run(change).passages_key(found, chunking), passage_lines(passages), "application/jsonl")

    def _show(self, change: Change, found: str, cuts: Cuts, said: Content) -> None:
        """Saves the pictures that passages of any chunking show."""
        every = [passage for passages in cuts.values() for passage in passages]
        save_pictures(every, said.pictures, self._documents, Run(change).album_key(found), self._alive)

    def _seal(self, key: str, sealed: Mapping[str, Sealed], known: bool = False) -> None:
        """known: the file may have values of tokens that passages of another chunking have."""
        if sealed:
            before = SEALED.validate_json(self._documents.read(key)) if known else {}
            self._documents.save(key, SEALED.dump_json({**before, **sealed}), "application/json")

    def _cut_again(self, change: Change) -> Taken:
        """Cuts the current version by every chunking that is wanted now and has no file.

        A worker that died here may have left files of a document that was deleted meanwhile.
        """
        record = self._registry.get(change.tenant, change.document_id)
        if record is None or record.current_version is None:
            if record is None or not record.is_of(change):
                self._forget(change)
            return Taken("superseded")
        taken = self._cut(change, record, record.current_version)
        now = self._registry.get(change.tenant, change.document_id)
        if now is None or now.current_version != record.current_version:
            self._forget(change)
        return taken

    def _forget(self, change: Change) -> None:
        Run(change).remove_files(self._documents)
        self._documents.remove_all([Run(change).recognised()])

    def _cut(self, change: Change, record: Record, current: str) -> Taken:
        """What cannot be cut is noted, and stays as it was cut before. A scan goes on after the pages that are recognised already."""
        there = set(self._documents.keys(Run(change).folder(current)))
        wanted = [each for each in self._chunkings() if Run(change).passages_key(current, each) not in there]
        if not wanted:
            return Taken("cut")
        recognised, sealed = self._documents.keys(folder_of(change, RECOGNISED)), Run(change).sealed_key(current)
        try:
            file, read_from = self._file_of(change, record), record.read_from or change.object_version
            said = self._recognising.said(change, current, file, again=bool(recognised), object_version=read_from)
            if isinstance(said, Waiting):
                return Taken("goes on", after=said.seconds)
            screened = self._gate.screened(said, change.tenant)
            self._seal(sealed, screened.sealed, known=sealed in there)
            cuts = _cuts(change, current, screened.content, self._chunkings())
            self._show(change, current, cuts, said)
            self._save(change, current, {chunking: cuts[chunking] for chunking in wanted})
        except (BadDocument, MissingObject) as error:
            for chunking in wanted:
                self._documents.save(Run(change).uncut_key(current, chunking), str(error).encode(), "text/plain")
        if recognised:
            self._documents.remove_all([Run(change).recognised(current)])
        return Taken("cut")

    def _file_of(self, change: Change, record: Record) -> bytes:
        """The file that the current version was read from, by whichever reader and rules. Raises BadDocument or MissingObject."""
        content = self._incoming.read(change.key, record.read_from or change.object_version, self._bounds.max_bytes)
        if record.read_from is None and version(content, self._gate.intake.rules) != record.current_version:
            raise BadDocument("replaced", "The object that it was read from is no longer there.")
        return content

    def _was_read(self, begun: Begun, screened: Content, cuts: Cuts, former: Mapping[str, Kept]) -> tuple[WasRead, Kept]:
        """Raises BadDocument."""
        change, found = begun.change, begun.version
        answering, passages = next(iter(cuts.items()))
        title, language, key = passages[0].title, passages[0].language, Run(change).passages_key(found, answering)
        compared = self._gate.compared(change, found, begun.record.current_version, screened, content_hash(begun.content), key, former)
        told = [*screened.report, *language_tally(language, self._bounds.served), *instructions_tally(passages), *compared.told]
        report = Report.of(replace(screened, report=told))
        read = WasRead(
            **change.model_dump(),
            version=found,
            passages_key=key,
            passages=len(passages),
            cuts={name: Cut(key=Run(change).passages_key(found, name), passages=len(some)) for name, some in cuts.items()},
            read_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            title=title,
            language=language,
            report=report,
            shortfall=report.shortfall(self._bounds.max_lost_share),
            text_hash=compared.kept.text_hash,
        )
        return read, compared.kept

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


def _is_over(change: Change, taken: Taken | Exception) -> bool:
    return change.action == "ingest" and isinstance(taken, Taken) and taken.outcome != "goes on"


def _cuts(change: Change, found: str, screened: Content, chunkings: Sequence[str]) -> Cuts:
    """Raises BadDocument for a document without text."""
    cuts = {
        chunking: passages_of_content(
            screened,
            tenant=change.tenant,
            document_id=change.document_id,
            version=found,
            name=change.name,
            chunking=CHUNKINGS[chunking],
            pictures_in=Run(change).pictures_folder(found),
        )
        for chunking in chunkings
    }
    if not all(cuts.values()):
        raise BadDocument("no_text", "The document has no text. Check that the right file was uploaded.")
    return cuts
