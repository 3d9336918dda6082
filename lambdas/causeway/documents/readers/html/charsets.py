"""The bytes of an HTML page to text, as browsers decode them. See docs/decisions/082-text-encodings.md."""

import re
from collections.abc import Sequence

from causeway.documents.bad import BadDocument
from causeway.documents.content import Tally
from causeway.documents.readers.decoding import clean, decode, marked

_HEAD = 65_536  # bytes of a page in which its encoding is looked for
_FALLBACKS = {"utf-8", "windows-1252"}
_XML = re.compile(rb"""\s{0,100}<\?xml\s[^>]{0,200}?encoding\s{0,10}=\s{0,10}["']([A-Za-z0-9_.:-]{1,40})["']""")
_WIDE = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
_ASIAN = {"gbk", "gb18030", "big5", "euc-jp", "euc-kr", "shift_jis", "iso-2022-jp", "windows-874"}
_FIRST_OF_THREE_BYTES = "\u0800"
_C1 = re.compile(r"[\x80-\x9f]")  # what WHATWG's single-byte encodings give for bytes that they do not use
_FEW = 1_000  # one character in so many may be undecodable, and is reported; with more the page is refused


def decode_page(data: bytes) -> tuple[str, Sequence[Tally]]:
    """Text of a page that is byte-order-marked, UTF-8, or in the encoding that it declares, and what could not be decoded.

    Raises BadDocument not_utf8 or binary.
    """
    wide = _WIDE.get(data.lstrip(b" \t\r\n")[:2])
    if wide and not marked(data):
        return _utf16(data, wide), ()
    encoding = None if marked(data) else _declared(data)
    if encoding is None or encoding == "utf-8" or _is_utf8(data, encoding):
        return decode(data), ()
    return _legacy(data, encoding)


def _declared(data: bytes) -> str | None:
    """The WHATWG name of the encoding that a page declares in a meta element or in its XML declaration."""
    import turbohtml

    head = turbohtml.parse(data[:_HEAD], positions=False)
    name = (head.encoding or "").lower()
    if head.encoding_confidence == "certain" or name not in _FALLBACKS:
        return name
    found = _XML.match(data)
    return _known(found.group(1).decode()) if found else None


def _known(label: str) -> str | None:
    """The WHATWG name for a label, None for an unknown one."""
    import turbohtml

    head = turbohtml.parse(f'<meta charset="{label}">'.encode(), positions=False)
    return (head.encoding or "").lower() if head.encoding_confidence == "certain" else None


def _is_utf8(data: bytes, declared: str) -> bool:
    """Whether a page was saved as UTF-8 without a change of its declaration. Asian words can look as if; real ones are longer."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return declared not in _ASIAN or max(text, default="") >= _FIRST_OF_THREE_BYTES


def _utf16(data: bytes, codec: str) -> str:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise BadDocument("binary", "The file is not text: it holds NUL bytes. Export the document as text, Markdown, HTML, PDF or .docx.")
    return clean(text)


def _legacy(data: bytes, encoding: str) -> tuple[str, Sequence[Tally]]:
    import turbohtml.detect  # noqa: F401  # registers the codecs of the WHATWG

    text = data.decode(f"whatwg-{encoding}")
    lost = text.count("\ufffd") + len(_C1.findall(text))
    if lost * _FEW > len(text):
        raise BadDocument(
            "not_utf8",
            f"The page declares the encoding {encoding}, and {lost:,} of its characters are not in it. "
            "Save it with the encoding UTF-8 and upload it again.",
        )
    why = f"The page declares the encoding {encoding}, and {lost:,} of its characters are not in it; they are left out."
    return clean(text), [Tally("characters", len(text) - lost, lost, why, lost)] if lost else []
