"""Where a run keeps its files in the documents bucket, and which runs' files are done with.

A run is one event's work on one content. Its folders are its own and sort by event, so that a run may remove what earlier
events left, whatever else is under way. See docs/decisions/100-files-of-runs.md.
"""

from dataclasses import dataclass

from causeway.documents.ingestion import store
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.identity import file_name, ordered

FOLDERS = ("embeddings", "processed", "raw")  # as they are emptied: a run that has left anything has left its raw file


@dataclass(frozen=True, slots=True)
class Run:
    """version: of the content, as `identity.version` makes it."""

    change: Change
    version: str

    @property
    def raw_key(self) -> str:
        return f"{self._folder('raw')}{file_name(self.change.name)}"

    @property
    def passages_key(self) -> str:
        return f"{self._folder('processed')}passages.jsonl"

    @property
    def embeddings_key(self) -> str:
        return f"{self._folder('embeddings')}embeddings.jsonl"

    def remove_files(self, bucket: str) -> None:
        store.remove_all(bucket, [self._folder(kind) for kind in FOLDERS])

    def remove_earlier_files(self, bucket: str) -> None:
        """What the runs of earlier events left. Those still going find their files missing, and then that they are superseded."""
        ours = ordered(self.change.sequencer)
        if store.holds_any(bucket, folder_of(self.change, "raw"), before=ours):
            store.remove_all(bucket, [folder_of(self.change, kind) for kind in FOLDERS], before=ours)

    def _folder(self, kind: str) -> str:
        return f"{folder_of(self.change, kind)}{ordered(self.change.sequencer)}.{self.version}/"


def folder_of(change: Change, kind: str) -> str:
    """All that is kept of a document under "raw", "processed", "embeddings" or "quarantine"."""
    return f"{kind}/{change.tenant}/{change.document_id}/"


def quarantine_folder(change: Change) -> str:
    """Where a refused file lies, apart for every event."""
    return f"{folder_of(change, 'quarantine')}{ordered(change.sequencer)}/"


def remove_every_file(change: Change, bucket: str) -> None:
    """All that is kept of a document."""
    store.remove_all(bucket, [folder_of(change, kind) for kind in (*FOLDERS, "quarantine")])
