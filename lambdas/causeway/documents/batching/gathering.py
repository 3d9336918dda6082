"""Documents that wait to be indexed are taken out of their queue, as many as make a batch."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from causeway.documents.batching.batch import Batch, Waiting
from causeway.documents.chunking.passages import embedding_text
from causeway.documents.ingestion.given import text_hash
from causeway.documents.ingestion.handed import WasRead, handed
from causeway.documents.ingestion.lines import passages_in
from causeway.documents.ingestion.store import MissingObject, Store
from causeway.runtime.deadlines import Deadline
from causeway.runtime.deliveries import AT_ONCE, TRIES, Delivery, Queue
from causeway.runtime.dependencies import Dependency

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

RECEIVING = Dependency("queue", attempt_seconds=8.0, budget_seconds=40.0, connect_seconds=1.0)
WAIT_SECONDS = 2
EMPTY = 3  # times in a row that none came
LEAST = 100  # records of a job, Bedrock's limit
DOCUMENTS = 5_000  # of a batch: each has a file of its own in the end
PASSED_BY = 500  # messages that are for no batch, after which hardly another one waits
SECONDS_TO_SAVE = 120.0


class Source:
    """The queue of documents that are to be indexed. client: one that has the patience of `RECEIVING`."""

    def __init__(self, client: "SQSClient", url: str, hidden_seconds: int) -> None:
        """hidden_seconds: that what is taken stays away unless it is finished; longer than the caller lives."""
        self._client, self._url, self._hidden_seconds = client, url, hidden_seconds

    def take(self) -> list[Delivery]:
        found = RECEIVING.call(
            lambda: self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=AT_ONCE,
                WaitTimeSeconds=WAIT_SECONDS,
                VisibilityTimeout=self._hidden_seconds,
                MessageSystemAttributeNames=["ApproximateReceiveCount"],
                MessageAttributeNames=[TRIES],
            )
        )
        return [_delivery(message) for message in found.get("Messages", [])]


@dataclass(frozen=True)
class Gathered:
    """records: of the batch, 0 if there was too little for one, and nothing was taken."""

    documents: int
    records: int


@dataclass
class _Taken:
    """texts: each once, with its number. back: for no batch; they stay hidden until the end, or they would come again at once."""

    deliveries: list[Delivery] = field(default_factory=list)
    back: list[Delivery] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    texts: dict[str, int] = field(default_factory=dict)


class Gathering:
    """Every method may be repeated after any error."""

    def __init__(
        self, source: Source, queue: Queue, documents: Store, chunkings: Sequence[str], dimensions: int, records: int, deadline: Deadline
    ) -> None:
        """queue: that of `source`. chunkings: whose passages the model embeds now. records: of a batch, at most."""
        self._source, self._queue, self._documents, self._deadline = source, queue, documents, deadline
        self._chunkings, self._dimensions, self._records = chunkings, dimensions, records

    def gather(self, batch: Batch) -> Gathered:
        """Takes documents until the batch is full, the queue is empty or the time is over.

        What is for no batch, or more than fits, goes back. A call that died after the batch was saved is not repeated: messages
        that it has not finished come again, and are embedded twice.
        """
        saved = batch.waiting()
        if saved is not None:
            return Gathered(len(saved), len({number for each in saved for number in each.texts.values()}))
        taken = self._taken()
        self._queue.hide(taken.back, 0)
        if len(taken.texts) < LEAST:
            self._queue.hide(taken.deliveries, 0)
            batch.remove()  # what a call that died may have left of it
            return Gathered(0, 0)
        batch.save(list(taken.texts), self._dimensions, taken.waiting)
        self._queue.delete(taken.deliveries)
        return Gathered(len(taken.waiting), len(taken.texts))

    def _taken(self) -> _Taken:
        taken = _Taken()
        empty = 0
        with ThreadPoolExecutor(AT_ONCE) as threads:
            while empty < EMPTY and len(taken.back) < PASSED_BY and self._has_room(taken):
                some = self._source.take()
                empty = 0 if some else empty + 1
                for one, texts in zip(some, threads.map(self._texts, some), strict=True):
                    if not texts or not self._add(taken, one, texts):
                        taken.back.append(one)
        return taken

    def _has_room(self, taken: _Taken) -> bool:
        return len(taken.texts) < self._records and len(taken.waiting) < DOCUMENTS and self._deadline.left() > SECONDS_TO_SAVE

    def _add(self, taken: _Taken, delivery: Delivery, texts: Sequence[str]) -> bool:
        """Whether it fits."""
        new = dict.fromkeys(text for text in texts if text not in taken.texts)
        if len(taken.texts) + len(new) > self._records:
            return False
        taken.texts |= {text: len(taken.texts) + n for n, text in enumerate(new)}
        taken.waiting.append(Waiting(message=delivery.body, texts={text_hash(text): taken.texts[text] for text in texts}))
        taken.deliveries.append(delivery)
        return True

    def _texts(self, delivery: Delivery) -> list[str]:
        """What the model is to read of a document; nothing of a message that is for no batch: it has been in one, or something is wrong."""
        document = None if delivery.came_again else _readable(delivery)
        if not isinstance(document, WasRead) or document.embedded:
            return []
        cuts = [cut for cut in map(document.cut, self._chunkings) if cut]
        try:
            return [embedding_text(passage) for cut in cuts for passage in passages_in(self._documents.read(cut.key))]
        except MissingObject:
            return []


def _readable(delivery: Delivery) -> object:
    try:
        return handed(delivery.body)
    except ValueError:
        return None


def _delivery(message: "MessageTypeDef") -> Delivery:
    attributes: Mapping[str, Any] = message.get("MessageAttributes", {})
    tries = attributes[TRIES]["StringValue"] if TRIES in attributes else 0
    received = int(message.get("Attributes", {}).get("ApproximateReceiveCount", "1"))
    return Delivery(message["MessageId"], message["ReceiptHandle"], message["Body"], received, int(tries))
