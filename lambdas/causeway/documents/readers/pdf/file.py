"""A PDF as PDFium opens it: whether it may be read, its title, and a copy of it as it was changed."""

import ctypes
import io
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from causeway.documents.bad import BadDocument
from causeway.documents.readers.limits import Limits

logging.getLogger("pypdfium2").setLevel(logging.ERROR)
_END_BYTES = 2048
_JUNK_TITLE = re.compile(r"^(microsoft (word|powerpoint)|untitled|slide \d|.*\.(docx?|indd|tex|pdf|dvi|html?)$|[\W\d_]*$)", re.IGNORECASE)
_LOCKED = re.compile(r"password|security", re.IGNORECASE)
_ENCRYPTED = "The PDF is protected by a password. Remove the password and upload it again."
_DAMAGED = "The PDF is damaged and cannot be opened. Export or print it to a new PDF and upload that."
_XFA = "The PDF is an XFA form, which only Adobe software can draw. Print it to a PDF there and upload that."


@contextmanager
def opened(data: bytes, limits: Limits) -> Iterator[Any]:
    """A pypdfium2.PdfDocument with its form, closed at the end.

    Raises BadDocument: truncated, encrypted, damaged, too_many_pages, xfa_form.
    """
    tail = data.rstrip(b"\0\r\n\t ")[-_END_BYTES:]
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise BadDocument("truncated", "The PDF ends too early; the upload or an earlier copy was cut off. Upload the whole file again.")
    document = _open(data)
    try:
        _check(document, limits)
        yield document
    finally:
        document.close()


def title_of(document: Any) -> str | None:
    """The title that the file names, unless a program made it up."""
    named = str(document.get_metadata_dict().get("Title", "")).strip()
    return None if _JUNK_TITLE.match(named) else named


def saved(document: Any) -> bytes:
    """The document as it is now, without encryption."""
    file = io.BytesIO()
    document.save(file, flags=pdfium.FPDF_REMOVE_SECURITY)
    return file.getvalue()


def utf16(call: Callable[..., int], *arguments: Any) -> str:
    """The text that a function of PDFium writes as UTF-16 into a buffer, which it takes after `arguments`."""
    length = call(*arguments, None, 0)
    if length <= 2:
        return ""
    buffer = ctypes.create_string_buffer(length)
    call(*arguments, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
    return buffer.raw[: length - 2].decode("utf-16-le", errors="replace")


def _open(data: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = _LOCKED.search(str(error))
        raise (BadDocument("encrypted", _ENCRYPTED) if locked else BadDocument("damaged", _DAMAGED)) from error


def _check(document: Any, limits: Limits) -> None:
    if len(document) > limits.pages:
        raise BadDocument("too_many_pages", f"The PDF has {len(document):,} pages; at most {limits.pages:,} are read. Split it.")
    form = document.get_formtype()
    if form == pdfium.FORMTYPE_XFA_FULL:
        raise BadDocument("xfa_form", _XFA)
    if form != pdfium.FORMTYPE_NONE:
        document.init_forms()
