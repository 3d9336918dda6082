"""What a reader makes of a file: a title and blocks in reading order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from causeway.documents.picture import Picture
from causeway.documents.recognition import NOT_NEEDED, Recognition

Kind = Literal["heading", "text", "table", "code"]
Part = Literal[
    "pages",
    "sheets",
    "slides",
    "attachments",
    "pictures",
    "headers",
    "fields",
    "comments",
    "notes",
    "hidden text",
    "objects",
    "furniture",
    "characters",
    "language",
    "instructions",
    "personal data",
    "text",
]


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item, table row or code block.

    text: plain text; a table row carries its header as "Column: value; Column: value".
    level: 1 (outermost) to 6 of a heading, 0 otherwise.
    page: counted from 1, where the format has pages.
    pictures: ids of those that are shown here. A reader gives a block without text for a picture between two others.
    caption: whether the text tells what a picture shows.
    """

    kind: Kind
    text: str
    level: int = 0
    page: int | None = None
    pictures: tuple[str, ...] = ()
    caption: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How much of one part of a document was read, and why the rest was not.

    part: what was counted. "headers" are page headers and footers, "furniture" is what repeats around the text (menus, running lines),
    "instructions" are sentences for a language model instead of a reader.
    read, left_out: how many of them.
    why: one sentence for the uploader; empty when there is nothing to tell.
    lost: characters of visible text in what was left out, estimated where they cannot be counted; 0 for what a reader does not see.
    Data class: confidential; part, read, left_out, lost: internal.
    """

    part: Part
    read: int
    left_out: int = 0
    why: str = ""
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Content:
    """A document's words, and the report of its reading.

    language: an ISO 639-1 code that the file itself names, or None.
    report: one tally for each part the document has and each reason for leaving some of it out.
    recognition: of the pages that are pictures; where it has pages waiting, a later call with its pages goes on.
    pictures: that are shown beside the text, each once.
    """

    title: str | None
    blocks: Sequence[Block] = field(default_factory=tuple)
    language: str | None = None
    report: Sequence[Tally] = ()
    recognition: Recognition = NOT_NEEDED
    pictures: Sequence[Picture] = ()

    def characters(self) -> int:
        return sum(len(block.text) for block in self.blocks)


def grouped(blocks: Sequence[Block]) -> list[Block]:
    """Adjacent lines of code as one block, adjacent list items ("- ...") of a page as one list."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if last is not None and _belong(last, block):
            pictures = (*last.pictures, *block.pictures)
            joined[-1] = Block(block.kind, f"{last.text}\n{block.text}", page=last.page, pictures=pictures)
        else:
            joined.append(block)
    return joined


def _belong(last: Block, block: Block) -> bool:
    if last.kind != block.kind or last.page != block.page:
        return False
    return block.kind == "code" or (block.kind == "text" and last.text.startswith("- ") and block.text.startswith("- "))
