"""The messages of one call that reads: what was read is sent on ten at a time, and until then its messages are not finished.

What came again is sent on at once: should the next file be the death of this worker, too, this one must not be blamed for it.
"""

from causeway.documents.ingestion.attempts import Attempts
from causeway.documents.ingestion.changes import Change, UnknownEvent
from causeway.documents.ingestion.read import Reading
from causeway.documents.ingestion.told import Told
from causeway.documents.readers.limits import DEFAULT
from causeway.runtime.deadlines import Deadline
from causeway.runtime.deliveries import Deliveries, Delivery, Queue
from causeway.runtime.errors import DependencyError

SENT_AT_ONCE = 10


class ReadBatch:
    """bucket: of uploads; events of another one are none of ours. onward: where what is to be indexed or removed goes."""

    def __init__(self, deliveries: Deliveries, attempts: Attempts, reading: Reading, told: Told, bucket: str, onward: Queue) -> None:
        self._deliveries, self._attempts, self._reading, self._told = deliveries, attempts, reading, told
        self._bucket, self._onward = bucket, onward
        self._read: list[tuple[Delivery, str]] = []

    def work(self, deadline: Deadline) -> None:
        """A file is begun only while there is time for the slowest one; the others wait for the next call."""
        for delivery in self._deliveries:
            self._deliveries.keep()
            if deadline.left() < DEFAULT.seconds:
                self._attempts.put_off([delivery], seconds=0)
            else:
                self._attempts.of(delivery, self._change, self._take)
        try:
            self._send()
        except DependencyError as busy:
            self._attempts.put_off([delivery for delivery, _ in self._read], busy)

    def _change(self, body: str) -> Change | None:
        change = Change.of_message(body)
        if change is not None and change.bucket != self._bucket:
            raise UnknownEvent("the object is in another bucket than the incoming one")
        return change

    def _take(self, delivery: Delivery, change: Change) -> None:
        taken = self._reading.take(change, again=delivery.tries > 0 or delivery.came_again)
        self._told.taken(change, taken)
        if taken.outcome == "goes on":
            self._attempts.put_off([delivery], seconds=0)
            return
        if taken.handed is None:
            self._deliveries.finish([delivery])
            return
        self._read.append((delivery, taken.handed.model_dump_json()))
        if len(self._read) == SENT_AT_ONCE or delivery.came_again:
            self._send()

    def _send(self) -> None:
        """Sent twice after a worker's death in between: indexing the same twice is no harm."""
        if self._read:
            self._onward.send([body for _, body in self._read])
            self._deliveries.finish([delivery for delivery, _ in self._read])
            self._read = []
