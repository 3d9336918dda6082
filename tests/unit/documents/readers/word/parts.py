"""A small writer of Word files: the tests give the XML of the parts."""

import io
import posixpath
import zipfile
from collections.abc import Mapping

from causeway.documents.content import Block, Content, Tally
from causeway.documents.readers.reading import read

MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": KINDS,
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "adec": "http://schemas.microsoft.com/office/drawing/2017/decorative",
    "x99": "http://example.org/unknown",
}


def docx(
    body: str,
    *,
    styles: str = "",
    numbering: str = "",
    parts: Mapping[str, str | bytes] | None = None,
    links: Mapping[str, str] | None = None,
    types: Mapping[str, str] | None = None,
    main: str = "word/document.xml",
    external: str = "",
) -> bytes:
    """A .docx file.

    parts: further parts by name in the folder of the main part; text is wrapped in no root. links: relationships of the main
    part, "id kind" to a part's name or, for the id `external`, an address. types: content types by ending.
    """
    folder = posixpath.dirname(main)
    files: dict[str, str | bytes] = {main: root("document", f"<w:body>{body}</w:body>")}
    related = dict(links or {})
    for name, inner in (("styles", styles), ("numbering", numbering)):
        if inner:
            files[posixpath.join(folder, f"{name}.xml")] = root(name, inner)
            related[f"rId_{name} {name}"] = f"{name}.xml"
    files |= {posixpath.join(folder, name): content for name, content in (parts or {}).items()}
    files[posixpath.join(folder, "_rels", f"{posixpath.basename(main)}.rels")] = relationships(related, external)
    files["_rels/.rels"] = relationships({"rId1 officeDocument": main})
    files["[Content_Types].xml"] = _content_types({"xml": "application/xml", "rels": "application/xml", **(types or {})}, main)
    return packed(files)


def packed(files: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def root(name: str, inner: str, prefix: str = "w") -> str:
    declared = " ".join(f'xmlns:{short}="{uri}"' for short, uri in SPACES.items())
    return f"<{prefix}:{name} {declared}>{inner}</{prefix}:{name}>"


def relationships(related: Mapping[str, str], external: str = "") -> str:
    rows = []
    for key, target in related.items():
        name, kind = key.split()
        mode = ' TargetMode="External"' if name == external else ""
        rows.append(f'<Relationship Id="{name}" Type="{KINDS}/{kind}" Target="{target}"{mode}/>')
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{"".join(rows)}</Relationships>'


def _content_types(types: Mapping[str, str], main: str) -> str:
    defaults = "".join(f'<Default Extension="{ending}" ContentType="{kind}"/>' for ending, kind in types.items())
    override = f'<Override PartName="/{main}" ContentType="{MAIN}"/>'
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{defaults}{override}</Types>'


def p(inner: str, properties: str = "", *, style: str = "") -> str:
    """A paragraph; `inner` without any element is its text."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{inner if inner.startswith('<') else r(inner)}</w:p>"


def r(text: str, properties: str = "") -> str:
    """A run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""


def num(list_id: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'


def tc(inner: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner if inner.startswith('<') else p(inner)}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    """A row; a cell that is not XML is its text."""
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cell if cell.startswith('<') else tc(cell) for cell in cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def content_of(file: bytes) -> Content:
    return read(file, "a.docx")


def blocks_of(file: bytes) -> list[Block]:
    return list(content_of(file).blocks)


def texts_of(file: bytes) -> list[str]:
    return [block.text for block in content_of(file).blocks]


def tally_of(file: bytes, part: str) -> list[Tally]:
    return [tally for tally in content_of(file).report if tally.part == part]
