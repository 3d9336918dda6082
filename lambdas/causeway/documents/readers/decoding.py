"""Bytes to text. Nothing is guessed: see docs/decisions/082-text-encodings.md."""

import codecs
import re

from causeway.documents.bad import BadDocument

# UTF-32 first: its little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f-\\x9f]")
_INVISIBLE = "\xad\u200b\ufeff"  # soft hyphen, zero-width space, byte-order mark


def marked(data: bytes) -> bool:
    """Whether a byte-order mark tells the encoding."""
    return any(data.startswith(mark) for mark, _ in _MARKS)


def decode(data: bytes) -> str:
    """Text of a file that is byte-order-marked or UTF-8, in the form of `clean`.

    Raises BadDocument not_utf8, naming the byte, or binary for a file with NUL bytes.
    """
    codec = next((codec for mark, codec in _MARKS if data.startswith(mark)), None)
    if codec is None and b"\0" in data[:65536]:
        raise BadDocument("binary", "The file is not text: it holds NUL bytes. Export the document as text, Markdown, HTML, PDF or .docx.")
    return clean(_decoded(data, codec or "utf-8"))


def clean(text: str) -> str:
    """One kind of line end, spaces for control characters (the form feed stays), no invisible characters."""
    text = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    for character in _INVISIBLE:
        text = text.replace(character, "")
    return text


def _decoded(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        found = f"byte {error.start + 1} (0x{data[error.start]:02X}) is not {codec.upper().removesuffix('-SIG')}"
        message = f"The file is not UTF-8 text: {found}. Save it with the encoding UTF-8 and upload it again."
        raise BadDocument("not_utf8", message) from None
