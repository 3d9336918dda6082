"""Books (.epub) to blocks: the chapters in reading order, without the table of contents."""

import re
from collections.abc import Iterator

from causeway.documents.bad import BadDocument
from causeway.documents.content import Block, Content, Tally
from causeway.documents.readers.album import Album
from causeway.documents.readers.epub.package import Chapter, Package
from causeway.documents.readers.html.charsets import decode_page
from causeway.documents.readers.html.reader import read_fragment
from causeway.documents.readers.limits import Limits
from causeway.language.detection import named_language

_VOID = "area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr"
_EMPTY = re.compile(rf"<(?!(?:{_VOID})\b)([A-Za-z][\w:-]*)((?:\s[^<>]*?)?)/>", re.IGNORECASE)
_PREFIXED = re.compile(r"<(/?)(?:x?html|h|xhtml):(?=[a-z])")
_UNREAD = 1_500  # characters that a missing chapter is taken to hold


def read_epub(data: bytes, limits: Limits) -> Content:
    """Content of a book. Raises BadDocument: truncated, zip_bomb, encrypted, not_epub, too_long."""
    package = Package(data, limits)
    report: list[Tally] = []
    album = Album(limits)
    blocks = [Block("text", f"By {', '.join(package.creators)}")] if package.creators else []
    room = limits.characters
    for chapter in package.chapters:
        read = list(_blocks(package, chapter, report, album))
        room -= sum(len(block.text) for block in read)
        if room < 0:
            raise BadDocument("too_long", f"The book has more than {limits.characters:,} characters. Split it into parts.")
        blocks += read
    return album.put_into(Content(package.title or None, blocks, named_language(package.language), report))


def _blocks(package: Package, chapter: Chapter, report: list[Tally], album: Album) -> Iterator[Block]:
    """A chapter. Where it has no heading, it is headed as the table of contents calls it."""
    if not package.has(chapter.name) or not chapter.is_page:
        missing = "is missing in the file" if chapter.is_page else "is not in a format that is read"
        report.append(Tally("objects", 0, 1, f"A chapter of the book {missing}.", _UNREAD if chapter.is_page else 0))
        return
    text, undecoded = decode_page(package.read(chapter.name))

    def keep(address: str) -> str | None:
        data = package.beside(chapter.name, address)
        return album.of_address(address) if data is None else album.add(data)

    content = read_fragment(as_html(text), keep)
    report += [*undecoded, *content.report]
    if chapter.label and content.blocks and all(block.kind != "heading" for block in content.blocks):
        yield Block("heading", chapter.label, 1)
    yield from content.blocks


def as_html(text: str) -> str:
    """XHTML as HTML has it: an element that closes itself gets an end tag, or all that follows would be in it."""
    return _EMPTY.sub(r"<\1\2></\1>", _PREFIXED.sub(r"<\1", text))
