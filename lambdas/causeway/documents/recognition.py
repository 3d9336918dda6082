"""What the recognition of pictures gives, page by page; a later call goes on where an earlier one ended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import TypeAdapter
from pydantic_core import to_json

Recogniser = Literal["Tesseract", "Textract"]
Size = tuple[int, int]  # width and height in pixels
HARDLY = 50.0  # confidence below which a line is noise beside the writing
ELSEWHERE_PAGES = 3000  # of a document that another service takes
ELSEWHERE_SHARE = 0.5  # of its pages, at least, that are pictures: the service is paid for all


@dataclass(frozen=True, slots=True)
class Run:
    """Words side by side on a line, in pixels of the page's upright picture from its top left corner.

    y: of the baseline. size: of the type.
    x: where they begin. length: in pixels.
    Data class: confidential; x, y, length, size: internal.
    """

    text: str
    x: float
    y: float
    length: float
    size: float


@dataclass(frozen=True, slots=True)
class RecognisedPage:
    """One page's picture as it was read.

    width, height: of the upright picture, in pixels. confidence: 0 to 100, the mean over the characters; None without writing.
    unsure: letters and digits of lines left out because they are hardly recognised.
    script: of writing in other letters, None if it is not known.
    trouble: why there is no picture or no result, "" otherwise. by: what has recognised it.
    number: of the page, from 1. runs: the words.
    Data class: confidential; number, width, height, confidence, unsure, script, trouble, by: internal.
    """

    number: int
    width: int = 0
    height: int = 0
    confidence: float | None = None
    runs: Sequence[Run] = ()
    unsure: int = 0
    script: str | None = None
    trouble: str = ""
    by: Recogniser = "Tesseract"

    @property
    def characters(self) -> int:
        return sum(len(run.text) for run in self.runs) + self.unsure

    def is_sure(self, floor: float) -> bool:
        """Whether it has writing, recognised with at least that confidence."""
        return self.confidence is not None and self.confidence >= floor


@dataclass(frozen=True, slots=True)
class Recognition:
    """Of a document. pages: in order, `new` of them recognised now. waiting: numbers of the pages for which the time was too short.

    floor: the least confidence of a page that is read.
    elsewhere: the waiting pages are for another service; the picture of each has the size that `elsewhere` gives, by its number.
    """

    pages: Sequence[RecognisedPage] = ()
    waiting: Sequence[int] = ()
    floor: float = 0.0
    new: int = 0
    elsewhere: Mapping[int, Size] = field(default_factory=dict)

    @property
    def goes_on(self) -> bool:
        """Whether another call that knows these pages, or more of them, would read more."""
        return bool(self.waiting and (self.new or self.elsewhere))

    @property
    def sure(self) -> list[RecognisedPage]:
        return [page for page in self.pages if page.is_sure(self.floor)]


def is_for_elsewhere(wanted: int, pages: int) -> bool:
    """Whether a document of so many pages, of which so many are pictures, is given to another service."""
    return pages <= ELSEWHERE_PAGES and wanted >= ELSEWHERE_SHARE * pages


NOT_NEEDED = Recognition()
_PAGE = TypeAdapter(RecognisedPage)


def page_lines(pages: Iterable[RecognisedPage]) -> bytes:
    """The pages as JSON lines, to be kept until the document's next call."""
    return b"".join(to_json(page) + b"\n" for page in pages)


def pages_in(lines: bytes) -> list[RecognisedPage]:
    """Raises pydantic.ValidationError for a line that is no page."""
    return [_PAGE.validate_json(line) for line in lines.splitlines()]
