"""The first half of a sync: what is new or has changed is copied into the incoming bucket, whose events do the rest."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from pydantic import BaseModel, Field

from causeway.documents.readers.formats import EXTENSIONS, allowed, extension
from causeway.documents.sources.notes import Named, Note, Notes
from causeway.documents.sources.objects import Objects
from causeway.documents.sources.origin import Origin, Was
from causeway.documents.sources.sync import Sync

AT_ONCE = 16
READABLE = frozenset({"STANDARD", "STANDARD_IA", "ONEZONE_IA", "REDUCED_REDUNDANCY", "INTELLIGENT_TIERING", "GLACIER_IR"})

Became = Literal["unchanged", "new", "changed", "skipped", "later"]


class Listed(BaseModel):
    """An object as the state machine's listing says it, with the listing's own names."""

    key: str = Field(alias="Key")
    etag: str = Field(alias="Etag")
    size: int = Field(alias="Size")
    storage_class: str = Field("STANDARD", alias="StorageClass")


class Copying:
    def __init__(self, objects: Objects, incoming: str, notes: Notes, sync: Sync, max_bytes: int) -> None:
        """incoming: the bucket. max_bytes: a larger file is skipped."""
        self._objects, self._incoming, self._notes, self._sync, self._max_bytes = objects, incoming, notes, sync, max_bytes

    def copy(self, items: Sequence[Listed]) -> Note:
        """May be repeated after any error: what a run has copied already is told as before."""
        note = Note()
        with ThreadPoolExecutor(AT_ONCE) as crew:
            for became, named in crew.map(self._one, [item for item in items if not item.key.endswith("/")]):
                note.looked += 1
                if became == "unchanged":
                    note.unchanged += 1
                else:
                    getattr(note, became).append(named)
        if items:
            self._notes.write("compared", items[0].key, note)
        return note

    def _one(self, item: Listed) -> tuple[Became, Named]:
        try:
            name = self._sync.name_of(item.key)
        except ValueError as error:
            return "skipped", Named(name=item.key, why=f"its name {error}")
        if why := self._why_not(item, name):
            return "skipped", Named(name=name, why=why)
        return self._compared(Origin(self._sync.bucket, item.key, item.etag.strip('"'), self._sync.run), name)

    def _why_not(self, item: Listed, name: str) -> str:
        """Why an object is not copied, whatever the incoming bucket holds; "" if it is."""
        if extension(name) not in EXTENSIONS:
            return f"{extension(name) or 'a name without an ending'} is not read; {allowed()} are"
        if item.size > self._max_bytes:
            return f"it has {item.size / 1e6:,.1f} MB; at most {self._max_bytes / 1e6:,.1f} MB are read"
        if item.storage_class not in READABLE:
            return f"it is archived ({item.storage_class}); restore it first"
        return ""

    def _compared(self, origin: Origin, name: str) -> tuple[Became, Named]:
        named = Named(name=name, etag=origin.etag)
        there = self._objects.head(self._incoming, self._sync.object_key(name))
        before = there.origin if there else None
        if before and before.is_same(origin):
            return (before.was if before.run == origin.run else "unchanged"), named
        if before and self._is_of_another(before, origin):
            return "skipped", named.model_copy(update={"why": f"{before.key} has the same name as a document"})
        was: Was = "changed" if there else "new"
        if self._sync.dry:
            return was, named
        return self._copied(Origin(origin.bucket, origin.key, origin.etag, origin.run, was), name, named)

    def _copied(self, origin: Origin, name: str, named: Named) -> tuple[Became, Named]:
        copied = self._objects.copy(origin, self._incoming, self._sync.object_key(name))
        if copied == "archived":
            return "skipped", named.model_copy(update={"why": "it is archived; restore it first"})
        if copied != "copied":
            return "later", named.model_copy(update={"why": f"it was {copied} when it was to be copied"})
        return origin.was, named

    def _is_of_another(self, before: Origin, origin: Origin) -> bool:
        """Whether two objects that are both there would replace each other at every sync, as a//b.md and a/b.md."""
        if before.bucket != origin.bucket or before.key == origin.key:
            return False
        return self._objects.head(before.bucket, before.key) is not None
