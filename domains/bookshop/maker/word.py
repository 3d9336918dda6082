"""Writes a source as a Word document with real heading, list and table styles."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document
from docx.text.paragraph import Paragraph

from domains.bookshop.maker.blocks import Block, Source, Span

WRITTEN = datetime(2026, 1, 5, 9, 0)
STYLES = {"paragraph": "Normal", "bullet": "List Bullet", "number": "List Number"}


def make_word(source: Source, path: Path) -> None:
    """Write the document to `path`; dates inside are fixed, so that the same source gives the same parts."""
    document = docx.Document()
    properties = document.core_properties
    properties.title, properties.author = source.settings["title"], source.settings["author"]
    properties.created = properties.modified = WRITTEN
    document.sections[0].header.paragraphs[0].text = source.settings["title"]
    for block in source.blocks:
        _write_block(document, block)
    buffer = BytesIO()
    document.save(buffer)
    _copy_without_times(buffer, path)


def _write_block(document: Document, block: Block) -> None:
    if block.kind == "table":
        _write_table(document, block)
    elif block.kind == "heading":
        _write_spans(document.add_heading(level=block.level), block.spans)
    else:
        _write_spans(document.add_paragraph(style=STYLES[block.kind]), block.spans)


def _write_table(document: Document, block: Block) -> None:
    table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
    for row in block.rows:
        for cell, spans in zip(table.add_row().cells, row, strict=True):
            _write_spans(cell.paragraphs[0], spans)
    document.add_paragraph()


def _write_spans(paragraph: Paragraph, spans: list[Span]) -> None:
    for span in spans:
        run = paragraph.add_run(span.text)
        run.bold, run.italic = span.bold or None, span.italic or None


def _copy_without_times(archive: BytesIO, path: Path) -> None:
    """Copy a zip archive, giving every entry one fixed time."""
    with ZipFile(archive) as read, ZipFile(path, "w", ZIP_DEFLATED) as written:
        for entry in read.infolist():
            written.writestr(ZipInfo(entry.filename, WRITTEN.timetuple()[:6]), read.read(entry), ZIP_DEFLATED)
