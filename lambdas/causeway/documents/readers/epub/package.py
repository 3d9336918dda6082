"""A book: its archive, what it is called, and its chapters in reading order."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from lxml import etree

from causeway.documents.bad import BadDocument
from causeway.documents.readers.archives import DAMAGED, check_size, opened
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.xml import tree

_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/xml", "text/x-oeb1-document"})
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")  # fonts may be hidden from copying


@dataclass(frozen=True, slots=True)
class Chapter:
    """One item of the spine. name: in the archive. label: by the table of contents, "" where it has none. is_page: it is XHTML."""

    name: str
    label: str
    is_page: bool


class Package:
    """title, creators, language: as the book says. chapters: without the table of contents.

    Raises BadDocument: truncated, zip_bomb, encrypted, not_epub.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._archive = opened(data, _truncated)
        entries = self._archive.infolist()
        check_size(entries, limits)
        self._names = {entry.filename: entry for entry in entries}
        root = self._root()
        self._folder = posixpath.dirname(root)
        document = self._xml(root)
        self.title, self.language = _said(document, "title"), _said(document, "language")
        self.creators = [" ".join((each.text or "").split()) for each in document.iter("{*}creator") if (each.text or "").strip()]
        self._items = {item.get("id", ""): item for item in document.iterfind("{*}manifest/{*}item")}
        self.chapters = list(self._spine(document))
        sealed = self._sealed()
        if any(chapter.name in sealed for chapter in self.chapters):
            raise BadDocument("encrypted", "The book is protected against copying. Upload a copy without that protection.")

    def has(self, name: str) -> bool:
        return name in self._names

    def read(self, name: str) -> bytes:
        """Raises BadDocument: truncated, encrypted."""
        entry = self._names[name]
        if entry.flag_bits & 1:
            raise BadDocument("encrypted", "The archive is protected by a password. Remove the password and upload it again.")
        try:
            return self._archive.read(entry)
        except DAMAGED as error:
            raise _truncated() from error

    def beside(self, chapter: str, address: str) -> bytes | None:
        """The file that a chapter names by an address in the book; None for one elsewhere."""
        if "://" in address or address.startswith("data:"):
            return None
        name = self._resolved(address, posixpath.dirname(chapter))
        return self.read(name) if self.has(name) else None

    def _root(self) -> str:
        if "META-INF/container.xml" not in self._names:
            raise BadDocument("not_epub", "The file is an archive, but no book in the format EPUB. Export it as .epub or PDF.")
        for each in self._xml("META-INF/container.xml").iter("{*}rootfile"):
            path = str(each.get("full-path", ""))
            if path in self._names:
                return path
        raise _truncated()

    def _xml(self, name: str) -> Any:
        try:
            return tree(self.read(name))
        except etree.XMLSyntaxError as error:
            raise _truncated() from error

    def _path(self, item: Any) -> str:
        return self._resolved(item.get("href", ""), self._folder)

    def _resolved(self, link: str, folder: str) -> str:
        return posixpath.normpath(posixpath.join(folder, unquote(link.partition("#")[0])))

    def _spine(self, document: Any) -> Iterator[Chapter]:
        contents = [item for item in self._items.values() if "nav" in item.get("properties", "").split()]
        labels = self._labels(document, contents)
        left_out = {self._path(item) for item in contents}
        for reference in document.iterfind("{*}spine/{*}itemref"):
            item = self._items.get(reference.get("idref", ""))
            if item is not None and (name := self._path(item)) not in left_out:
                yield Chapter(name, labels.get(name, ""), item.get("media-type", "") in _PAGES)

    def _labels(self, document: Any, contents: list[Any]) -> dict[str, str]:
        """What the table of contents calls each file: of EPUB 3, or the older one (NCX)."""
        labels: dict[str, str] = {}
        spine = document.find("{*}spine")
        older = self._items.get("" if spine is None else spine.get("toc", ""))
        for item in [*contents, *([older] if older is not None else [])]:
            name = self._path(item)
            if name not in self._names:
                continue
            try:
                root = self._xml(name)
            except BadDocument:
                continue
            for link, label in _links(root):
                labels.setdefault(self._resolved(link, posixpath.dirname(name)), label)
        return labels

    def _sealed(self) -> frozenset[str]:
        """The files that are encrypted."""
        if "META-INF/encryption.xml" not in self._names:
            return frozenset()
        sealed = set()
        for each in self._xml("META-INF/encryption.xml").iter("{*}EncryptedData"):
            method = each.find("{*}EncryptionMethod")
            if method is None or method.get("Algorithm") not in _FONTS:
                sealed |= {unquote(reference.get("URI", "")) for reference in each.iter("{*}CipherReference")}
        return frozenset(sealed)


def _links(contents: Any) -> Iterator[tuple[str, str]]:
    """Links and labels of a table of contents, each file's first one first."""
    for anchor in contents.iter("{*}a"):
        yield anchor.get("href", ""), " ".join("".join(anchor.itertext()).split())
    for point in contents.iter("{*}navPoint"):
        link, label = point.find("{*}content"), point.findtext("{*}navLabel/{*}text")
        if link is not None:
            yield link.get("src", ""), " ".join((label or "").split())


def _said(document: Any, name: str) -> str:
    """The first value of a field of the metadata."""
    return next((" ".join((each.text or "").split()) for each in document.iter(f"{{*}}{name}") if (each.text or "").strip()), "")


def _truncated() -> BadDocument:
    return BadDocument("truncated", "The book is damaged or was cut off. Export it again and upload that.")
