"""What a run of a sync writes down while it works: small files that a repeated step writes again, and one result in the end."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Literal

from pydantic import BaseModel

from causeway.documents.ingestion.store import Store
from causeway.documents.sources.sync import Sync

Step = Literal["compared", "gone", "deleted"]


class Named(BaseModel):
    """etag: of the source's object. why: for what was skipped or stays.

    name: of the object.
    Data class: confidential; etag: internal.
    """

    name: str
    etag: str = ""
    why: str = ""


class Note(BaseModel):
    """looked: at how many objects. later: what changed while it was looked at, which the next sync takes.

    unchanged: how many. new, changed, skipped, gone, deleted: which.
    Data class: confidential; looked, unchanged: internal.
    """

    looked: int = 0
    unchanged: int = 0
    new: list[Named] = []
    changed: list[Named] = []
    skipped: list[Named] = []
    later: list[Named] = []
    gone: list[Named] = []
    deleted: list[Named] = []


class Result(BaseModel):
    """What a run has done, or would do. renamed: the former name, as `why`, and the new one. refused: too much would be deleted.

    bucket, prefix: of the source. dry: nothing was changed. looked, unchanged: how many. new, changed, deleted, kept, skipped, later:
    which.
    Data class: confidential; tenant, dry, refused, looked, unchanged: internal.
    """

    bucket: str
    prefix: str
    tenant: str
    dry: bool
    refused: bool
    looked: int = 0
    unchanged: int = 0
    new: list[Named] = []
    changed: list[Named] = []
    renamed: list[Named] = []
    deleted: list[Named] = []
    kept: list[Named] = []
    skipped: list[Named] = []
    later: list[Named] = []


class Notes:
    def __init__(self, documents: Store, sync: Sync) -> None:
        self._documents, self._sync = documents, sync

    def write(self, step: Step, first: str, note: Note) -> None:
        """first: what the note begins with, by which a repeated step finds its place again."""
        self._save(self._place(step, first), note)

    def read(self, step: Step) -> Iterator[tuple[str, Note]]:
        """Notes with their places, in no order that means anything."""
        for key in self._documents.keys(f"{self._sync.folder}{step}/"):
            yield key.rpartition("/")[2], Note.model_validate_json(self._documents.read(key))

    def answer(self, step: Step, place: str, note: Note) -> None:
        """A note about the note of an earlier step."""
        self._save(f"{self._sync.folder}{step}/{place}", note)

    def finish(self, result: Result) -> str:
        """Its key."""
        key = f"{self._sync.folder}result.json"
        self._save(key, result)
        return key

    def _place(self, step: Step, first: str) -> str:
        return f"{self._sync.folder}{step}/{sha256(first.encode()).hexdigest()[:32]}.json"

    def _save(self, key: str, content: BaseModel) -> None:
        self._documents.save(key, content.model_dump_json(exclude_defaults=isinstance(content, Note)).encode(), "application/json")


def summed(sync: Sync, compared: Sequence[Note], gone: Sequence[Note], deleted: Sequence[Note], refused: bool) -> Result:
    """What was deleted is what was found to be gone, in a dry run, or where too much was; else what is deleted and what was kept."""
    result = Result(bucket=sync.bucket, prefix=sync.prefix, tenant=sync.tenant, dry=sync.dry, refused=refused)
    for note in compared:
        result.looked += note.looked
        result.unchanged += note.unchanged
        for name in ("new", "changed", "skipped", "later"):
            getattr(result, name).extend(getattr(note, name))
    left_out = [each for note in gone for each in note.gone]
    done = {each.name for note in deleted for each in note.deleted}
    result.deleted = [each for each in left_out if sync.dry or refused or each.name in done]
    result.kept = [each for each in left_out if not (sync.dry or refused or each.name in done)]
    _find_renamed(result)
    return result


def _find_renamed(result: Result) -> None:
    """A new object with the content of one that is gone."""
    former = {each.etag: each for each in result.deleted if each.etag}
    for each in list(result.new):
        before = former.pop(each.etag, None)
        if before:
            result.new.remove(each)
            result.deleted.remove(before)
            result.renamed.append(Named(name=each.name, etag=each.etag, why=before.name))
