"""PDF to blocks: text by PDFium, tables of ruled pages by pdfplumber, structure by place and size of type."""

import re
from typing import Any

from causeway.documents.bad import BadDocument
from causeway.documents.content import Content
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.pdf_layout import gutters, in_reading_order, is_split_needed, without_running_lines
from causeway.documents.readers.pdf_page import Page, PageReader
from causeway.documents.readers.pdf_structure import structured
from causeway.documents.readers.pdf_tables import Tables

_END_BYTES = 2048
LEAST_LETTERS = 8  # a page on average, below which pictures of pages are suspected
MOST_UNKNOWN = 0.3  # of the characters
_UNKNOWN = re.compile("[\ue000-\uf8ff\ufffd]")
_JUNK_TITLE = re.compile(r"^(microsoft (word|powerpoint)|untitled|slide \d|.*\.(docx?|indd|tex|pdf|dvi|html?)$|[\W\d_]*$)", re.IGNORECASE)


def read_pdf(data: bytes, limits: Limits) -> Content:
    """Blocks of a PDF with their pages.

    Raises BadDocument: truncated, encrypted, damaged, too_many_pages, no_text_layer, garbled_text.
    """
    import pypdfium2

    tail = data.rstrip(b"\0\r\n\t ")[-_END_BYTES:]
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise BadDocument("truncated", "The PDF ends too early; the upload or an earlier copy was cut off. Upload the whole file again.")
    document = _opened(pypdfium2, data)
    if len(document) > limits.pages:
        raise BadDocument("too_many_pages", f"The PDF has {len(document):,} pages; at most {limits.pages:,} are read. Split it.")
    pages = _pages(document, data, limits)
    _check_text(pages)
    without_running_lines(pages)
    metadata = document.get_metadata_dict()
    title, blocks = structured(pages)
    named = metadata.get("Title", "").strip()
    return Content(title or (None if _JUNK_TITLE.match(named) else named), blocks)


def _opened(pypdfium2: Any, data: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise BadDocument("encrypted", "The PDF is protected by a password. Remove the password and upload it again.") from error
        raise BadDocument("damaged", "The PDF is damaged and cannot be opened. Export or print it to a new PDF and upload that.") from error


def _pages(document: Any, data: bytes, limits: Limits) -> list[Page]:
    reader, ruled, pages = PageReader(), 0, []
    with Tables(data) as tables:
        for number in range(1, len(document) + 1):
            page = _page(document, reader, number)
            if page.ruled and ruled < limits.table_pages:
                ruled += 1
                tables.place(page)
            pages.append(page)
    return pages


def _page(document: Any, reader: PageReader, number: int) -> Page:
    opened = document[number - 1]
    try:
        page = reader.page(opened.raw, number)
        at = gutters(page)
        if at and is_split_needed(page, at):
            page = reader.split(opened.raw, at, number)
        page.lines = in_reading_order(page, at)
        return page
    finally:
        opened.close()


def _check_text(pages: list[Page]) -> None:
    text = "".join(line.text for page in pages for line in page.lines)
    letters = sum(map(str.isalnum, text))
    if not letters or (letters < LEAST_LETTERS * len(pages) and any(page.pictures for page in pages)):
        message = "The PDF holds pictures of pages and no text. Run text recognition (OCR) on it and upload the result."
        raise BadDocument("no_text_layer", message)
    if len(_UNKNOWN.findall(text)) > MOST_UNKNOWN * len(text):
        raise BadDocument("garbled_text", "The PDF does not say which letters its characters are. Export it again with its fonts embedded.")
