"""What a batch job has answered goes to its documents, and their messages go back to the queue, whatever became of the job."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import isfinite

from causeway.documents.batching.batch import JSON_LINES, Batch, Waiting
from causeway.documents.ingestion.given import vector_lines
from causeway.documents.ingestion.handed import Embedded, WasRead
from causeway.documents.ingestion.runs import Run
from causeway.documents.ingestion.store import Store
from causeway.retrieval.generations import Embedding
from causeway.runtime.deliveries import Queue

AT_ONCE = 16
SENT_TOGETHER = 200


@dataclass(frozen=True)
class Collected:
    """vectors, missing: of texts, as documents have them; those that are missing are embedded in the ordinary way."""

    documents: int
    vectors: int
    missing: int


class Collecting:
    """May be repeated after any error: a message that is sent twice is no harm. Raises what the store and the queue raise."""

    def __init__(self, documents: Store, queue: Queue, embedding: Embedding) -> None:
        """embedding: the job's."""
        self._documents, self._queue, self._embedding = documents, queue, embedding

    def collect(self, batch: Batch, *, unread: bool = False) -> Collected:
        """unread: what the job has written is left alone, and all messages go the ordinary way."""
        waiting = batch.waiting()
        if waiting is None:
            return Collected(0, 0, 0)
        vectors = {} if unread else self._vectors(batch)
        for some in _parts(waiting):
            with ThreadPoolExecutor(AT_ONCE) as threads:
                self._queue.send(list(threads.map(lambda each: self._message(each, vectors), some)))
        batch.remove()
        texts = [number for each in waiting for number in each.texts.values()]
        found = sum(number in vectors for number in texts)
        return Collected(len(waiting), found, len(texts) - found)

    def _vectors(self, batch: Batch) -> dict[int, "array[float]"]:
        """As floats of 32 bits, which is how the index keeps them."""
        return {each.number: array("f", each.embedding) for each in batch.answers() if each.embedding and self._is_whole(each.embedding)}

    def _is_whole(self, embedding: Sequence[float]) -> bool:
        return len(embedding) == self._embedding.dimensions and all(isinstance(each, int | float) and isfinite(each) for each in embedding)

    def _message(self, waiting: Waiting, vectors: Mapping[int, "array[float]"]) -> str:
        """With the vectors of its document stored."""
        document, label = WasRead.model_validate_json(waiting.message), self._embedding.label
        found = {text: vectors[number] for text, number in waiting.texts.items() if number in vectors}
        key = Run(document).vectors_key(document.version) if found else ""
        if found:
            self._documents.save(key, vector_lines(found), JSON_LINES)
        return document.model_copy(update={"embedded": Embedded(model=label, key=key)}).model_dump_json()


def _parts(waiting: Sequence[Waiting]) -> Iterator[Sequence[Waiting]]:
    return (waiting[start : start + SENT_TOGETHER] for start in range(0, len(waiting), SENT_TOGETHER))
