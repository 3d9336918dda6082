"""The archive of an Office file: its checks, its parts and their relationships."""

import io
import posixpath
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from lxml import etree

from causeway.documents.bad import BadDocument
from causeway.documents.readers.archives import DAMAGED, check_size, opened
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.office.programs import Program
from causeway.documents.readers.office.xml import parsed


@dataclass(frozen=True, slots=True)
class Relation:
    """kind: the last word of its type, such as "footnotes". target: a part's name, or an address when it is external."""

    kind: str
    target: str
    external: bool


class Package:
    """The parts of an Office file by name. Only the parts that are asked for are unpacked.

    main: the name of the document part. size: bytes of all parts unpacked.
    Raises BadDocument: truncated, zip_bomb, macros, encrypted, and the program's code for a file of another program.
    """

    def __init__(self, data: bytes, limits: Limits, program: Program) -> None:
        self._program = program
        self.truncated = program.truncated
        self._archive = opened(data, self.truncated)
        entries = self._archive.infolist()
        self.size = check_size(entries, limits)
        self._check(entries)
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
        except DAMAGED as error:
            raise self.truncated() from error

    def open(self, name: str) -> IO[bytes]:
        """A part to read bit by bit. Raises KeyError for a part that is not there; what is read may raise DAMAGED."""
        return self._archive.open(self._entries[name.lower()])

    def xml(self, name: str) -> Any:
        try:
            return parsed(self.read(name))
        except etree.XMLSyntaxError as error:
            raise self.truncated() from error

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
        return next((self.xml(name) for name in self.parts(source, kind)), None)

    def parts(self, source: str, *kinds: str) -> list[str]:
        """The names of the parts of these kinds that `source` names, in the order of the file."""
        found = self.relations(source).values()
        return [each.target for each in found if each.kind in kinds and not each.external and self.has(each.target)]

    def said(self, name: str) -> str:
        """What the file says of itself, such as its "title"; "" where it does not."""
        core = self.related("", "core-properties")
        found = None if core is None else core.find(f"{{http://purl.org/dc/elements/1.1/}}{name}")
        return "" if found is None else found.text or ""

    @property
    def language(self) -> str | None:
        """An ISO 639-1 code, where the file names its language."""
        code = self.said("language")[:2].lower()
        return code if code.isalpha() else None

    def resolver(self, source: str) -> Callable[[str], Any]:
        """Gives the root of the XML part that `source` names by a relationship's id, or None."""

        def part(relation_id: str) -> Any:
            relation = self.relations(source).get(relation_id)
            return self.xml(relation.target) if relation and not relation.external and self.has(relation.target) else None

        return part

    def related_bytes(self, source: str, relation_id: str) -> bytes | None:
        """The part that `source` names by a relationship's id; None for one outside the file."""
        relation = self.relations(source).get(relation_id)
        return self.read(relation.target) if relation and not relation.external and self.has(relation.target) else None

    def _content_types(self) -> dict[str, str]:
        """Content types by "/part/name" and by ".extension"."""
        types: dict[str, str] = {}
        for element in self.xml("[content_types].xml"):
            key = element.get("PartName") or f".{element.get('Extension', '')}"
            types[key.lower()] = element.get("ContentType", "").lower()
        return types

    def _document(self) -> Any:
        if not self.main:
            raise self.truncated()
        if "macroenabled" in self.content_type(self.main):
            raise self._program.macros()
        document = self.xml(self.main)
        if document.tag != self._program.root:
            raise self._program.other()
        return document

    def _check(self, entries: list[zipfile.ZipInfo]) -> None:
        names = {entry.filename.lower() for entry in entries}
        if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
            raise self._program.macros()
        if any(entry.flag_bits & 1 for entry in entries):
            raise BadDocument("encrypted", "The archive is protected by a password. Remove the password and upload it again.")
        if "[content_types].xml" not in names:
            raise self._program.other()


def unpacked(data: bytes) -> int:
    """Bytes of all parts of an archive once unpacked."""
    return sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(data)).infolist())


def _relation(element: Any, folder: str) -> Relation:
    target = element.get("Target", "").replace("\\", "/")
    external = element.get("TargetMode", "").lower() == "external"
    if not external:
        target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
    return Relation(element.get("Type", "").rsplit("/", 1)[-1], target, external)
