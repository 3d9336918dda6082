"""Uploads of many files at once, and the wait until each document is settled; there is no limit of time."""

import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial

from local.app.crew import Crew
from local.app.people import Person
from local.app.uploads import SEARCHABLE, Library, Outcome, Placed, Record, Upload, outcome
from local.console import Trouble

AT_ONCE = 4
STILL = 60.0  # seconds without any movement after which the progress names what is waited for
FAILED_LOOKS = 20  # in a row, after which the API counts as gone

Hear = Callable[["Progress"], None]


@dataclass
class Progress:
    """How far it is. still: seconds since anything moved; waiting: names of documents that are uploaded and not settled."""

    total: int
    uploaded: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    reading: int = 0
    waiting: tuple[str, ...] = ()
    still: float = 0.0

    @property
    def searchable(self) -> int:
        return sum(each.is_searchable for each in self.outcomes)

    def __str__(self) -> str:
        states = Counter("refused" if each.is_refused else each.state for each in self.outcomes)
        parts = [f"uploading {self.uploaded} of {self.total}" if self.uploaded < self.total else f"uploaded {self.total}"]
        counts = {"being read": self.reading, "searchable": self.searchable, "refused": states["refused"], "failed": states["failed"]}
        parts += [f"{count} {what}" for what, count in counts.items() if count or what == "searchable"]
        return ", ".join(parts) + (f"; {self.stillness()}" if self.still >= STILL else "")

    def stillness(self) -> str:
        """What is waited for."""
        names = ", ".join(self.waiting[:3]) + (f" and {len(self.waiting) - 3} more" if len(self.waiting) > 3 else "")
        return f"nothing has moved for {self.still:.0f} s, waiting for {names or 'the API'} (make logs shows what happens)"


class Adding:
    """One run over many files. `progress` says how far it is at any time, also after an interruption."""

    def __init__(
        self,
        uploads: Sequence[Upload],
        hear: Hear = lambda progress: None,
        *,
        again: bool = False,
        library: Callable[[Person], Library] = Library,
        patience: float = math.inf,
        pause: float = 0.7,
    ) -> None:
        """hear: is called with the progress at every look at the API. again: upload also what is there already, unchanged.

        patience: seconds without any movement after which Trouble is raised. pause: seconds between two looks.
        """
        self.progress = Progress(len(uploads))
        self._uploads, self.hear, self._again = list(uploads), hear, again
        self._library, self._patience, self._pause = cache(library), patience, pause
        self._uploading: Crew[tuple[Upload, Placed | Outcome]] = Crew(AT_ONCE)
        self._waiting: dict[Placed, Upload] = {}
        self._replacing: set[Upload] = set()
        self._failed_looks = 0
        self._moved, self._state = time.monotonic(), ""

    def run(self) -> list[Outcome]:
        """Upload all and wait until each is settled. Raises Trouble when the API is gone or nothing moves for too long."""
        self.hear(self.progress)
        for upload in self._new_or_changed():
            self._uploading.give(partial(self._place, upload))
        while len(self.progress.outcomes) < self.progress.total:
            time.sleep(self._pause)
            self._take()
            self._look()
            self._tell()
        return self.progress.outcomes

    def _new_or_changed(self) -> list[Upload]:
        """What is to be uploaded; the others have their outcome already, unless all are to be uploaded again."""
        records = {owner: self._by_name(owner) for owner in {upload.owner for upload in self._uploads}}
        fresh = []
        for upload in self._uploads:
            record = records[upload.owner].get(upload.name)
            unchanged = record is not None and _is_unchanged(upload, record)
            if record and unchanged and not self._again:
                self._settle(outcome(upload, record, unchanged=True))
                continue
            fresh.append(upload)
            if record and not unchanged and record["state"] in SEARCHABLE:
                self._replacing.add(upload)
        self.progress.uploaded = len(self.progress.outcomes)
        return fresh

    def _by_name(self, owner: Person) -> dict[str, Record]:
        return {record["name"]: record for record in self._library(owner).records().values()}

    def _place(self, upload: Upload) -> tuple[Upload, Placed | Outcome]:
        return upload, self._library(upload.owner).place(upload)

    def _take(self) -> None:
        """What was uploaded since the last time. Raises what an upload has raised."""
        for upload, result in self._uploading.done():
            self.progress.uploaded += 1
            if isinstance(result, Outcome):
                self._settle(result)
            else:
                self._waiting[result] = upload

    def _look(self) -> None:
        """Settle what the API calls settled. Raises Trouble when it cannot be asked, many times in a row."""
        try:
            states = [self._look_at(owner) for owner in {upload.owner for upload in self._waiting.values()}]
        except Trouble:
            self._failed_looks += 1
            if self._failed_looks > FAILED_LOOKS:
                raise
            return
        self._failed_looks = 0
        self.progress.reading = sum(count["processing"] for count in states)

    def _look_at(self, owner: Person) -> Counter[str]:
        """The states of the owner's documents that are not settled yet."""
        records = self._library(owner).records()
        states: Counter[str] = Counter()
        for placed, upload in [each for each in self._waiting.items() if each[1].owner == owner]:
            record = records.get(placed.document_id)
            if record and placed.is_settled_by(record):
                self._settle(replace(outcome(upload, record), replaced=upload in self._replacing))
                del self._waiting[placed]
            else:
                states[record["state"] if record else ""] += 1
        return states

    def _settle(self, settled: Outcome) -> None:
        self.progress.outcomes.append(settled)

    def _tell(self) -> None:
        """Raises Trouble when nothing has moved for too long."""
        progress, now = self.progress, time.monotonic()
        state = f"{progress.uploaded} {len(progress.outcomes)} {progress.reading}"
        if state != self._state:
            self._moved, self._state = now, state
        progress.waiting, progress.still = tuple(upload.name for upload in self._waiting.values()), now - self._moved
        self.hear(progress)
        if progress.still > self._patience and len(progress.outcomes) < progress.total:
            raise Trouble(f"It does not go on: {progress.stillness()}.")


def _is_unchanged(upload: Upload, record: Record) -> bool:
    """Whether the deployment holds the content that the file has now, and can answer from it."""
    try:
        return record["state"] in SEARCHABLE and record.get("content_hash") == upload.digest()
    except OSError:
        return False  # its upload says why the file cannot be read
