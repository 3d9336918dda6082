"""The back-fill: what the registry calls current goes into the new generation, as far as it is not there.

It reads the registry by portions and may be stopped anywhere: what is whole is left alone, so the next call goes on. What changes
meanwhile is written by ingestion, which writes every generation that is alive; see docs/decisions/232-generations-of-the-index.md.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from causeway.documents.chunking.passages import embedding_text
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.handed import Cut
from causeway.documents.ingestion.index import SLICE, SLICE_SECONDS, OutOfTime, Target
from causeway.documents.ingestion.lines import passages_in
from causeway.documents.ingestion.record import Record
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.runs import PROCESSED, holds_passages, passages_file
from causeway.documents.ingestion.store import MissingObject, Store
from causeway.documents.reindexing.work import Filled
from causeway.retrieval.generations import Embedding
from causeway.retrieval.index import PassageIndex
from causeway.retrieval.passage import IndexedPassage, Passage
from causeway.runtime.deadlines import Deadline
from causeway.runtime.deliveries import Queue
from causeway.runtime.errors import DependencyRejected
from causeway.runtime.logs import logger

READ_AT_ONCE = 8
GONE = ("duplicate", "deleting", "deleted")  # of such documents no passages are searched
EVER = "1970-01-01T00:00:00Z"
Versions = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class _Found:
    """A document's passages by the new chunking; None when they are to be cut first. key: of their file. kept: they are those of another
    chunking.
    """

    record: Record
    passages: Sequence[Passage] | None
    key: str = ""
    kept: bool = False
    sequencer: str = ""


class Filling:
    """Raises Throttled, DependencyUnavailable or DependencyRejected of the registry, storage, search, the embedding or the queue."""

    def __init__(
        self,
        registry: Registry,
        documents: Store,
        target: Target,
        to_read: Queue,
        bucket: str,
        deadline: Deadline,
        loading: Callable[[str], None],
        turn: Callable[[int, Embedding], None],
    ) -> None:
        """target: the new generation. to_read: where documents go to be cut again. bucket: of uploads. loading: is told of each
        tenant whose documents are written. turn: waits until so many texts may be embedded by a model.
        """
        self._registry, self._documents, self._target, self._to_read = registry, documents, target, to_read
        self._bucket, self._deadline, self._loading, self._turn = bucket, deadline, loading, turn

    def portion(self, segment: int, of: int, after: dict[str, str] | None, order: bool) -> tuple[Filled, dict[str, str] | None]:
        """Fills in what a portion of the registry calls current; where the next one begins, None at the end.

        order: whether what is not cut yet is sent to be cut. Raises OutOfTime where the next slice of passages may take too long.
        """
        records, following = self._registry.portion(segment, of, after)
        by_index: dict[PassageIndex, list[Record]] = defaultdict(list)
        for record in records:
            by_index[self._target.index_of(record.tenant)].append(record)
        filled = Filled()
        for index, some in by_index.items():
            filled += self._fill(index, some, order)
        return filled, following

    def _fill(self, index: PassageIndex, records: Sequence[Record], order: bool) -> Filled:
        versions = index.versions([(each.tenant, each.document_id) for each in records])
        removed = sum(self._remove(index, each) for each in records if each.state in GONE and versions.get(each.document_id))
        current = [each for each in records if each.current_version and each.state not in GONE]
        with ThreadPoolExecutor(READ_AT_ONCE) as threads:
            found = list(threads.map(self._find, current))
        waiting = [each for each in found if each.passages is None]
        if order and waiting:
            self._to_read.send([self._cut(each).model_dump_json() for each in waiting])
        missing = [each for each in found if each.passages is not None and not _is_whole(each, versions)]
        self._note([each for each in found if each.passages is not None])
        failed = self._write(index, missing)
        self._take_back(index, missing)
        return Filled(
            documents=len(current),
            written=len(missing) - len(failed),
            passages=sum(len(each.passages or ()) for each in missing if each.record.document_id not in failed),
            waiting=len(waiting),
            kept=sum(each.kept for each in found),
            removed=removed,
            failures=len(failed),
            failed=tuple(failed),
        )

    def _remove(self, index: PassageIndex, record: Record) -> int:
        return index.remove_documents(record.tenant, {record.document_id: record.updated_at or EVER})

    def _find(self, record: Record) -> _Found:
        version, chunking = record.current_version, self._target.generation.chunking
        files = {key.rpartition(f".{version}/")[2]: key for key in self._documents.keys(_folder(record)) if f".{version}/" in key}
        wanted, uncut = passages_file(chunking), f"uncut.{chunking}"
        others = sorted(filter(holds_passages, files))
        kept = wanted not in files and uncut in files and bool(others)
        name = others[0] if kept else wanted
        sequencer = next((_sequencer(key) for key in files.values()), record.sequencer)
        if name not in files:
            return _Found(record, None, sequencer=sequencer)
        try:
            return _Found(record, list(passages_in(self._documents.read(files[name]))), files[name], kept)
        except MissingObject:
            return _Found(record, None, sequencer=sequencer)

    def _note(self, found: Sequence[_Found]) -> None:
        """So that whoever lists a document's passages is shown those that answers are from."""
        chunking = self._target.generation.chunking
        cuts = [(each.record, Cut(key=each.key, passages=len(each.passages or ()))) for each in found]
        for record, cut in cuts:
            known = record.cut(chunking)
            if (known.passages_key, known.passages) != (cut.key, cut.passages):
                self._registry.note_cut(record, chunking, cut)

    def _cut(self, found: _Found) -> Change:
        return found.record.event(self._bucket).model_copy(update={"action": "cut", "sequencer": found.sequencer})

    def _write(self, index: PassageIndex, missing: Sequence[_Found]) -> dict[str, str]:
        """Why documents cannot be written, by their ids. What one of many has done to all is found out one by one."""
        if not missing:
            return {}
        for tenant in sorted({each.record.tenant for each in missing}):
            self._loading(tenant)
        try:
            self._write_all(index, missing)
        except DependencyRejected as error:
            if len(missing) == 1:
                logger.error("not re-indexed", extra={"document": missing[0].record.document_id, "reason": error.reason})
                return {missing[0].record.document_id: error.reason}
            return {name: why for each in missing for name, why in self._write(index, [each]).items()}
        return {}

    def _write_all(self, index: PassageIndex, missing: Sequence[_Found]) -> None:
        passages = [(passage, each.record.updated_at or EVER) for each in missing for passage in self._unwritten(index, each)]
        for start in range(0, len(passages), SLICE):
            if self._deadline.left() < SLICE_SECONDS:
                raise OutOfTime
            some = passages[start : start + SLICE]
            texts = [embedding_text(passage) for passage, _ in some]
            self._turn(len(texts), self._target.generation)
            vectors = self._target.embedder.embed(texts, "passage", self._deadline)
            index.add(IndexedPassage.of(one, text, vector, at) for (one, at), text, vector in zip(some, texts, vectors, strict=True))

    def _unwritten(self, index: PassageIndex, found: _Found) -> Sequence[Passage]:
        """Of a long document, without the slices that an earlier call has written."""
        record, passages = found.record, found.passages or ()
        if len(passages) <= SLICE:
            return passages
        whole = index.slices(record.tenant, record.document_id, record.current_version or "", SLICE, since=EVER)
        return [passage for passage in passages if passage.position // SLICE not in whole]

    def _take_back(self, index: PassageIndex, written: Sequence[_Found]) -> None:
        """Removes what is no longer current: ingestion or a deletion may have been there before these passages were found.

        Whoever comes after this look at the registry finds them.
        """
        if not written:
            return
        index.refresh()
        now = self._registry.registered([(each.record.tenant, each.record.document_id) for each in written])
        for each in written:
            before, after = each.record, now.get(each.record.document_id)
            if after is None or before.current_version not in {after.current_version, after.pending_version}:
                index.remove_version(before.tenant, before.document_id, before.current_version or "", before.updated_at or EVER)


def _is_whole(found: _Found, versions: Versions) -> bool:
    record = found.record
    return versions.get(record.document_id, {}).get(record.current_version or "", 0) >= len(found.passages or ())


def _folder(record: Record) -> str:
    return f"{PROCESSED}/{record.tenant}/{record.document_id}/"


def _sequencer(key: str) -> str:
    """Of the run that a file is of."""
    return key.split("/")[3].partition(".")[0]
