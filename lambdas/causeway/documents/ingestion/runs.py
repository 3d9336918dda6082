"""Where a run keeps its files in the documents bucket, and which runs' files are no longer needed.

A run is one event's work on one content. It has folders of its own, whose names sort by event, so that a run may remove the
files of earlier events whatever else is under way. See docs/decisions/100-files-of-runs.md.
"""

from dataclasses import dataclass

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.identity import file_name, ordered
from causeway.documents.ingestion.store import Store

# In the order in which they are emptied: as long as a run has any file, it has its raw one.
FOLDERS = ("embeddings", "processed", "raw")


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

    def remove_files(self, documents: Store) -> None:
        documents.remove_all([self._folder(kind) for kind in FOLDERS])

    def remove_earlier_files(self, documents: Store) -> None:
        """Removes the files of earlier events' runs. A run still under way finds its files missing, and then that it is superseded."""
        ours = ordered(self.change.sequencer)
        if documents.holds_any(folder_of(self.change, "raw"), before=ours):
            documents.remove_all([folder_of(self.change, kind) for kind in FOLDERS], before=ours)

    def _folder(self, kind: str) -> str:
        return f"{folder_of(self.change, kind)}{ordered(self.change.sequencer)}.{self.version}/"


def folder_of(change: Change, kind: str) -> str:
    """Where a document's files of one kind are. kind: "raw", "processed", "embeddings" or "quarantine"."""
    return f"{kind}/{change.tenant}/{change.document_id}/"


def quarantine_folder(change: Change) -> str:
    """Where a refused file is kept: one folder for each event."""
    return f"{folder_of(change, 'quarantine')}{ordered(change.sequencer)}/"


def remove_every_file(change: Change, documents: Store) -> None:
    """Removes all files of a document."""
    documents.remove_all([folder_of(change, kind) for kind in (*FOLDERS, "quarantine")])
