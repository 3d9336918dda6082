"""A batch: the texts of a job of Bedrock, what the job answers, and the messages that wait for it, in a folder of the documents bucket.

As long as its list of messages is there, they are in no queue. What a job reads and writes is documented as JSON lines
{recordId, modelInput} and {recordId, modelInput, modelOutput or error}, in any order, in files whose names end in `.jsonl.out`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json, to_json

from causeway.documents.ingestion.store import MissingObject, Store

FOLDER = "embedding-batches"
MANIFEST = "manifest.jsonl"
JSON_LINES = "application/jsonl"
NAME = re.compile(r"(?P<begun>\d{8}T\d{6})-[0-9a-f]{8}-\d+")
BEGUN = "%Y%m%dT%H%M%S"
PART_BYTES = 8_000_000


class Waiting(BaseModel):
    """A message that waits for a batch. texts: the number of its record, by the hash of each of its texts.

    message: as the queue had it.
    Data class: confidential; texts: internal.
    """

    model_config = ConfigDict(frozen=True)

    message: str
    texts: Mapping[str, int]


@dataclass(frozen=True)
class Answer:
    """Of one record. embedding: None where the model gave none."""

    number: int
    embedding: Sequence[float] | None


def batch_names(now: datetime, token: str, count: int) -> list[str]:
    """token: 8 hex digits that no other call has."""
    return [f"{now.strftime(BEGUN)}-{token}-{number}" for number in range(1, count + 1)]


def left_over(documents: Store, now: datetime, hours: float) -> list[str]:
    """The names of batches that were begun so many hours ago, and whose messages still wait."""
    names = [key.split("/")[1] for key in documents.keys(f"{FOLDER}/") if key.endswith(f"/{MANIFEST}")]
    return [name for name in names if now - _begun(name) >= timedelta(hours=hours)]


class Batch:
    """One, by its name. Raises what the store raises."""

    def __init__(self, documents: Store, name: str) -> None:
        """Raises ValueError for a name that `batch_names` does not make."""
        _begun(name)
        self._documents, self._folder = documents, f"{FOLDER}/{name}"

    def save(self, texts: Sequence[str], dimensions: int, waiting: Sequence[Waiting]) -> None:
        """The messages at last: with them the batch is there."""
        records = b"".join(_record(number, text, dimensions) for number, text in enumerate(texts))
        self._documents.save(f"{self._folder}/input/records.jsonl", records, JSON_LINES)
        self._documents.save(self._manifest, b"".join(to_json(each) + b"\n" for each in waiting), JSON_LINES)

    def waiting(self) -> list[Waiting] | None:
        """None for a batch that is over, or was never saved."""
        try:
            lines = self._documents.read(self._manifest).splitlines()
        except MissingObject:
            return None
        return [Waiting.model_validate_json(line) for line in lines]

    def answers(self) -> Iterator[Answer]:
        """What the job has written until now. A line that is no answer is passed by."""
        for key in self._documents.keys(f"{self._folder}/output/"):
            if key.endswith(".jsonl.out"):
                yield from filter(None, map(_answer, self._lines(key)))

    def remove(self) -> None:
        """The messages at last."""
        self._documents.remove_all([f"{self._folder}/input/", f"{self._folder}/output/"])
        self._documents.delete(self._manifest)

    @property
    def _manifest(self) -> str:
        return f"{self._folder}/{MANIFEST}"

    def _lines(self, key: str) -> Iterator[bytes]:
        start: int | None = 0
        while start is not None:
            try:
                lines, start = self._documents.lines(key, start, PART_BYTES)
            except IndexError:  # an empty file
                return
            yield from lines.splitlines()


def _begun(name: str) -> datetime:
    found = NAME.fullmatch(name)
    if not found:
        raise ValueError(f"{name} is no batch")
    return datetime.strptime(found["begun"], BEGUN).replace(tzinfo=UTC)


def _record(number: int, text: str, dimensions: int) -> bytes:
    """recordId: 11 alphanumeric characters, as Bedrock's guide has them."""
    return to_json({"recordId": f"{number:011}", "modelInput": {"inputText": text, "dimensions": dimensions, "normalize": True}}) + b"\n"


def _answer(line: bytes) -> Answer | None:
    try:
        said = from_json(line)
        number, output = int(said["recordId"]), said.get("modelOutput")
        return Answer(number, output["embedding"] if output else None)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
