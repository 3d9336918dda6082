"""The messages of one call that indexes: many documents at once; fewer of what came again; a group with a fault one by one."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from causeway.documents.ingestion.attempts import Attempts
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.handed import Handed, WasRead, handed
from causeway.documents.ingestion.index import Indexing, Outcome, OutOfTime
from causeway.documents.ingestion.told import Told
from causeway.runtime.deliveries import Deliveries, Delivery, Queue
from causeway.runtime.errors import DependencyError, DependencyRejected, DependencyUnavailable
from causeway.runtime.logs import logger, record_failure

PASSAGES_AT_ONCE = 256  # after so many, documents are made current: a worker that is killed repeats little
NARROWED = 4  # of what came again, so many times fewer at each delivery: one of them may have been the death of its worker
ALONE_FROM = 4  # deliveries
REMOVED_AT_ONCE = 100

MANY = 25  # documents of one call: only what is loaded in bulk comes so

Read = tuple[Delivery, WasRead]
One = TypeVar("One", bound=tuple[Delivery, Handed])


class IndexBatch:
    """remove: takes documents out of the index, and says what became of each. again: the queue of what has to be read again.
    replace: is told of a document that takes another one's place; what is to be done about that one.

    loading: is told of each tenant whose documents come in such numbers that the index had better be set for a load.
    """

    def __init__(
        self,
        deliveries: Deliveries,
        attempts: Attempts,
        indexing: Indexing,
        remove: Callable[[Sequence[Change]], Sequence[str]],
        replace: Callable[[WasRead], Sequence[Change]],
        told: Told,
        again: Queue,
        loading: Callable[[str], None],
    ) -> None:
        self._deliveries, self._attempts, self._indexing, self._remove = deliveries, attempts, indexing, remove
        self._replace, self._told, self._again, self._loading = replace, told, again, loading

    def work(self) -> None:
        """First what comes for the first time. What has come again and again is worked on alone, at last."""
        self._deliveries.keep()
        alone, together, removed = [], defaultdict(list), defaultdict(list)
        for delivery in self._deliveries:
            change = None if delivery.received >= ALONE_FROM else _readable(delivery)
            if change is None:
                alone.append(delivery)
            elif isinstance(change, WasRead):
                together[delivery.received].append((delivery, change))
            else:
                removed[delivery.received].append((delivery, change))
        self._declare([one for some in together.values() for one in some])
        for received, some in sorted(together.items()):
            for group in _groups(some, PASSAGES_AT_ONCE // NARROWED ** (received - 1)):
                self._begin(group, self._index)
        for received, changes in sorted(removed.items()):
            most = REMOVED_AT_ONCE // NARROWED ** (received - 1)
            for start in range(0, len(changes), most):
                self._begin(changes[start : start + most], self._take_out)
        for delivery in alone:
            self._deliveries.keep()
            self._attempts.of(delivery, handed, self._one)

    def _declare(self, fresh: Sequence[Read]) -> None:
        """Settings that could not be asked for make a load slower, and nothing else."""
        if len(fresh) < MANY:
            return
        try:
            for tenant in sorted({document.tenant for _, document in fresh}):
                self._loading(tenant)
        except DependencyError as error:
            record_failure(error)

    def _begin(self, group: Sequence[One], work: Callable[[Sequence[One]], None]) -> None:
        if len(group) > 1:
            self._together(group, work)
        else:
            self._one_by_one(group)

    def _together(self, group: Sequence[One], work: Callable[[Sequence[One]], None]) -> None:
        try:
            work(group)
        except OutOfTime:
            self._go_on_later(group)
        except DependencyRejected:
            self._one_by_one(group)
        except DependencyError as busy:
            self._attempts.put_off([delivery for delivery, _ in group], busy)
        except Exception:
            logger.exception("not handled together")
            self._one_by_one(group)

    def _one_by_one(self, group: Sequence[One]) -> None:
        for delivery, _ in group:
            self._attempts.of(delivery, handed, self._one)

    def _one(self, delivery: Delivery, change: Handed) -> None:
        if not isinstance(change, WasRead):
            self._take_out([(delivery, change)])
            return
        try:
            self._index([(delivery, change)])
        except OutOfTime:
            self._go_on_later([(delivery, change)])

    def _take_out(self, group: Sequence[tuple[Delivery, Change]]) -> None:
        for (_, change), outcome in zip(group, self._remove([change for _, change in group]), strict=True):
            logger.info("removed", extra={"document": change.document_id, "outcome": outcome})
        self._deliveries.finish([delivery for delivery, _ in group])

    def _go_on_later(self, group: Sequence[One]) -> None:
        self._attempts.put_off([delivery for delivery, _ in group], seconds=0)

    def _index(self, group: Sequence[Read]) -> None:
        """Told before the messages are finished: an event comes twice rather than never."""
        outcomes = self._indexing.index([document for _, document in group])
        by_outcome: dict[Outcome, list[Read]] = {}
        for one, outcome in zip(group, outcomes, strict=True):
            logger.info("indexed", extra={"document": one[1].document_id, "outcome": outcome})
            by_outcome.setdefault(outcome, []).append(one)
        indexed = [document for _, document in by_outcome.get("indexed", ())]
        self._told.indexed(indexed)
        self._again.send([change.model_dump_json() for document in indexed if document.replaces for change in self._replace(document)])
        self._again.send([document.model_dump_json() for _, document in by_outcome.get("unread", ())])
        unfound = by_outcome.pop("unfound", [])
        self._deliveries.finish([delivery for some in by_outcome.values() for delivery, _ in some])
        if unfound:
            error = DependencyUnavailable("search", f"not all passages of {len(unfound)} documents were found")
            self._attempts.put_off([delivery for delivery, _ in unfound], error)


def _readable(delivery: Delivery) -> Handed | None:
    try:
        return handed(delivery.body)
    except ValueError:
        return None


def _groups(documents: Sequence[Read], most: int) -> Iterator[Sequence[Read]]:
    """most: passages of one group, unless a document has more."""
    group: list[Read] = []
    passages = 0
    for one in documents:
        if group and passages + one[1].passages > most:
            yield group
            group, passages = [], 0
        group.append(one)
        passages += one[1].passages
    if group:
        yield group
