"""Word (.docx) to blocks: the body with its clause numbers, lists, tables, notes and formulas, and the page headers once each."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from causeway.documents.content import Block, Content, grouped
from causeway.documents.readers.album import Album, Crop
from causeway.documents.readers.formats import Format
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.office.package import Package
from causeway.documents.readers.office.programs import WORD
from causeway.documents.readers.word.chunks import Chunks
from causeway.documents.readers.word.findings import Findings
from causeway.documents.readers.word.headers import Headers
from causeway.documents.readers.word.inline import Inline
from causeway.documents.readers.word.notes import Notes
from causeway.documents.readers.word.numbering import Numbering
from causeway.documents.readers.word.paper import Paper
from causeway.documents.readers.word.story import Item, Line, Story
from causeway.documents.readers.word.styles import Styles
from causeway.documents.readers.word.tables import blocks_of_table, lines_of_table
from causeway.documents.readers.word.xml import W

PartReader = Callable[[Format, bytes, Limits], Content]


def read_word(data: bytes, limits: Limits, read_part: PartReader | None = None) -> Content:
    """Content of a .docx file.

    read_part: reads an inserted document (w:altChunk) of another format; None when this document is itself inserted,
    so that what is inserted in it is reported and not read.
    Raises BadDocument: truncated, zip_bomb, macros, encrypted, not_word, unread_part.
    """
    return _Document(Package(data, limits, WORD), limits, read_part).content()


class _Document:
    def __init__(self, package: Package, limits: Limits, read_part: PartReader | None) -> None:
        self._package = package
        self._findings, self._album = Findings(), Album(limits)
        self._styles = Styles(package.related(package.main, "styles"))
        self._paper = Paper(package)
        self._numbering = Numbering(package.related(package.main, "numbering"), self._styles)
        self._notes = Notes(package, self._findings, self._text)
        self._chunks = Chunks(package, self._findings, replace(limits, expanded=limits.expanded - package.size), _with_word(read_part))
        self._titles: list[str] = []

    def content(self) -> Content:
        body = self._package.document.find(f"{W}body")
        blocks = grouped(list(_arranged(self._read(self._package.main, body)))) if body is not None else []
        title = next(iter(self._titles), "") or self._package.said("title").strip() or self._chunks.title or _first_heading(blocks)
        framed = [*Headers(self._package, self._findings, self._texts).blocks(body, title), *blocks] if body is not None else []
        self._chunks.check(framed)
        self._count_rest()
        report = [*self._findings.report(), *self._chunks.report, *self._album.report()]
        pictures = [*self._album.pictures(), *self._chunks.pictures]
        return Content(title, framed, self._package.language, report, pictures=pictures)

    def _read(self, part: str, container: Any, pages: bool = True) -> Iterator[Line]:
        resolver, keep = self._package.resolver(part), partial(self._keep, part) if part == self._package.main else _keep_none
        inline = Inline(container, self._styles, self._findings, self._notes.text, resolver, keep, self._paper, pages)
        tables = blocks_of_table if pages else lines_of_table
        return Story(inline, self._styles, self._numbering, self._titles, partial(self._chunks.blocks, part), tables).lines(container)

    def _texts(self, part: str, container: Any) -> list[str]:
        """The lines of a page header, page numbers marked."""
        return [line.text for line in self._read(part, container, pages=False)]

    def _text(self, part: str, container: Any) -> str:
        """A note in one line."""
        return " ".join(" ".join(line.text.split()) for line in self._read(part, container))

    def _keep(self, part: str, relation: str, crop: Crop, points: tuple[float, float] | None) -> str | None:
        data = self._package.related_bytes(part, relation)
        return None if data is None else self._album.add(data, crop=crop, points=points)

    def _count_rest(self) -> None:
        comments = self._package.related(self._package.main, "comments")
        if comments is not None:
            self._findings.add("comments", sum(1 for _ in comments.iterchildren(f"{W}comment")))
        self._findings.add("numbers unknown", self._numbering.unknown, 4 * self._numbering.unknown)
        self._notes.count_unused()


def _keep_none(*_: object) -> None:
    """Page headers show logos, and notes stand in the middle of other text."""


def _with_word(read_part: PartReader | None) -> PartReader | None:
    """`read_part`, with Word files read here and nothing inserted in them."""
    if read_part is None:
        return None
    return lambda kind, data, limits: read_word(data, limits) if kind == "word" else read_part(kind, data, limits)


def _first_heading(blocks: Iterable[Block]) -> str | None:
    return next((block.text for block in blocks if block.kind == "heading" and block.level == 1), None)


def _arranged(lines: Iterable[Line]) -> Iterator[Block]:
    """Lines to blocks: neighbouring list items as one, an item to a line, deeper ones indented."""
    items: list[Item] = []
    for line in lines:
        if isinstance(line, Item):
            items.append(line)
            continue
        yield from _listed(items)
        items = []
        yield line
    yield from _listed(items)


def _listed(items: list[Item]) -> list[Block]:
    if not items:
        return []
    outermost = min(item.depth for item in items)
    return [Block("text", "\n".join(f"{'  ' * (item.depth - outermost)}{item.text}" for item in items))]
