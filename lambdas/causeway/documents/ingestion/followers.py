"""Documents that stand behind another one: how they come back, and how an older one gets behind a newer one."""

from collections.abc import Callable, Iterator, Sequence

from causeway.documents.duplicates.policy import INSTEAD
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.fingerprints import Fingerprints, Follower
from causeway.documents.ingestion.handed import WasRead
from causeway.documents.ingestion.reasons import Reason
from causeway.documents.ingestion.record import Record
from causeway.documents.ingestion.registry import Registry
from causeway.runtime.deliveries import AT_ONCE, Queue


class Followers:
    """For `Registry`'s `moved`: what stands behind a version that no longer counts is read again, and finds its place anew."""

    def __init__(self, fingerprints: Fingerprints, registry: Registry, to_read: Queue, alive: Callable[[], None]) -> None:
        """registry: one without a `moved`. alive: is called every few documents."""
        self._fingerprints, self._registry, self._to_read, self._alive = fingerprints, registry, to_read, alive

    def __call__(self, record: Record) -> None:
        """Sent before they leave their place: a message comes twice rather than never."""
        behind = self._fingerprints.behind(record.tenant, record.document_id)
        gone = [each for each in behind if each.version != record.current_version]
        for start in range(0, len(gone), AT_ONCE):
            some = gone[start : start + AT_ONCE]
            self._alive()
            self._to_read.send([each.change.model_dump_json() for each in self._waiting(some)])
            for each in some:
                self._fingerprints.leave(each)

    def _waiting(self, followers: Sequence[Follower]) -> Iterator[Follower]:
        """Those whose event is still the latest: a deleted document must not come back, even when its row has expired."""
        records = self._registry.registered([(each.change.tenant, each.change.document_id) for each in followers])
        for each in followers:
            row = records.get(each.change.document_id)
            if row is not None and row.is_of(each.change) and row.state not in ("deleting", "deleted"):
                yield each


def take_the_place(document: WasRead, registry: Registry, fingerprints: Fingerprints) -> Sequence[Change]:
    """Puts the older document that this one replaces behind it, and returns the change that takes it out of the index.

    Nothing happens if either of the two has changed meanwhile. May be repeated after any error.
    """
    older = document.replaces
    row = registry.get(document.tenant, older.document_id) if older else None
    if older is None or row is None:
        return []
    change = row.event(document.bucket)
    follower = fingerprints.stand_behind(change, document.document_id, document.version)
    reason = Reason(code="duplicate", message=f"{document.name} replaces it as the newer one. {INSTEAD}")
    is_behind = registry.follow(document.tenant, document.document_id, document.version) and registry.replace(
        document.tenant, older.document_id, older.version, document.document_id, reason
    )
    if not is_behind:
        fingerprints.leave(follower)
        return []
    kept = fingerprints.of(document.tenant, older.document_id).get(older.version)
    fingerprints.withdraw(change, kept.fingerprint.keys if kept else ())
    return [change.model_copy(update={"action": "withdraw"})]
