"""The parts of a message: which is its text, and what is attached to it."""

import email.policy
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser

from causeway.documents.bad import BadDocument
from causeway.documents.readers.formats import EXTENSIONS, extension

_POLICY = email.policy.default.clone(raise_on_defect=False)
_MARK = b"\xef\xbb\xbf"
_TEXTS = frozenset({"text/plain", "text/html", "application/xhtml+xml", "message/delivery-status", "text/enriched"})
_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"})
_UNSAID = re.compile(rb"<(style|script|head|title)\b.*?</\1\s*>|<[^<>]*>|&nbsp;", re.IGNORECASE | re.DOTALL)
_LETTER = re.compile(rb"[0-9A-Za-z\x80-\xff]")
_DEEPEST = 50  # parts within parts
_TELLING = ("From", "To", "Subject", "Date", "Received", "Message-ID", "Content-Type", "MIME-Version")


@dataclass(frozen=True, slots=True)
class Part:
    """message: the part with its own headers. attached: it is a file beside the text. name: of the file."""

    message: EmailMessage
    attached: bool = False
    name: str = ""

    @property
    def placed(self) -> bool:
        """Whether the text shows it at some place, as a logo in a signature."""
        return self.message.get_content_disposition() != "attachment" and "Content-ID" in self.message


def parsed(data: bytes) -> EmailMessage:
    """Raises BadDocument not_mail for a file without a message's headers."""
    message = BytesParser(_class=EmailMessage, policy=_POLICY).parsebytes(data.removeprefix(_MARK).lstrip(b"\r\n"))
    if not any(message.get_all(name) for name in _TELLING):
        raise BadDocument("not_mail", "The file ends in .eml, but has no headers of a message. Save the message as .eml again.")
    return message


def header(message: EmailMessage, name: str) -> str:
    """A header in one line, "" where the message has none; as it is written where it is wrong."""
    try:
        value = message.get(name)
    except Exception:  # the parser of headers raises errors of many kinds for wrong ones
        value = next((raw for key, raw in message.raw_items() if key.lower() == name.lower()), "")
    return " ".join(str(value or "").split())


def parts_of(message: EmailMessage, depth: int = 0) -> Iterator[Part]:
    """The parts that say something, in order; of alternatives, the last that is read. Raises BadDocument encrypted or too_complex."""
    kind = message.get_content_type()
    if depth > _DEEPEST:
        raise BadDocument("too_complex", "The parts of the message are nested too deeply. Save its attachments and upload them.")
    if kind in _SEALED:
        raise BadDocument("encrypted", "The message is encrypted. Open it in the mail program, and save or print it without encryption.")
    if kind == "multipart/alternative":
        yield from _alternative(message, depth)
    elif message.is_multipart() and kind.startswith("multipart/"):
        for part in _inner(message):
            yield from parts_of(part, depth + 1)
    elif kind not in _SIGNATURES:
        attached = message.get_content_disposition() == "attachment" or kind not in _TEXTS
        yield Part(message, attached, _name(message, kind) if attached else "")


def _inner(message: EmailMessage) -> list[EmailMessage]:
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, EmailMessage)] if isinstance(payload, list) else []


def _alternative(message: EmailMessage, depth: int) -> Iterator[Part]:
    """HTML where it says anything, with what belongs to it; else what comes first."""
    found = [list(parts_of(part, depth + 1)) for part in _inner(message)]
    pages = [parts for parts in found if any(part.message.get_content_subtype() in {"html", "xhtml+xml"} for part in parts)]
    told = [parts for parts in [*reversed(pages), *found] if any(_has_words(part.message) for part in parts)]
    yield from told[0] if told else []


def _has_words(message: EmailMessage) -> bool:
    return bool(_LETTER.search(_UNSAID.sub(b" ", payload_of(message))))


def _name(message: EmailMessage, kind: str) -> str:
    """The name of a file; its ending by its type, where the name has none that is read."""
    try:
        name = " ".join(str(message.get_filename() or "").split()).replace("\\", "/").rsplit("/", 1)[-1]
    except Exception:
        name = ""
    if kind == "message/rfc822":
        return name or "message.eml"
    guessed = mimetypes.guess_extension(kind) or ""
    if guessed in EXTENSIONS and extension(name) not in EXTENSIONS and not extension(name):
        return f"{name or 'attachment'}{guessed}"
    return name or f"attachment{guessed}"


def payload_of(message: EmailMessage) -> bytes:
    """The bytes of a part; of an attached message, all of it."""
    payload = message.get_payload()
    if isinstance(payload, list):
        inner = [part for part in payload if isinstance(part, EmailMessage)]
        return b"\n".join(part.as_bytes(policy=email.policy.compat32) for part in inner)
    decoded = message.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""
