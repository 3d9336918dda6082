"""Word (.docx) to blocks: headings by style or outline level, lists, tables, code by style, text boxes and footnotes."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from causeway.documents.bad import BadDocument
from causeway.documents.content import Block, Content, grouped, table
from causeway.documents.readers.formats import macros
from causeway.documents.readers.limits import Limits

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT_BOX = f"{_W}txbxContent"
_SPACES = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_SKIPPED = frozenset({f"{_W}pPr", f"{_W}rPr", f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", _FALLBACK, _TEXT_BOX})
_CODE_STYLES = ("code", "preformatted", "macro text", "listing", "verbatim")


def read_word(data: bytes, limits: Limits) -> Content:
    """Blocks of a .docx file.

    Raises BadDocument: truncated, zip_bomb, macros, encrypted, not_word.
    """
    _check_archive(data, limits)
    document = _open(data)
    body = _Body(document)
    blocks = grouped([block for block in body if block.text.strip()])
    properties = document.core_properties
    titled = next((block.text for block in blocks if block.kind == "heading" and block.level == 1), None)
    language = (properties.language or "")[:2].lower()
    return Content(body.title or properties.title.strip() or titled, blocks, language if language.isalpha() else None)


def _check_archive(data: bytes, limits: Limits) -> None:
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError) as error:
        raise _truncated() from error
    if sum(entry.file_size for entry in entries) > limits.expanded or len(entries) > limits.entries:
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


def _open(data: bytes) -> Any:
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    try:
        return docx.Document(io.BytesIO(data))
    except ValueError as error:
        raise BadDocument("not_word", "The file is an Office file, but no Word document. Export it as .docx or PDF.") from error
    except (PackageNotFoundError, KeyError, XMLSyntaxError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise _truncated() from error


def _style_name(style: Any) -> str:
    return (style.name or "").lower() if style is not None else ""


class _Body:
    """Blocks of the document's body, in its order. title: the first paragraph of the style Title, which is no block."""

    def __init__(self, document: Any) -> None:
        self.title = ""
        self._body = document.element.body
        self._styles = {style.style_id: style for style in document.styles if style.style_id}
        self._footnotes = _footnotes(document)

    def __iter__(self) -> Iterator[Block]:
        yield from self._children(self._body)
        for note in self._footnotes:
            yield Block("text", note)

    def _children(self, parent: Any) -> Iterator[Block]:
        for element in parent:
            if element.tag == f"{_W}p":
                yield self._paragraph(element)
                for box in element.iter(_TEXT_BOX):
                    if not any(ancestor.tag == _FALLBACK for ancestor in box.iterancestors()):
                        yield from self._children(box)
            elif element.tag == f"{_W}tbl":
                yield from table([[_cell(cell) for cell in line.iter(f"{_W}tc")] for line in element.iterchildren(f"{_W}tr")])
            elif element.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}moveTo"}:
                yield from self._children(element)

    def _paragraph(self, element: Any) -> Block:
        text = _text(element)
        style = self._styles.get(_value(element, "pStyle"))
        name = _style_name(style)
        if name == "title" and not self.title:
            self.title = " ".join(text.split())
            return Block("heading", "", 1)
        level = self._level(element, style)
        if level:
            return Block("heading", " ".join(text.split()), level)
        if any(word in name for word in _CODE_STYLES):
            return Block("code", text.rstrip())
        if element.find(f"{_W}pPr/{_W}numPr") is not None or name.startswith("list"):
            return Block("text", f"- {text.strip()}" if text.strip() else "")
        return Block("text", text.strip())

    def _level(self, element: Any, style: Any) -> int:
        """1 to 6 of a heading, else 0: by the style's name or an outline level, the style's ancestors included."""
        outline = _value(element, "outlineLvl")
        while style is not None and not outline:
            name = _style_name(style)
            if name == "title":
                return 1
            if name.startswith("heading ") and name[8:].isdigit():
                return min(int(name[8:]), 6)
            outline = _value(style.element, "outlineLvl")
            style = style.base_style
        return min(int(outline) + 1, 6) if outline.isdigit() and int(outline) < 9 else 0


def _value(element: Any, name: str) -> str:
    found = element.find(f"{_W}pPr/{_W}{name}")
    return "" if found is None else found.get(f"{_W}val", "")


def _text(element: Any) -> str:
    """Text of a paragraph with accepted insertions and without deletions, text boxes and field codes."""
    pieces: list[str] = []
    stack = list(reversed(element))
    while stack:
        node = stack.pop()
        if node.tag == f"{_W}t":
            pieces.append(node.text or "")
        elif node.tag in _SPACES:
            pieces.append(_SPACES[node.tag])
        elif node.tag not in _SKIPPED:
            stack.extend(reversed(node))
    return "".join(pieces)


def _cell(cell: Any) -> str:
    return " ".join(" ".join(_text(paragraph) for paragraph in cell.iter(f"{_W}p")).split())


def _footnotes(document: Any) -> list[str]:
    from lxml import etree

    parts = [relation.target_part for relation in document.part.rels.values() if relation.reltype.endswith("/footnotes")]
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    notes = [note for part in parts for note in etree.fromstring(part.blob, parser).iter(f"{_W}footnote")]
    return [text for note in notes if (text := " ".join(_text(note).split()))]
