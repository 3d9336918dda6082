"""The messages of one call that reads: files are read ten at a time, and sent on together; until then their messages are not finished.

What came again is read by itself and sent on at once: should the next file be the death of this worker, too, this one must not be blamed
for it.
"""

from collections.abc import Callable, Iterator, Sequence

from causeway.documents.ingestion.attempts import Attempts
from causeway.documents.ingestion.changes import Change, UnknownEvent, of_textract
from causeway.documents.ingestion.identity import document_id
from causeway.documents.ingestion.read import Reading, Taken
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.told import Told
from causeway.documents.readers.limits import DEFAULT
from causeway.runtime.deadlines import Deadline
from causeway.runtime.deliveries import Deliveries, Delivery, Queue
from causeway.runtime.errors import DependencyError

TOGETHER = 10
BYTES_TOGETHER = 20_000_000  # of files that are in memory at once, unless one has more

Event = tuple[Delivery, Change]


class ReadBatch:
    """bucket: of uploads; events of another one are none of ours. onward: where what is to be indexed or removed goes."""

    def __init__(
        self, deliveries: Deliveries, attempts: Attempts, registry: Registry, reading: Reading, told: Told, bucket: str, onward: Queue
    ) -> None:
        self._deliveries, self._attempts, self._registry, self._reading, self._told = deliveries, attempts, registry, reading, told
        self._bucket, self._onward = bucket, onward

    def work(self, deadline: Deadline) -> None:
        """A file is begun only while there is time for the slowest one; the others wait for the next call."""

        def has_time() -> bool:
            return deadline.left() >= DEFAULT.seconds

        fresh, again = self._sorted()
        for group in _groups(fresh):
            if has_time():
                self._take_together(group, has_time)
            else:
                self._attempts.put_off([delivery for delivery, _ in group], seconds=0)
        for delivery in again:
            self._deliveries.keep()
            if has_time():
                self._attempts.of(delivery, self._change, self._take)
            else:
                self._attempts.put_off([delivery], seconds=0)

    def _sorted(self) -> tuple[list[Event], list[Delivery]]:
        """Events that come for the first time, and messages that do not. What means nothing is finished."""
        self._deliveries.keep()
        fresh, again = [], []
        for delivery in self._deliveries:
            if delivery.came_again or delivery.tries:
                again.append(delivery)
                continue
            try:
                change = None if of_textract(delivery.body) else self._change(delivery.body)
            except ValueError as error:
                self._attempts.not_done(delivery, error)
            else:
                if change is None:
                    again.append(delivery)
                else:
                    fresh.append((delivery, change))
        return fresh, again

    def _change(self, body: str) -> Change | None:
        """Of a notice of Textract, the event that the document is read for now; None if it is not, as at a notice that comes late."""
        noticed = of_textract(body)
        if noticed:
            bucket, (tenant, _, name) = noticed[0], noticed[1].partition("/")
            record = self._registry.get(tenant, document_id(tenant, name)) if bucket == self._bucket else None
            return record.event(bucket) if record and record.state == "processing" else None
        change = Change.of_message(body)
        if change is not None and change.bucket != self._bucket:
            raise UnknownEvent("the object is in another bucket than the incoming one")
        return change

    def _take_together(self, group: Sequence[Event], has_time: Callable[[], bool]) -> None:
        results = self._reading.take_all([change for _, change in group], has_time=has_time)
        taken = []
        for (delivery, change), result in zip(group, results, strict=True):
            if isinstance(result, Exception):
                self._attempts.not_done(delivery, result)
            else:
                taken.append((delivery, change, result))
        try:
            self._hand_on(taken)
        except DependencyError as busy:
            self._attempts.put_off([delivery for delivery, *_ in taken if delivery in set(self._deliveries)], busy)

    def _take(self, delivery: Delivery, change: Change) -> None:
        self._hand_on([(delivery, change, self._reading.take(change, again=True))])

    def _hand_on(self, taken: Sequence[tuple[Delivery, Change, Taken]]) -> None:
        """Sent twice after a worker's death in between: indexing the same twice is no harm.

        A notice of Textract is finished in any case: if pages are left, the document's own message waits.
        """
        for _, change, each in taken:
            self._told.taken(change, each)
        going_on = [(delivery, each) for delivery, _, each in taken if each.outcome == "goes on" and not of_textract(delivery.body)]
        for delivery, each in going_on:
            self._attempts.put_off([delivery], seconds=each.after)
        waiting = {delivery for delivery, _ in going_on}
        done = [(delivery, each) for delivery, _, each in taken if delivery not in waiting]
        self._onward.send([each.handed.model_dump_json() for _, each in done if each.handed])
        self._deliveries.finish([delivery for delivery, _ in done])


def _groups(events: Sequence[Event]) -> Iterator[list[Event]]:
    """Events of different documents; a further event of one of them begins another group."""
    group: list[Event] = []
    for event in events:
        change = event[1]
        is_full = len(group) == TOGETHER or sum(other.size for _, other in group) + change.size > BYTES_TOGETHER
        if group and (is_full or any(other.document_id == change.document_id for _, other in group)):
            yield group
            group = []
        group.append(event)
    if group:
        yield group
