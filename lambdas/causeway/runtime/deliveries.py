"""Messages of one invocation by a queue, each of which is finished, sent again for later, or left to come again.

While the function works, it keeps its messages from coming again by itself, some seconds at a time: Lambda demands that a queue hides a
message for as long as the function may run, so a message of a function that was killed would else be missing for that long.
See docs/decisions/240-a-killed-worker.md.
"""

import json
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError, DependencyUnavailable
from causeway.runtime.logs import record_failure

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

QUEUE = Dependency("queue", attempt_seconds=5.0, budget_seconds=20.0, connect_seconds=1.0)
HIDDEN_SECONDS = 10  # that a message stays away after its worker was killed, at most
RENEWED_SECONDS = 3.0
STILL_SECONDS = 150.0  # without a sign of life, after which a worker counts as stuck: longer than one request with its repetitions
AT_ONCE = 10  # messages of one request, SQS's limit
BYTES_AT_ONCE = 240_000  # of one request; SQS's limit was 256 KiB before it became 1 MiB
LONGEST_DELAY = 900  # seconds, SQS's limit
TRIES = "tries"


@dataclass(frozen=True)
class Delivery:
    """received: how often it was delivered since it was sent, more than once after a worker died. tries: how often it was put off."""

    id: str
    receipt: str
    body: str
    received: int
    tries: int

    @property
    def came_again(self) -> bool:
        return self.received > 1

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Delivery":
        """record: of Lambda's event."""
        tries = record.get("messageAttributes", {}).get(TRIES, {}).get("stringValue", "0")
        return cls(
            record["messageId"], record["receiptHandle"], record["body"], int(record["attributes"]["ApproximateReceiveCount"]), int(tries)
        )


class Queue:
    """One queue. Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "queue"."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        """client: one that has the patience of `QUEUE`."""
        self._client, self._url = client, url

    def send(self, bodies: Sequence[str]) -> None:
        """All of them, or an error; then some may have been sent."""
        self._send([{"MessageBody": body} for body in bodies])

    def send_later(self, delivery: Delivery, seconds: int) -> None:
        """The same message as a new one that is delivered after so many seconds."""
        tries = {TRIES: {"DataType": "Number", "StringValue": str(delivery.tries + 1)}}
        self._send([{"MessageBody": delivery.body, "DelaySeconds": min(seconds, LONGEST_DELAY), "MessageAttributes": tries}])

    def hide(self, deliveries: Sequence[Delivery], seconds: int) -> None:
        """One that has come again meanwhile is somebody else's, and no error."""
        for some in _tens(deliveries):
            entries = [{"Id": str(n), "ReceiptHandle": one.receipt, "VisibilityTimeout": seconds} for n, one in enumerate(some)]
            QUEUE.call(lambda entries=entries: self._client.change_message_visibility_batch(QueueUrl=self._url, Entries=entries))  # type: ignore[misc]

    def delete(self, deliveries: Sequence[Delivery]) -> None:
        for some in _tens(deliveries):
            entries = [{"Id": str(n), "ReceiptHandle": one.receipt} for n, one in enumerate(some)]
            QUEUE.call(lambda entries=entries: self._client.delete_message_batch(QueueUrl=self._url, Entries=entries))  # type: ignore[misc]

    def _send(self, messages: Sequence[dict[str, Any]]) -> None:
        for some in _bounded(messages):
            entries = [{"Id": str(n), **message} for n, message in enumerate(some)]
            QUEUE.call(lambda entries=entries: self._sent(entries))  # type: ignore[misc]

    def _sent(self, entries: list[Any]) -> None:
        """SQS answers 200 to what it did not take, and says so in the entry."""
        failed = self._client.send_message_batch(QueueUrl=self._url, Entries=entries).get("Failed")
        if failed:
            raise DependencyUnavailable(QUEUE.name, f"{len(failed)} messages were not taken: {failed[0].get('Code')}")


class Deliveries:
    """The messages of one invocation."""

    def __init__(self, records: Sequence[Mapping[str, Any]], queue: Queue) -> None:
        """records: of Lambda's event. queue: from which they come."""
        self._queue = queue
        self._open = {one.id: one for one in map(Delivery.of, records)}
        self._kept_at = self._alive_at = float("-inf")
        self._renewing = Lock()

    def __iter__(self) -> Iterator[Delivery]:
        return iter(list(self._open.values()))

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keeps them beside the work, by a thread, while the work calls `keep` at least every two minutes.

        For functions that fork no process: a fork would copy what the thread has locked.
        """
        over = Event()
        thread = Thread(target=self._keep_until, args=(over,), daemon=True)
        self.keep()
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def keep(self) -> None:
        """A sign of life, to be given every few seconds: what is neither finished nor put off stays ours for some more.

        A queue that is busy does not stop the work: at worst somebody else does it once more.
        """
        self._alive_at = time.monotonic()
        self._renew()

    def _keep_until(self, over: Event) -> None:
        while not over.wait(RENEWED_SECONDS):
            if time.monotonic() - self._alive_at <= STILL_SECONDS:
                self._renew()

    def _renew(self) -> None:
        if not self._renewing.acquire(blocking=False):
            return  # the other thread does it at this moment
        try:
            if self._open and time.monotonic() - self._kept_at >= RENEWED_SECONDS:
                self._kept_at = time.monotonic()
                self._queue.hide(list(self._open.values()), HIDDEN_SECONDS)
        except DependencyError as error:
            record_failure(error)
        finally:
            self._renewing.release()

    def finish(self, deliveries: Sequence[Delivery]) -> None:
        """Nothing is left to do for them: they are gone at once, so that a worker that is killed later repeats none of them."""
        self._queue.delete(deliveries)
        self._close(deliveries)

    def put_off(self, delivery: Delivery, seconds: int | None = None) -> None:
        """To be tried again later, as often as it takes: a service is busy, or the time is over.

        seconds: until then; by default longer each time, up to 15 minutes, with jitter.
        """
        self._queue.send_later(delivery, _pause(delivery.tries) if seconds is None else seconds)
        self.finish([delivery])

    def left(self) -> dict[str, Any]:
        """What Lambda is to be told: the messages that come again, in a moment."""
        left = list(self._open.values())
        try:
            self._queue.hide(left, 1)
        except DependencyError as error:
            record_failure(error)  # they come again all the same, some seconds later
        return {"batchItemFailures": [{"itemIdentifier": one.id} for one in left]}

    def _close(self, deliveries: Sequence[Delivery]) -> None:
        for one in deliveries:
            self._open.pop(one.id, None)


def queues_of(settings: str) -> Mapping[str, Mapping[str, str]]:
    """For the ARN of each queue that fills a function: its own URL, and those of the queues that its work is sent on to, by name."""
    read: Mapping[str, Mapping[str, str]] = json.loads(settings)
    return read


def _pause(tries: int) -> int:
    return int(random.uniform(0.5, 1.0) * min(LONGEST_DELAY, 5 * 2 ** min(tries, 10)))  # noqa: S311


def _tens(deliveries: Sequence[Delivery]) -> Iterator[Sequence[Delivery]]:
    return (deliveries[start : start + AT_ONCE] for start in range(0, len(deliveries), AT_ONCE))


def _bounded(messages: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    some: list[dict[str, Any]] = []
    size = 0
    for message in messages:
        length = len(message["MessageBody"].encode())
        if some and (len(some) == AT_ONCE or size + length > BYTES_AT_ONCE):
            yield some
            some, size = [], 0
        some.append(message)
        size += length
    if some:
        yield some
