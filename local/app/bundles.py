"""Bundles on the disk: a folder with a document, its manifest and its pictures is uploaded as one archive."""

import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from local import places

ENDING = ".zip"
_DATE = (1980, 1, 1, 0, 0, 0)  # of every file, so that an unchanged folder makes the same archive


def is_bundle(folder: Path) -> bool:
    """Whether a folder is one document rather than a folder of documents."""
    from causeway.documents.readers.bundle.archive import DOCUMENT, MANIFEST

    return (folder / DOCUMENT).is_file() and (folder / MANIFEST).is_file()


def holds_bundle(archive: Path) -> bool:
    """Whether an archive is a bundle; others are not read."""
    from causeway.documents.readers.bundle.archive import folder_of_document

    try:
        with zipfile.ZipFile(archive) as opened:
            return folder_of_document(opened.namelist()) is not None
    except (OSError, zipfile.BadZipFile):
        return False


def packed(folder: Path) -> Path:
    """The archive of a bundle's folder, in the state of the deployment: the same bytes for the same files."""
    place = places.STATE / "bundles" / sha256(str(folder.resolve()).encode()).hexdigest()[:16] / f"{folder.resolve().name}{ENDING}"
    place.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(_files(folder)):
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())
    return place


def _files(folder: Path) -> Iterator[Path]:
    """Regular files that are in the folder; no hidden one, and none that a link brings in from elsewhere."""
    inside = folder.resolve()
    for file in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if not hidden and file.is_file() and file.resolve().is_relative_to(inside):
            yield file
