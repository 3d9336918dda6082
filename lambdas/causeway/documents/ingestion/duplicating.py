"""Which document a new one stands behind or replaces. See docs/decisions/225-duplicates.md.

A document that stands behind another has no passages. It is read again when the other one's version goes, so no text is lost.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from causeway.documents.content import Tally
from causeway.documents.duplicates.fingerprint import Other, candidates, duplicates
from causeway.documents.duplicates.policy import INDEX, Decision, Duplicates, Standing, decide
from causeway.documents.ingestion.fingerprints import Fingerprints, Kept
from causeway.documents.ingestion.handed import Replaced, WasRead
from causeway.documents.ingestion.lines import passages_in
from causeway.documents.ingestion.reasons import Reason
from causeway.documents.ingestion.record import Record
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.store import MissingObject, Store
from causeway.retrieval.passage import Passage

TRIES = 3  # to find a place behind documents that change meanwhile; then the document is indexed


@dataclass(frozen=True)
class Found:
    """A document with keys in common. version: the one that is current or on its way."""

    record: Record
    version: str
    kept: Kept

    @property
    def id(self) -> str:
        """Of this version. A document may be a duplicate by what answers use of it, and by what is on its way."""
        return self.record.document_id if self.is_current else f"{self.record.document_id} on its way"

    @property
    def is_current(self) -> bool:
        return self.version == self.record.current_version

    @property
    def standing(self) -> Standing:
        return _standing(self.id, self.record.name, self.kept, self.is_current)


@dataclass(frozen=True)
class Duplicating:
    """policy: of the domain."""

    policy: Duplicates
    registry: Registry
    fingerprints: Fingerprints
    documents: Store

    def announced(self, documents: Sequence[tuple[WasRead, Kept]]) -> list[Kept]:
        """What is kept of each, once others can find it by its keys. documents: no one twice.

        The time is taken after all keys are there: who is announced later finds them. The keys come after what is kept, by which they are
        found again when the document goes.
        """
        self.fingerprints.keep_all(documents)
        self.fingerprints.announce((read, self._keys(kept)) for read, kept in documents)
        now = datetime.now(UTC).isoformat()
        told = [self._told(kept, now) for _, kept in documents]
        self.fingerprints.keep_all((read, after) for (read, before), after in zip(documents, told, strict=True) if after is not before)
        return told

    def _told(self, kept: Kept, now: str) -> Kept:
        is_due = not kept.announced and any(map(self._matters, self._keys(kept)))
        return kept.model_copy(update={"announced": now}) if is_due else kept

    def settled(self, read: WasRead, kept: Kept, passages: Sequence[Passage]) -> WasRead | None:
        """What is to be indexed; None for a document that stands behind another one now. kept: as `announced` returns it.

        Its keys are there for others before it looks for theirs, and it is behind another one only while that stands: of two that come at
        once, one stays.
        """
        for _ in range(TRIES):
            decision, found = self._decision(read, kept, passages)
            if decision.fate == "index" or found is None:
                return read
            if decision.fate == "replace":
                return self._replacing(read, decision, found)
            if self._follows(read, found):
                reason = Reason(code="duplicate", message=decision.why)
                if self.registry.stand_behind(read, found.record.document_id, reason):
                    self.fingerprints.keep(read, kept.model_copy(update={"announced": ""}))
                    self.fingerprints.withdraw(read, self._keys(kept))
                return None
        return read

    def _keys(self, kept: Kept) -> list[str]:
        """By which others find it: the exact ones always, since a domain may change its mind; near ones are thirty-two."""
        return [key for key in kept.fingerprint.keys if key.startswith(("bytes#", "text#")) or self.policy.near != "index"]

    def _decision(self, read: WasRead, kept: Kept, passages: Sequence[Passage]) -> tuple[Decision, Found | None]:
        shared = [(key, each) for key in self._keys(kept) if self._matters(key) for each in self._having(read, key)]
        found = {each.id: each for each in self._standing(read, candidates(shared))}
        if not found:
            return INDEX, None
        others = [Other(id, each.kept.fingerprint, self._text_of(each.kept)) for id, each in found.items()]
        alike = duplicates(kept.fingerprint, _text(passages), others, self.policy.near_from)
        names = {id: each.record.name for id, each in found.items()} | {read.document_id: read.name}
        decision = decide(
            _standing(read.document_id, read.name, kept, is_current=False),
            alike,
            lambda id: found[id].standing,
            self.policy,
            lambda one, other: covers(names[one], names[other]),
        )
        return decision, found.get(decision.other or "")

    def _matters(self, key: str) -> bool:
        return {"bytes": self.policy.same_bytes, "text": self.policy.same_text}.get(key.partition("#")[0], self.policy.near) != "index"

    def _having(self, read: WasRead, key: str) -> Iterator[str]:
        """Documents that are not this one, and that its readers may read."""
        for document_id, name in self.fingerprints.having(read.tenant, key):
            if document_id != read.document_id and covers(name, read.name):
                yield document_id

    def _standing(self, read: WasRead, ids: Sequence[str]) -> Iterator[Found]:
        records = self.registry.registered([(read.tenant, id) for id in ids]) if ids else {}
        for id in ids:
            record = records.get(id)
            if record is None or not (versions := [each for each in (record.current_version, record.pending_version) if each]):
                continue
            kept = self.fingerprints.of(read.tenant, id)
            yield from (Found(record, version, kept[version]) for version in dict.fromkeys(versions) if version in kept)

    def _text_of(self, kept: Kept) -> Callable[[], str]:
        def text() -> str:
            try:
                return _text(list(passages_in(self.documents.read(kept.passages_key))))
            except MissingObject:
                return ""

        return text

    def _follows(self, read: WasRead, found: Found) -> bool:
        """False if the other one's version has gone meanwhile."""
        follower = self.fingerprints.stand_behind(read, found.record.document_id, found.version)
        if self.registry.follow(read.tenant, found.record.document_id, found.version):
            return True
        self.fingerprints.leave(follower)
        return False

    def _replacing(self, read: WasRead, decision: Decision, found: Found) -> WasRead:
        told = read.report.model_copy(update={"tallies": [*read.report.tallies, Tally("text", read=0, why=decision.why)]})
        replaced = Replaced(document_id=found.record.document_id, version=found.version)
        return read.model_copy(update={"replaces": replaced, "report": told})


def covers(kept: str, dropped: str) -> bool:
    """Whether everybody who may read the document `dropped` may read `kept`, by their names, whatever folders are restricted later.

    It is so if `kept` is in the same folder or in one above it.
    """
    return dropped.startswith(kept.rpartition("/")[0] + "/") if "/" in kept else True


def _standing(document_id: str, name: str, kept: Kept, is_current: bool) -> Standing:
    return Standing(document_id, name, datetime.fromisoformat(kept.since), kept.announced, is_current)


def _text(passages: Sequence[Passage]) -> str:
    return "\n".join(passage.text for passage in passages)
