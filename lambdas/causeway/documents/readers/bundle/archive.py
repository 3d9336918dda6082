"""The archive of a bundle: `document.md`, `manifest.json` and pictures, at its top or in its one folder."""

import posixpath
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from causeway.documents.bad import BadDocument
from causeway.documents.readers.archives import DAMAGED, check_size, opened
from causeway.documents.readers.limits import Limits

DOCUMENT, MANIFEST = "document.md", "manifest.json"


class Bundle:
    """Its files by their paths beside the document. Raises BadDocument: truncated, zip_bomb, encrypted, archive."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._archive = opened(data, _truncated)
        entries = [entry for entry in self._archive.infolist() if not entry.is_dir() and "__MACOSX/" not in entry.filename]
        check_size(entries, limits)
        if any(entry.flag_bits & 1 for entry in entries):
            raise BadDocument("encrypted", "The archive is protected by a password. Remove the password and upload it again.")
        names = [entry.filename.replace("\\", "/") for entry in entries]
        folder = folder_of_document(names)
        if folder is None:
            raise BadDocument(
                "archive",
                f"This is an archive, and no bundle with a {DOCUMENT} in it. Unpack it and upload the files in it.",
            )
        self._entries = {name.removeprefix(folder): entry for name, entry in zip(names, entries, strict=True) if name.startswith(folder)}

    def read(self, name: str) -> bytes | None:
        """A file's bytes, None for one that is not there."""
        entry = self._entries.get(name)
        try:
            return None if entry is None else self._archive.read(entry)
        except DAMAGED as error:
            raise _truncated() from error


def folder_of_document(names: Sequence[str]) -> str | None:
    """The folder of an archive that is a bundle, with its "/" at the end, "" for its top; None for another archive."""
    return next((name.removesuffix(DOCUMENT) for name in names if name in (DOCUMENT, f"{name.partition('/')[0]}/{DOCUMENT}")), None)


def path_of(address: str) -> str | None:
    """The path in the bundle that an address of the document names; None for an address elsewhere."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path:
        return None
    return posixpath.normpath(unquote(parts.path))


def _truncated() -> BadDocument:
    return BadDocument("truncated", "The archive is damaged or was cut off. Pack it again and upload that.")
