"""Messages (.eml) to blocks: who wrote to whom, the text, the messages before it, and each attachment by the reader of its format."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from email.message import EmailMessage

from causeway.documents.bad import BadDocument
from causeway.documents.content import Block, Content, Tally
from causeway.documents.picture import Picture
from causeway.documents.readers.decoding import clean
from causeway.documents.readers.foreign import PICTURES
from causeway.documents.readers.formats import EXTENSIONS, Format, extension, format_of
from causeway.documents.readers.html.charsets import decode_page
from causeway.documents.readers.html.reader import read_fragment
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.mail.parts import Part, header, parsed, parts_of, payload_of
from causeway.documents.readers.mail.quoted import split_page, split_text
from causeway.documents.readers.plain import read_text

PartReader = Callable[[Format, bytes, Limits], Content]
_HEADERS = ("From", "To", "Cc", "Date")
_LONGEST = 2_000  # characters of one header
_ATTACHED = 200  # attachments of a message and of those in it
_DEEPEST = 5  # messages attached to messages
_UNREAD = 1_500  # characters that an attachment is taken to hold
_LOWEST = 6  # level of a heading
_EARLIER = "Earlier messages"


def read_mail(data: bytes, limits: Limits, read_part: PartReader) -> Content:
    """Content of a message. read_part: reads an attachment of another format.

    Raises BadDocument: not_mail, encrypted, too_complex.
    """
    message = _Message(limits, read_part)
    return replace(message.content(parsed(data), 0), pictures=message.pictures)


class _Message:
    """Reads one message with those attached to it. Together they share the limits on attachments, unpacked bytes, recognition and
    pictures. pictures: of all attachments.
    """

    def __init__(self, limits: Limits, read_part: PartReader) -> None:
        self._limits, self._read_part = limits, read_part
        self._left = _ATTACHED
        self.pictures: list[Picture] = []

    def content(self, message: EmailMessage, depth: int) -> Content:
        subject = header(message, "Subject")
        report: list[Tally] = []
        texts: list[Block] = []
        attached: list[Block] = []
        for part in parts_of(message):
            if part.attached:
                attached += self._attachment(part, depth, report)
            else:
                texts += self._text(part.message, report)
        head = [Block("heading", subject, 1)] if subject else []
        lines = list(_lines(message, report))
        head += [Block("text", "\n".join(lines))] if lines else []
        return Content(subject or None, [*head, *texts, *attached], None, report)

    def _text(self, message: EmailMessage, report: list[Tally]) -> Iterator[Block]:
        """The blocks of a text; those of earlier messages come below a heading of their own."""
        page = message.get_content_subtype() in {"html", "xhtml+xml"}
        text = _decoded(message, page, report)
        for number, piece in enumerate((split_page if page else split_text)(text)):
            if piece.strip():
                content = read_fragment(piece) if page else read_text(piece)
                report += content.report
                yield from _below(content.blocks, 1 + number, [Block("heading", _EARLIER, 2)] if number and content.blocks else [])

    def _attachment(self, part: Part, depth: int, report: list[Tally]) -> Iterable[Block]:
        ending = extension(part.name)
        picture = EXTENSIONS.get(ending) == "picture"
        if ending in PICTURES or (picture and part.placed):
            report.append(Tally("pictures", 0, 1, f"{part.name} is a picture; words in it were not read."))
            return ()
        try:
            content, below = self._read(part, depth)
        except BadDocument as bad:
            if picture and bad.code == "no_text":
                report.append(Tally("pictures", 0, 1, f"{part.name} is a picture in which no writing was found."))
                return ()
            report.append(Tally("attachments", 0, 1, f"{part.name} was not read. {bad.message}", _UNREAD))
            return ()
        report += [Tally("attachments", 1), *content.report]
        return below

    def _read(self, part: Part, depth: int) -> tuple[Content, list[Block]]:
        """An attachment, and its blocks below a heading with its name. Raises BadDocument."""
        data = payload_of(part.message)
        self._left -= 1
        if self._left < 0 or len(data) > self._limits.expanded:
            raise BadDocument("too_many_attachments", "The message holds more attachments than are read. Save them and upload them.")
        self._limits = replace(self._limits, expanded=self._limits.expanded - len(data))
        if part.message.get_content_type() == "message/rfc822" or extension(part.name) == ".eml":
            if depth >= _DEEPEST:
                raise BadDocument("too_complex", "Messages are attached to messages too many times. Save it and upload it by itself.")
            content = self.content(parsed(data), depth + 1)
            return content, list(_below(content.blocks, 1, []))
        begun = time.monotonic()
        try:
            content = self._read_part(format_of(part.name, data), data, self._limits)
        finally:
            self._limits = replace(self._limits, recognition=self._limits.recognition - (time.monotonic() - begun))
        self.pictures += content.pictures
        used = sum(len(picture.data) for picture in content.pictures)
        left = (self._limits.pictures - len(content.pictures), self._limits.picture_bytes - used)
        self._limits = replace(self._limits, pictures=left[0], picture_bytes=left[1])
        return content, list(_below(content.blocks, 2, [Block("heading", part.name, 2)] if content.blocks else []))


def _lines(message: EmailMessage, report: list[Tally]) -> Iterator[str]:
    for name in _HEADERS:
        value = header(message, name)
        if len(value) > _LONGEST:
            report.append(Tally("headers", 1, 1, f"The line {name} is long and was read in part.", len(value) - _LONGEST))
            value = value[:_LONGEST]
        if value:
            yield f"{name}: {value}"


def _decoded(message: EmailMessage, page: bool, report: list[Tally]) -> str:
    """The text of a part in the encoding that it declares; what is not in it is counted."""
    data, charset = payload_of(message), message.get_content_charset()
    if page and charset is None:
        text, undecoded = decode_page(data)
        report += undecoded
        return text
    try:
        text = data.decode(charset or "utf-8", errors="replace")
    except LookupError:
        text = data.decode("utf-8", errors="replace")
    lost = text.count("\ufffd")
    if lost:
        why = f"{lost:,} characters of the message are not in the encoding {charset or 'utf-8'} and were left out."
        report.append(Tally("characters", len(text) - lost, lost, why, lost))
    return _unwrapped(clean(text), message)


def _unwrapped(text: str, message: EmailMessage) -> str:
    """Lines that the sender's program broke are put together again (RFC 3676)."""
    if "format=flowed" not in header(message, "Content-Type").lower().replace(" ", "").replace('"', ""):
        return text
    lines: list[str] = []
    goes_on = False
    for line in (stuffed.removeprefix(" ") for stuffed in text.split("\n")):
        if goes_on and not line.startswith(">"):
            lines[-1] += line
        else:
            lines.append(line)
        goes_on = line.endswith(" ") and line != "-- " and not line.startswith(">")
    return "\n".join(lines)


def _below(blocks: Iterable[Block], levels: int, above: list[Block]) -> Iterator[Block]:
    """Blocks under `above`, headings lowered by so many levels."""
    yield from above
    for block in blocks:
        yield replace(block, level=min(block.level + levels, _LOWEST)) if block.kind == "heading" else block
