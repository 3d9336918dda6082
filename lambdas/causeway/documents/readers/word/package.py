"""The archive of a Word file: its checks, its parts and their relationships."""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from causeway.documents.bad import BadDocument
from causeway.documents.readers.formats import macros
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.word.xml import W, parsed

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, ValueError, OverflowError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Relation:
    """kind: the last word of its type, such as "footnotes". target: a part's name, or an address when it is external."""

    kind: str
    target: str
    external: bool


class Package:
    """The parts of a .docx file by name. Only the parts that are asked for are unpacked.

    main: the name of the document part. size: bytes of all parts unpacked.
    Raises BadDocument: truncated, zip_bomb, macros, encrypted, not_word.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGED as error:
            raise _truncated() from error
        entries = self._archive.infolist()
        self.size = unpacked(data)
        _check(entries, self.size, limits)
        self._entries = {entry.filename.replace("\\", "/").lower(): entry for entry in entries}
        self._relations: dict[str, dict[str, Relation]] = {}
        self._types = self._content_types()
        self.main = next((relation.target for relation in self.relations("").values() if relation.kind == "officeDocument"), "")
        self.document = self._document()

    def has(self, name: str) -> bool:
        return name.lower() in self._entries

    def read(self, name: str) -> bytes:
        try:
            return self._archive.read(self._entries[name.lower()])
        except _DAMAGED as error:
            raise _truncated() from error

    def xml(self, name: str) -> Any:
        try:
            return parsed(self.read(name))
        except etree.XMLSyntaxError as error:
            raise _truncated() from error

    def content_type(self, name: str) -> str:
        return self._types.get(f"/{name.lower()}") or self._types.get(posixpath.splitext(name)[1].lower(), "")

    def relations(self, source: str) -> dict[str, Relation]:
        """The relationships of a part by their id; "" is the package itself."""
        if source not in self._relations:
            folder, name = posixpath.split(source)
            rels = posixpath.join(folder, "_rels", f"{name}.rels")
            found = [element for element in self.xml(rels) if element.get("Target")] if self.has(rels) else []
            self._relations[source] = {element.get("Id", ""): _relation(element, folder) for element in found}
        return self._relations[source]

    def related(self, source: str, kind: str) -> Any:
        """The root of the first part of this kind that `source` names, or None."""
        names = [relation.target for relation in self.relations(source).values() if relation.kind == kind and not relation.external]
        return next((self.xml(name) for name in names if self.has(name)), None)

    def resolver(self, source: str) -> Callable[[str], Any]:
        """Gives the root of the XML part that `source` names by a relationship's id, or None."""

        def part(relation_id: str) -> Any:
            relation = self.relations(source).get(relation_id)
            return self.xml(relation.target) if relation and not relation.external and self.has(relation.target) else None

        return part

    def _content_types(self) -> dict[str, str]:
        """Content types by "/part/name" and by ".extension"."""
        types: dict[str, str] = {}
        for element in self.xml("[content_types].xml"):
            key = element.get("PartName") or f".{element.get('Extension', '')}"
            types[key.lower()] = element.get("ContentType", "").lower()
        return types

    def _document(self) -> Any:
        if not self.main:
            raise _truncated()
        if "macroenabled" in self.content_type(self.main):
            raise macros()
        document = self.xml(self.main)
        if document.tag != f"{W}document":
            raise BadDocument("not_word", "The file is an Office file, but no Word document. Export it as .docx or PDF.")
        return document


def unpacked(data: bytes) -> int:
    """Bytes of all parts of an archive once unpacked."""
    return sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(data)).infolist())


def _relation(element: Any, folder: str) -> Relation:
    target = element.get("Target", "").replace("\\", "/")
    external = element.get("TargetMode", "").lower() == "external"
    if not external:
        target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
    return Relation(element.get("Type", "").rsplit("/", 1)[-1], target, external)


def _check(entries: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    if size > limits.expanded or len(entries) > limits.entries:
        most = f"{limits.expanded // 2**20} MB or {limits.entries:,} parts"
        raise BadDocument("zip_bomb", f"Unpacked, the file has over {most}. Split the document or remove large pictures.")
    names = {entry.filename.lower() for entry in entries}
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        raise macros()
    if any(entry.flag_bits & 1 for entry in entries):
        raise BadDocument("encrypted", "The archive is protected by a password. Remove the password and upload it again.")
    if "[content_types].xml" not in names:
        raise BadDocument("not_word", "The file is a ZIP archive, but no Word document. Upload the documents in it one by one.")


def _truncated() -> BadDocument:
    return BadDocument("truncated", "The Word file is damaged or was cut off. Open it in Word, save it again and upload that.")
