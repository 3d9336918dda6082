"""Which reader a file wants, by its name, and whether its first bytes agree."""

from typing import Literal

from causeway.documents.bad import BadDocument
from causeway.documents.readers.foreign import old_format, refusal
from causeway.documents.readers.office.programs import EXCEL, POWERPOINT, WORD, Program

Format = Literal["pdf", "word", "excel", "powerpoint", "csv", "mail", "epub", "html", "markdown", "text", "picture", "bundle"]

EXTENSIONS: dict[str, Format] = {
    ".pdf": "pdf",
    ".docx": "word",
    ".xlsx": "excel",
    ".pptx": "powerpoint",
    ".csv": "csv",
    ".tsv": "csv",
    ".eml": "mail",
    ".epub": "epub",
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".zip": "bundle",
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp"), "picture"),
}

_OFFICE: dict[Format, Program] = {"word": WORD, "excel": EXCEL, "powerpoint": POWERPOINT}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_BINARY: dict[bytes, str] = {
    b"PK\x03\x04": "a ZIP archive (as .docx, .xlsx and .zip files are)",
    b"PK\x05\x06": "an empty ZIP archive",
    _OLE: "an old or encrypted Microsoft Office file",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"II*\0": "a TIFF image",
    b"MM\0*": "a TIFF image",
    b"RIFF": "a WebP image, sound or film",
    b"GIF8": "a GIF image",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"{\\rtf": "an RTF document",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
}
_IMAGES = tuple(_BINARY[magic] for magic in (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"RIFF"))
_ZIPPED = (_BINARY[b"PK\x03\x04"],)
_HELD_BY: dict[Format, tuple[str, ...]] = {
    "pdf": ("a PDF",),
    "picture": _IMAGES,
    "epub": _ZIPPED,
    "bundle": _ZIPPED,
    **dict.fromkeys(_OFFICE, _ZIPPED),
}


def extension(name: str) -> str:
    """ ".pdf" of "a/b/Guide.PDF", "" when there is none."""
    last = name.rsplit("/", 1)[-1]
    return f".{last.rsplit('.', 1)[-1].lower()}" if "." in last else ""


def allowed() -> str:
    """The extensions as a sentence names them."""
    *most, last = EXTENSIONS
    return f"{', '.join(most)} or {last}"


def format_of(name: str, data: bytes) -> Format:
    """The format of a file by its name, checked against its bytes.

    Raises BadDocument: empty, unsupported, macros, encrypted, legacy_word, foreign_format, archive, picture, wrong_extension.
    """
    suffix = extension(name)
    if not data.strip():
        raise BadDocument("empty", "The file has no content. Upload the file again; the upload may have been cut off.")
    if suffix not in EXTENSIONS:
        raise refusal(suffix) or BadDocument(
            "unsupported", f"Files ending in {suffix or 'nothing'} are not read. Upload a file ending in {allowed()}."
        )
    _check(EXTENSIONS[suffix], suffix, data)
    return EXTENSIONS[suffix]


def _check(wanted: Format, suffix: str, data: bytes) -> None:
    found = _binary(data)
    program = _OFFICE.get(wanted)
    if program and found == _BINARY[_OLE]:
        raise _ole(data, program)
    if found not in _HELD_BY.get(wanted, (None,)):
        holds = found or "text"
        raise BadDocument("wrong_extension", f"The name ends in {suffix}, but the file holds {holds}. Rename it or export it again.")


def _binary(data: bytes) -> str | None:
    if b"%PDF-" in data[:1024]:
        return "a PDF"
    return next((name for magic, name in _BINARY.items() if data.startswith(magic)), None)


def _ole(data: bytes, program: Program) -> BadDocument:
    if _ENCRYPTED_PACKAGE in data:
        return program.encrypted()
    return old_format(program)
