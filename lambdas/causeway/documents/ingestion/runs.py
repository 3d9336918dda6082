"""Where a run keeps its files in the documents bucket, and which runs' files are no longer needed.

A run is one event's work on one content. It has folders of its own, whose names sort by event, so that a run may remove the
files of earlier events whatever else is under way. See docs/decisions/100-files-of-runs.md.
"""

from dataclasses import dataclass

from causeway.documents.chunkings import FIRST
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.identity import ordered
from causeway.documents.ingestion.store import Store

PROCESSED, QUARANTINE, RECOGNISED, PICTURES, VECTORS = "processed", "quarantine", "recognised", "pictures", "vectors"
ALBUM = "pictures.jsonl"


@dataclass(frozen=True, slots=True)
class Run:
    change: Change

    def folder(self, version: str) -> str:
        """version: of the content, as `identity.version` makes it."""
        return f"{self._begin}{version}/"

    def passages_key(self, version: str, chunking: str = FIRST) -> str:
        return f"{self.folder(version)}{passages_file(chunking)}"

    def uncut_key(self, version: str, chunking: str) -> str:
        """Where it is noted that the version's file is gone, and cannot be cut by this chunking."""
        return f"{self.folder(version)}uncut.{chunking}"

    def vectors_key(self, version: str) -> str:
        """Of the vectors that a batch job has made, until they are in the index."""
        return f"{folder_of(self.change, VECTORS)}{ordered(self.change.sequencer)}.{version}.jsonl"

    def sealed_key(self, version: str) -> str:
        """Of what the tokens in the passages stand for."""
        return sealed_beside(self.passages_key(version))

    def recognised(self, version: str = "") -> str:
        """The file of the pages that were recognised until now, of a scan that takes several calls; without a version, how its key begins.

        What is left in this folder lasts for two days.
        """
        return f"{folder_of(self.change, RECOGNISED)}{ordered(self.change.sequencer)}.{version}"

    def job_key(self, version: str) -> str:
        """Of what is known of Textract's work on a version, whichever event it is of. It holds no words of the document."""
        return f"{folder_of(self.change, RECOGNISED)}job.{version}"

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


def sealed_beside(passages_key: str) -> str:
    """The key of the sealed values of these passages."""
    return f"{passages_key.rpartition('/')[0]}/sealed.json"


def passages_file(chunking: str) -> str:
    return "passages.jsonl" if chunking == FIRST else f"passages.{chunking}.jsonl"


def holds_passages(file: str) -> bool:
    """Whether `passages_file` names a file so, for whichever chunking."""
    return file.startswith("passages.")


def folder_of(change: Change, kind: str) -> str:
    """Where a document's files of one kind are. kind: "processed", "quarantine", "recognised", "pictures" or "vectors"."""
    return f"{kind}/{change.tenant}/{change.document_id}/"


def quarantine_folder(change: Change) -> str:
    """Where a refused file is kept: one folder for each event."""
    return f"{folder_of(change, QUARANTINE)}{ordered(change.sequencer)}/"


def remove_every_file(change: Change, documents: Store) -> None:
    """Removes all files of a document."""
    documents.remove_all([folder_of(change, kind) for kind in (PROCESSED, QUARANTINE, PICTURES)])
