"""Where a run keeps its files in the documents bucket, and which runs' files are no longer needed.

A run is one event's work on one content. It has folders of its own, whose names sort by event, so that a run may remove the
files of earlier events whatever else is under way. See docs/decisions/100-files-of-runs.md.
"""

from dataclasses import dataclass

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.identity import ordered
from causeway.documents.ingestion.store import Store

PROCESSED, QUARANTINE, PICTURES = "processed", "quarantine", "pictures"
ALBUM = "pictures.jsonl"


@dataclass(frozen=True, slots=True)
class Run:
    change: Change

    def passages_key(self, version: str) -> str:
        """version: of the content, as `identity.version` makes it."""
        return f"{self._begin}{version}/passages.jsonl"

    def recognised_key(self, version: str) -> str:
        """Of the pages that were recognised until now, of a scan that takes several calls."""
        return f"{self._begin}{version}/recognised.jsonl"

    def pictures_folder(self, version: str) -> str:
        return f"{self._begin_of(PICTURES)}{version}/"

    def album_key(self, version: str) -> str:
        """Of the list of a version's pictures."""
        return f"{self._begin}{version}/{ALBUM}"

    def remove_files(self, documents: Store) -> None:
        documents.remove_all([self._begin, self._begin_of(PICTURES)])

    def remove_earlier_files(self, documents: Store) -> None:
        """Removes the files of earlier events' runs. A run still under way finds its files missing, and then that it is superseded."""
        folders = [folder_of(self.change, kind) for kind in (PROCESSED, PICTURES)]
        documents.remove_all(folders, before=ordered(self.change.sequencer))

    @property
    def _begin(self) -> str:
        return self._begin_of(PROCESSED)

    def _begin_of(self, kind: str) -> str:
        return f"{folder_of(self.change, kind)}{ordered(self.change.sequencer)}."


def album_beside(passages_key: str) -> str:
    """The key of the list of pictures of the version whose passages are kept there."""
    return f"{passages_key.rpartition('/')[0]}/{ALBUM}"


def folder_of(change: Change, kind: str) -> str:
    """Where a document's files of one kind are. kind: "processed", "quarantine" or "pictures"."""
    return f"{kind}/{change.tenant}/{change.document_id}/"


def quarantine_folder(change: Change) -> str:
    """Where a refused file is kept: one folder for each event."""
    return f"{folder_of(change, QUARANTINE)}{ordered(change.sequencer)}/"


def remove_every_file(change: Change, documents: Store) -> None:
    """Removes all files of a document."""
    documents.remove_all([folder_of(change, kind) for kind in (PROCESSED, QUARANTINE, PICTURES)])
