"""Pages as Amazon Textract recognises them: jobs that it works on by itself, and what they give.

See docs/decisions/245-textract.md.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, TypeAdapter

from causeway.documents.readers.formats import extension
from causeway.documents.recognition import HARDLY, RecognisedPage, Run, Size
from causeway.runtime.dependencies import Dependency

TEXTRACT = Dependency("textract", attempt_seconds=10.0, budget_seconds=20.0, connect_seconds=1.0)
LANGUAGES: Mapping[str, str] = {
    **{"en": "English", "de": "German", "fr": "French"},
    **{"es": "Spanish", "it": "Italian", "pt": "Portuguese"},
}
_MEGABYTE = 1024 * 1024
_MOST_BYTES: Mapping[str, int] = {
    **dict.fromkeys((".pdf", ".tif", ".tiff"), 500 * _MEGABYTE),
    **dict.fromkeys((".png", ".jpg", ".jpeg"), 10 * _MEGABYTE),
}
_DESCENT = 0.2  # of a line's height, below its baseline
_ENCODING = "cp1252"  # of the type that recognised words are set in


class Client(Protocol):
    """botocore's, as far as it is used."""

    def start_document_text_detection(self, **request: Any) -> Any: ...

    def get_document_text_detection(self, **request: Any) -> Any: ...


class Line(BaseModel):
    """One line of a page. corners: of the line as it is read, from its top left one clockwise, as shares of the page's width and height.

    page: its number. confidence: 0 to 100.
    Data class: confidential; page, confidence, corners: internal.
    """

    model_config = ConfigDict(frozen=True)

    page: int
    text: str
    confidence: float
    corners: tuple[tuple[float, float], ...]


LINES = TypeAdapter(list[Line])


@dataclass(frozen=True)
class Answer:
    """A part of what a job gives. pages: of the whole document, which are paid for. unread: numbers of pages that it could not read.

    onward: of the part that follows, None after the last. why: it failed.
    """

    state: Literal["working", "done", "failed"]
    lines: Sequence[Line] = ()
    pages: int = 0
    unread: Sequence[int] = ()
    onward: str | None = None
    why: str = ""


@dataclass(frozen=True)
class Place:
    """An object version in S3."""

    bucket: str
    key: str
    version: str | None


class Textract:
    """Raises Throttled, DependencyUnavailable or DependencyRejected of its dependency."""

    def __init__(self, client: Client, dependency: Dependency, topic: str, role: str) -> None:
        """client: one that has the patience of `dependency`. topic: ARN of where it says that a job is over. role: with which it does."""
        self._client, self._dependency, self._topic, self._role = client, dependency, topic, role

    def start(self, place: Place, token: str) -> str:
        """The id of the job. token: up to 64 letters and digits; the same one with the same place starts no second job."""
        thing: Any = {"Bucket": place.bucket, "Name": place.key, **({"Version": place.version} if place.version else {})}
        answer: Mapping[str, str] = self._dependency.call(
            lambda: self._client.start_document_text_detection(
                DocumentLocation={"S3Object": thing},
                ClientRequestToken=token,
                NotificationChannel={"SNSTopicArn": self._topic, "RoleArn": self._role},
            )
        )
        return answer["JobId"]

    def answer(self, job: str, onward: str | None = None) -> Answer:
        """onward: of an earlier answer, for the part that follows."""
        more: Any = {"NextToken": onward} if onward else {}
        said: Any = self._dependency.call(lambda: self._client.get_document_text_detection(JobId=job, **more))
        if said["JobStatus"] == "IN_PROGRESS":
            return Answer("working")
        if said["JobStatus"] == "FAILED":
            return Answer("failed", why=said.get("StatusMessage") or "no reason was given")
        unread = [page for warning in said.get("Warnings") or () for page in warning.get("Pages") or ()]
        lines = [_line(block) for block in said.get("Blocks") or () if block["BlockType"] == "LINE"]
        return Answer("done", lines, said.get("DocumentMetadata", {}).get("Pages", 0), unread, said.get("NextToken"))


def takes(name: str, size: int) -> bool:
    """Whether it reads files of this name, of so many bytes."""
    return size <= _MOST_BYTES.get(extension(name), -1)


def recognised_pages(lines: Sequence[Line], sizes: Mapping[int, Size], unread: Sequence[int]) -> list[RecognisedPage]:
    """The pages of which the sizes are known; without those that were not read."""
    by_page: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_page[line.page].append(line)
    return [_page(number, size, by_page[number]) for number, size in sorted(sizes.items()) if all(size) and number not in unread]


def _line(block: Mapping[str, Any]) -> Line:
    geometry = block["Geometry"]
    corners = tuple((point["X"], point["Y"]) for point in geometry.get("Polygon") or ())
    if len(corners) != 4:
        box = geometry["BoundingBox"]
        left, top, right, bottom = box["Left"], box["Top"], box["Left"] + box["Width"], box["Top"] + box["Height"]
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Line(page=block.get("Page", 1), text=block["Text"], confidence=block["Confidence"], corners=corners)


def _page(number: int, size: Size, lines: Sequence[Line]) -> RecognisedPage:
    if not lines:
        return RecognisedPage(number, *size, by="Textract")
    turns = _turns(size, lines)
    width, height = size if turns % 2 == 0 else size[::-1]
    sure = [line for line in lines if line.confidence >= HARDLY] or list(lines)
    letters = sum(len(line.text) for line in sure)
    confidence = sum(line.confidence * len(line.text) for line in sure) / max(1, letters)
    unsure = sum(_letters(line.text) for line in lines) - sum(_letters(_settable(line.text)) for line in sure)
    return RecognisedPage(number, width, height, confidence, [_run(line, size, turns) for line in sure], unsure, by="Textract")


def _turns(size: Size, lines: Sequence[Line]) -> int:
    """By how many quarters the page is turned clockwise: that of the most characters."""
    votes: defaultdict[int, int] = defaultdict(int)
    for line in lines:
        (left, top), (right, other), *_ = line.corners
        angle = math.atan2((other - top) * size[1], (right - left) * size[0])
        votes[round(angle / (math.pi / 2)) % 4] += len(line.text)
    return max(votes, key=lambda way: votes[way])


def _run(line: Line, size: Size, turns: int) -> Run:
    top_left, top_right, bottom_right, bottom_left = (_upright(corner, size, turns) for corner in line.corners)
    height = max(1.0, math.dist(top_left, bottom_left))
    left = min(top_left[0], bottom_left[0])
    right = max(top_right[0], bottom_right[0])
    y = (bottom_left[1] + bottom_right[1]) / 2 - _DESCENT * height
    return Run(_settable(line.text), left, y, max(1.0, right - left), height)


def _upright(corner: tuple[float, float], size: Size, turns: int) -> tuple[float, float]:
    """A place in pixels of the upright page."""
    width, height = size
    x, y = corner[0] * width, corner[1] * height
    return ((x, y), (y, width - x), (width - x, height - y), (height - y, x))[turns]


def _settable(text: str) -> str:
    return text.encode(_ENCODING, "ignore").decode(_ENCODING)


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))
