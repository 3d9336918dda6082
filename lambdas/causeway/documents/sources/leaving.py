"""The second half of a sync: documents whose objects are gone from the source are deleted, and nothing that a sync has not brought.

Both listings are in the order of their keys, so that one walk through both finds what only the incoming bucket has.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from causeway.documents.sources.notes import Named, Note, Notes
from causeway.documents.sources.objects import Objects
from causeway.documents.sources.origin import Origin
from causeway.documents.sources.sync import Found, Sync
from causeway.runtime.deadlines import Deadline

AT_ONCE = 16
TOGETHER = 500  # names of one note
SECONDS_FOR_ONE = 60.0


class Leaving:
    def __init__(self, objects: Objects, incoming: str, notes: Notes, sync: Sync, deadline: Deadline) -> None:
        """incoming: the bucket."""
        self._objects, self._incoming, self._notes, self._sync, self._deadline = objects, incoming, notes, sync, deadline

    def find(self, after: str) -> Found:
        """What is gone, noted; `after` of the answer is where another call goes on. after: "" to begin with."""
        found, waiting, begin, last = Found(), list[str](), after, after
        for name, is_there in self._walk(after):
            last = name
            if is_there:
                found.known += 1
            else:
                waiting.append(name)
            if len(waiting) == TOGETHER or (waiting and self._is_late()):
                found.gone += self._note(begin, waiting)
                begin, waiting = name, []
            if self._is_late():
                found.after = last
                return found
        found.gone += self._note(begin, waiting)
        return found

    def delete(self) -> bool:
        """Deletes what was noted, after another look at each. False when there was no time for all: the next call goes on."""
        done = {place for place, _ in self._notes.read("deleted")}
        for place, note in self._notes.read("gone"):
            if place in done:
                continue
            if self._is_late():
                return False
            with ThreadPoolExecutor(AT_ONCE) as crew:
                deleted = [each for each, gone in zip(note.gone, crew.map(self._delete, note.gone), strict=True) if gone]
            self._notes.answer("deleted", place, Note(deleted=deleted))
        return True

    def _walk(self, after: str) -> Iterator[tuple[str, bool]]:
        """Names of the tenant's files, and whether the source has an object of that key."""
        there = self._objects.keys(self._sync.bucket, self._sync.prefix, after)
        key = next(there, None)
        for name in self._objects.keys(self._incoming, f"{self._sync.tenant}/", after):
            while key is not None and key.encode() < name.encode():
                key = next(there, None)
            yield name, key == name

    def _note(self, begin: str, names: list[str]) -> int:
        with ThreadPoolExecutor(AT_ONCE) as crew:
            gone = [Named(name=name, etag=origin.etag) for name, origin in zip(names, crew.map(self._gone, names), strict=True) if origin]
        if gone:
            self._notes.write("gone", begin, Note(gone=gone))
        return len(gone)

    def _gone(self, name: str) -> Origin | None:
        """Where the file came from, if it came by a sync of this bucket and prefix and its object is gone."""
        there = self._objects.head(self._incoming, self._sync.object_key(name))
        origin = there.origin if there else None
        if origin is None or origin.bucket != self._sync.bucket or not origin.key.startswith(self._sync.prefix):
            return None
        return origin if self._objects.head(origin.bucket, origin.key) is None else None

    def _delete(self, named: Named) -> bool:
        """False for what is no longer as it was noted: it has been uploaded again, or its object has come back."""
        origin = self._gone(named.name)
        if origin is None or origin.etag != named.etag:
            return self._objects.head(self._incoming, self._sync.object_key(named.name)) is None
        self._objects.delete(self._incoming, self._sync.object_key(named.name))
        return True

    def _is_late(self) -> bool:
        return self._deadline.left() < SECONDS_FOR_ONE
