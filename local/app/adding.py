"""Uploads of many files at once, and the wait until each document is settled; there is no limit of time."""

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Protocol

from local.app.crew import Crew
from local.app.people import Person
from local.app.progress import Progress
from local.app.uploads import SEARCHABLE, Library, Outcome, Placed, Record, Upload, outcome
from local.console import Trouble

AT_ONCE = 4
FEW = 20  # uploads that go one by one, before what is loaded in bulk
TOGETHER = 25  # uploads of one request in bulk
MANY = 100  # that are waited for: then it looks less often
FAILED_LOOKS = 20  # in a row, after which the API counts as gone
LATE = timedelta(seconds=10)  # that a change may be listed after its time

Hear = Callable[[Progress], None]


class Noted(Protocol):
    """What was uploaded already, as `Journal` says it."""

    def placed(self, upload: Upload) -> Placed | None: ...

    def add(self, upload: Upload, placed: Placed) -> None: ...

    def close(self) -> None: ...


Uploaded = list[tuple[Upload, Placed | Outcome]]


class Adding:
    """One run over many files. `progress` says how far it is at any time, also after an interruption."""

    def __init__(
        self,
        uploads: Sequence[Upload],
        hear: Hear = lambda progress: None,
        *,
        again: bool = False,
        journal: Noted | None = None,
        library: Callable[[Person], Library] = Library,
        patience: float = math.inf,
        pause: float = 0.7,
    ) -> None:
        """hear: is called with the progress at every look at the API. again: upload also what is there already, unchanged.

        journal: of what an earlier run has uploaded. patience: seconds without any movement after which Trouble is raised.
        pause: seconds between two looks.
        """
        self.progress = Progress(len(uploads))
        self._uploads, self.hear, self._again, self._journal = list(uploads), hear, again, journal
        self._library, self._patience, self._pause = cache(library), patience, pause
        self._uploading: Crew[Uploaded] = Crew(AT_ONCE)
        self._waiting: dict[Placed, Upload] = {}
        self._seen: dict[str, Record] = {}
        self._since: dict[Person, datetime] = {}
        self._replacing: set[Upload] = set()
        self._failed_looks = 0
        self._moved, self._state = time.monotonic(), ""

    def run(self) -> list[Outcome]:
        """Upload all and wait until each is settled. Raises Trouble when the API is gone or nothing moves for too long."""
        self.hear(self.progress)
        for job in self._jobs(self._new_or_changed()):
            self._uploading.give(job)
        while len(self.progress.outcomes) < self.progress.total:
            time.sleep(self._pause * (3 if len(self._waiting) > MANY else 1))
            self._take()
            self._look()
            self._tell()
        if self._journal:
            self._journal.close()
        return self.progress.outcomes

    def _new_or_changed(self) -> list[Upload]:
        """What is to be uploaded; the others have their outcome already, or are waited for, unless all are to be uploaded again."""
        began = datetime.now(UTC)
        owners = {upload.owner for upload in self._uploads}
        self._since = dict.fromkeys(owners, began - LATE)
        records = {owner: self._library(owner).known({each.kept_as for each in self._uploads if each.owner == owner}) for owner in owners}
        fresh = [upload for upload in self._uploads if not self._is_there(upload, records[upload.owner].get(upload.kept_as))]
        self.progress.uploaded = len(self.progress.outcomes) + len(self._waiting)
        return fresh

    def _is_there(self, upload: Upload, record: Record | None) -> bool:
        """Whether the deployment holds the file's content and can answer from it, or an earlier run has uploaded it."""
        unchanged = record is not None and _is_unchanged(upload, record)
        if record and unchanged and not self._again:
            self._settle(outcome(upload, record, unchanged=True))
            return True
        if record and not unchanged and record["state"] in SEARCHABLE:
            self._replacing.add(upload)
        placed = self._uploaded_before(upload)
        if placed is None:
            return False
        self._waiting[placed] = upload
        self._since[upload.owner] = min(self._since[upload.owner], datetime.fromisoformat(placed.at) - LATE)
        return True

    def _uploaded_before(self, upload: Upload) -> Placed | None:
        try:
            return self._journal.placed(upload) if self._journal else None
        except OSError:
            return None  # its upload says why the file cannot be read

    def _jobs(self, fresh: Sequence[Upload]) -> Iterator[Callable[[], Uploaded]]:
        if len(fresh) <= FEW:
            yield from (partial(self._place, upload) for upload in fresh)
            return
        for owner in dict.fromkeys(upload.owner for upload in fresh):
            own = [upload for upload in fresh if upload.owner == owner]
            yield from (partial(self._place_all, owner, own[start : start + TOGETHER]) for start in range(0, len(own), TOGETHER))

    def _place(self, upload: Upload) -> Uploaded:
        return self._noted([(upload, self._library(upload.owner).place(upload))])

    def _place_all(self, owner: Person, uploads: Sequence[Upload]) -> Uploaded:
        return self._noted(list(zip(uploads, self._library(owner).place_all(uploads), strict=True)))

    def _noted(self, uploaded: Uploaded) -> Uploaded:
        for upload, result in uploaded:
            if self._journal and isinstance(result, Placed):
                self._journal.add(upload, result)
        return uploaded

    def _take(self) -> None:
        """What was uploaded since the last time. Raises what an upload has raised."""
        for uploaded in self._uploading.done():
            for upload, result in uploaded:
                self.progress.uploaded += 1
                if isinstance(result, Outcome):
                    self._settle(result)
                else:
                    self._waiting[result] = upload

    def _look(self) -> None:
        """Settle what the API calls settled. Raises Trouble when it cannot be asked, many times in a row."""
        try:
            for owner in {upload.owner for upload in self._waiting.values()}:
                self._look_at(owner)
        except Trouble:
            self._failed_looks += 1
            if self._failed_looks > FAILED_LOOKS:
                raise
            return
        self._failed_looks = 0
        states = Counter(self._seen.get(placed.document_id, {}).get("state") for placed in self._waiting)
        self.progress.reading, self.progress.embedding = states["processing"], states["read"]

    def _look_at(self, owner: Person) -> None:
        """What of the owner's documents has changed, and what of it is settled by that."""
        changed = self._library(owner).changes(self._since[owner])
        self._seen |= changed
        for placed, upload in [each for each in self._waiting.items() if each[1].owner == owner]:
            record = self._seen.get(placed.document_id)
            if record and placed.is_settled_by(record):
                self._settle(replace(outcome(upload, record), replaced=upload in self._replacing))
                del self._waiting[placed]
        latest = max((record["updated_at"] for record in changed.values()), default="")
        if latest:
            self._since[owner] = max(self._since[owner], datetime.fromisoformat(latest) - LATE)

    def _settle(self, settled: Outcome) -> None:
        self.progress.outcomes.append(settled)

    def _tell(self) -> None:
        """Raises Trouble when nothing has moved for too long."""
        progress, now = self.progress, time.monotonic()
        progress.measure(now)
        state = f"{progress.uploaded} {len(progress.outcomes)} {progress.reading} {progress.embedding}"
        if state != self._state:
            self._moved, self._state = now, state
        progress.waiting, progress.still = tuple(upload.name for upload in self._waiting.values()), now - self._moved
        self.hear(progress)
        if progress.still > self._patience and len(progress.outcomes) < progress.total:
            raise Trouble(f"It does not go on: {progress.stillness()}.")


def _is_unchanged(upload: Upload, record: Record) -> bool:
    """Whether the deployment holds the content that the file has now, and can answer from it or from another that says the same."""
    try:
        return record["state"] in (*SEARCHABLE, "duplicate") and record.get("content_hash") == upload.digest()
    except OSError:
        return False  # its upload says why the file cannot be read
