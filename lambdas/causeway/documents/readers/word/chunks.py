"""Documents inserted into a Word file as they are (w:altChunk), which Word merges when it opens the file."""

import codecs
import email
import email.policy
from collections.abc import Callable, Sequence
from dataclasses import replace
from email.message import EmailMessage

from causeway.documents.bad import BadDocument
from causeway.documents.content import Block, Content, Tally
from causeway.documents.picture import Picture
from causeway.documents.readers.formats import Format
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.office.package import Package, unpacked
from causeway.documents.readers.word.findings import Findings

_MAIL = ("message/rfc822", "multipart/related", "mimearchive", ".mht")
_FORMATS: tuple[tuple[str, Format], ...] = (
    ("html", "html"), (".htm", "html"), ("text/plain", "text"), (".txt", "text"), ("wordprocessingml", "word"), (".docx", "word"),
)  # fmt: skip
_MARK = codecs.BOM_UTF8
_VISIBLE = 0.5  # of an unread part's bytes, what may be visible text


class Chunks:
    """limits: of what all inserted documents may hold together. read_part: None where nothing more may be inserted."""

    def __init__(
        self, package: Package, findings: Findings, limits: Limits, read_part: Callable[[Format, bytes, Limits], Content] | None
    ) -> None:
        self._package, self._findings, self._limits, self._read_part = package, findings, limits, read_part
        self.title = ""  # of the first inserted document that has one
        self.report: list[Tally] = []
        self.pictures: list[Picture] = []

    def blocks(self, source: str, relation_id: str) -> list[Block]:
        """Blocks of the document that the part `source` inserts by this relationship."""
        relation = self._package.relations(source).get(relation_id)
        if relation is None or relation.external or not self._package.has(relation.target):
            self._findings.add("parts unread")
            return []
        data = self._package.read(relation.target)
        try:
            content = self._read(data, f"{self._package.content_type(relation.target)} {relation.target.lower()}")
        except BadDocument:
            self._findings.add("parts unread", lost=int(len(data) * _VISIBLE))
            return []
        self._findings.add("parts")
        self.title = self.title or content.title or ""
        self.report.extend(content.report)
        self.pictures.extend(content.pictures)
        return list(content.blocks)

    def _read(self, data: bytes, told: str) -> Content:
        """told: content type and name of the part. Raises BadDocument, here also when nothing may be read any more."""
        kind = next((kind for word, kind in _FORMATS if word in told), None)
        if any(word in told for word in _MAIL):
            kind, data = "html", _page_of_mail(data)
        if kind is None or self._read_part is None:
            raise BadDocument("unread_part", "An inserted document is in a format that is not read.")
        content = self._read_part(kind, data, self._limits)
        if kind == "word":
            self._limits = replace(self._limits, expanded=self._limits.expanded - unpacked(data))
        return content

    def check(self, blocks: Sequence[Block]) -> None:
        """Raises BadDocument unread_part when all the text of the document is in parts that could not be read."""
        if self._findings["parts unread"] and not any(character.isalnum() for block in blocks for character in block.text):
            raise BadDocument(
                "unread_part",
                "The text is in an inserted document that cannot be read here. Open the file in Word, save it again and upload that.",
            )


def _page_of_mail(data: bytes) -> bytes:
    """The HTML page of a web archive (.mht), in UTF-8. Raises BadDocument when it has none."""
    message = email.message_from_bytes(data, _class=EmailMessage, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() in {"text/html", "application/xhtml+xml"}:
            payload = part.get_payload(decode=True)
            page = payload if isinstance(payload, bytes) else b""
            charset = part.get_content_charset()
            return _MARK + page.decode(charset, errors="replace").encode() if charset and _known(charset) else page
    raise BadDocument("unread_part", "An inserted web archive holds no page.")


def _known(charset: str) -> bool:
    try:
        return bool(codecs.lookup(charset))
    except LookupError:
        return False
