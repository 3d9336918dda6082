"""A page's picture to a recognised page: the right way up, at a size that can be read, within the time."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from PIL import Image

from causeway.documents.readers.pictures.tesseract import Line, Reading, Tesseract
from causeway.documents.recognition import RecognisedPage, Recognition, Run

MAX_PIXELS = 25_000_000  # of a picture that is read: A3 at 300 dpi is 17 million
_PAGE_SECONDS = 60.0
_LEAST_SECONDS = 2.0  # worth beginning a page with
_SMALL = 26.0  # pixels of type that is too small to be read well
_READABLE = 45.0  # pixels of 10-point type at 300 dpi
_WORTH = 1.1  # times larger, at least
_LATIN = "Latin"

Draw = Callable[[int], Image.Image | None]


def recognised(wanted: Iterable[int], draw: Draw, known: Sequence[RecognisedPage], *, floor: float, seconds: float) -> Recognition:
    """The pages `wanted`, in order, until the time is over; those in `known` are taken as they are.

    draw: gives the greyscale picture of a page by its number, None where it cannot be drawn. floor: the least confidence, 0 to 100.
    At least one page is new, so that repeated calls come to an end.
    """
    end = time.monotonic() + seconds
    held: Mapping[int, RecognisedPage] = {page.number: page for page in known}
    recogniser, pages, waiting = _Recogniser(floor), [], []
    for number in wanted:
        left = end - time.monotonic()
        page = held.get(number)
        if page is None and (left > _LEAST_SECONDS or not recogniser.pages):
            page = recogniser.page(number, draw(number), min(left, _PAGE_SECONDS))
        if page is None:
            waiting.append(number)
        else:
            pages.append(page)
    return Recognition(pages, waiting, floor)


def bounded(width: float, height: float, scale: float) -> float:
    """The scale, or the largest at which a picture of that size has at most as many pixels as are read."""
    return float(min(scale, (MAX_PIXELS / max(width * height, 1.0)) ** 0.5))


class _Recogniser:
    """Reads one page after the other. It tries the way first in which the page before was turned.

    pages: how many it was asked to read.
    """

    def __init__(self, floor: float) -> None:
        self._floor = floor
        self._engine = Tesseract()
        self._way = 0
        self.pages = 0

    def page(self, number: int, picture: Image.Image | None, seconds: float) -> RecognisedPage | None:
        """None if the time did not suffice and another call may have more of it."""
        self.pages += 1
        if picture is None:
            return RecognisedPage(number, trouble="cannot be drawn")
        end = time.monotonic() + seconds
        upright, script = _turned(picture, self._way), None
        reading = self._engine.read(upright, seconds)
        if not self._is_sure(reading):
            upright, reading, script = self._uprighted(picture, upright, reading, end)
        if _type_of(reading) < _SMALL:
            upright, reading = self._enlarged(upright, reading, end)
        if not reading.whole:
            return RecognisedPage(number, trouble="takes too long") if self.pages == 1 or seconds == _PAGE_SECONDS else None
        return _page(number, upright, reading, None if self._is_sure(reading) else script)

    def _is_sure(self, reading: Reading) -> bool:
        return reading.confidence is not None and reading.confidence >= self._floor

    def _uprighted(self, picture: Image.Image, tried: Image.Image, reading: Reading, end: float) -> tuple[Image.Image, Reading, str | None]:
        """The picture turned as its letters say, and its reading, if that is surer; and a script that is not ours."""
        way, script = self._engine.direction(picture)
        other = None if script == _LATIN else script
        left = end - time.monotonic()
        if way == self._way or left <= 0:
            return tried, reading, other
        upright = _turned(picture, way)
        again = self._engine.read(upright, left)
        if (again.confidence or 0) <= (reading.confidence or 0):
            return tried, reading, other
        self._way = way
        return upright, again, other

    def _enlarged(self, picture: Image.Image, reading: Reading, end: float) -> tuple[Image.Image, Reading]:
        """The picture at a size at which its type can be read, and its reading, if that is surer."""
        scale = bounded(picture.width, picture.height, _READABLE / _type_of(reading))
        left = end - time.monotonic()
        if scale <= _WORTH or left <= 0:
            return picture, reading
        large = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.BICUBIC)
        again = self._engine.read(large, left)
        return (large, again) if (again.confidence or 0) > (reading.confidence or 0) else (picture, reading)


def _turned(picture: Image.Image, way: int) -> Image.Image:
    return picture.rotate(way, expand=True) if way else picture


def _type_of(reading: Reading) -> float:
    """The median size of the type in pixels, infinite without any."""
    sizes = sorted(line.size for line in reading.lines)
    return sizes[len(sizes) // 2] if sizes else float("inf")


def _page(number: int, picture: Image.Image, reading: Reading, script: str | None) -> RecognisedPage:
    sure = [line for line in reading.lines if line.is_sure] or list(reading.lines)
    unsure = sum(line.letters for line in reading.lines) - sum(line.letters for line in sure)
    runs = [run for line in sure for run in _runs(line)]
    return RecognisedPage(number, picture.width, picture.height, reading.confidence, runs, unsure, script)


def _runs(line: Line) -> list[Run]:
    return [Run(text, left, line.y, right - left, line.size) for text, left, right in line.runs()]
