"""A page's picture to a recognised page: the right way up, at a size that can be read, within the time."""

import resource
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from PIL import Image

from causeway.documents.bad import BadDocument
from causeway.documents.readers.apart import Died, TooSlow, apart
from causeway.documents.readers.pictures.tesseract import Line, Reading, Tesseract
from causeway.documents.recognition import RecognisedPage, Recognition, Run

MAX_PIXELS = 25_000_000  # of a picture that is read: A3 at 300 dpi is 17 million
PAGE_SECONDS = 60.0
_LEAST_SECONDS = 2.0  # worth beginning a page with
_SMALL = 26.0  # pixels of type that is too small to be read well
_HIDDEN = 15.0  # pixels of type that is too small to be found
_SMALL_PICTURE = 3_000_000  # pixels: A4 at 150 dpi is 2 million
_READABLE = 45.0  # pixels of 10-point type at 300 dpi
_NARROW = 25  # times as long as wide; a till's receipt is less
_WORTH = 1.1  # times larger, at least
_LATIN = "Latin"

Draw = Callable[[int], Image.Image | None]


def recognised(wanted: Iterable[int], draw: Draw, known: Sequence[RecognisedPage], *, floor: float, seconds: float) -> Recognition:
    """The pages `wanted`, in order, until the time is over; those in `known` are taken as they are.

    draw: gives the greyscale picture of a page by its number, None where it cannot be drawn. floor: the least confidence, 0 to 100.
    Raises BadDocument where `draw` does.
    """
    end = time.monotonic() + seconds
    held: Mapping[int, RecognisedPage] = {page.number: page for page in known}
    recogniser, pages, waiting, new = _Recogniser(floor), [], [], 0
    for number in wanted:
        page = held.get(number)
        if page is None and (left := end - time.monotonic()) > _LEAST_SECONDS:
            page = recogniser.page(number, draw, min(left, PAGE_SECONDS))
            new += page is not None
        if page is None:
            waiting.append(number)
        else:
            pages.append(page)
    return Recognition(pages, waiting, floor, new)


def bounded(width: float, height: float, scale: float) -> float:
    """The scale, or the largest at which a picture of that size has at most as many pixels as are read."""
    return float(min(scale, (MAX_PIXELS / max(width * height, 1.0)) ** 0.5))


class _Recogniser:
    """Reads one page after the other, each in a process of its own. It tries the way first in which the page before was turned."""

    def __init__(self, floor: float) -> None:
        self._floor = floor
        self._engine = Tesseract()
        self._way = 0

    def page(self, number: int, draw: Draw, seconds: float) -> RecognisedPage | None:
        """None if the time did not suffice and another call may have more of it. Raises BadDocument where `draw` does."""
        try:
            found, self._way = apart(lambda: self._outcome(number, draw, seconds), seconds)
        except TooSlow:
            return RecognisedPage(number, trouble="takes too long to recognise") if seconds == PAGE_SECONDS else None
        except Died:
            return RecognisedPage(number, trouble="cannot be recognised")
        if isinstance(found, BadDocument):
            raise found
        return found

    def _outcome(self, number: int, draw: Draw, seconds: float) -> tuple[RecognisedPage | BadDocument, int]:
        """And which way the page is turned."""
        _bound_time(seconds)
        try:
            picture = draw(number)
            if picture is None:
                return RecognisedPage(number, trouble="cannot be drawn"), self._way
            if max(picture.size) > _NARROW * min(picture.size):
                return RecognisedPage(number, trouble="is too narrow for a page"), self._way
            return self._read(number, picture), self._way
        except BadDocument as bad:
            return bad, self._way
        except MemoryError:
            return RecognisedPage(number, trouble="takes too much memory"), self._way

    def _read(self, number: int, picture: Image.Image) -> RecognisedPage:
        upright, script = _turned(picture, self._way), None
        reading = self._engine.read(upright)
        if not self._is_sure(reading):
            upright, reading, script = self._uprighted(picture, upright, reading)
        size = _type_of(reading, upright)
        if size < _SMALL:
            upright, reading = self._enlarged(upright, reading, size)
        return _page(number, upright, reading, None if self._is_sure(reading) else script)

    def _is_sure(self, reading: Reading) -> bool:
        return reading.confidence is not None and reading.confidence >= self._floor

    def _uprighted(self, picture: Image.Image, tried: Image.Image, reading: Reading) -> tuple[Image.Image, Reading, str | None]:
        """The picture turned as its letters say, and its reading, if that is surer; and a script that is not ours."""
        way, script = self._engine.direction(picture)
        other = None if script == _LATIN else script
        if way == self._way:
            return tried, reading, other
        upright = _turned(picture, way)
        again = self._engine.read(upright)
        if (again.confidence or 0) <= (reading.confidence or 0):
            return tried, reading, other
        self._way = way
        return upright, again, other

    def _enlarged(self, picture: Image.Image, reading: Reading, size: float) -> tuple[Image.Image, Reading]:
        """The picture at a size at which its type can be read, and its reading, if that is surer."""
        scale = bounded(picture.width, picture.height, _READABLE / size)
        if scale <= _WORTH:
            return picture, reading
        large = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.BICUBIC)
        again = self._engine.read(large)
        return (large, again) if (again.confidence or 0) > (reading.confidence or 0) else (picture, reading)


def _bound_time(seconds: float) -> None:
    """Ends this process after so many seconds more of CPU time, should nobody else end it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    bound = int(used.ru_utime + used.ru_stime + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (bound, bound))


def _turned(picture: Image.Image, way: int) -> Image.Image:
    return picture.rotate(way, expand=True) if way else picture


def _type_of(reading: Reading, picture: Image.Image) -> float:
    """The median size of the type in pixels; where no writing was found, that of writing too small to be found in a small picture."""
    sizes = sorted(line.size for line in reading.lines)
    if sizes:
        return sizes[len(sizes) // 2]
    return _HIDDEN if picture.width * picture.height < _SMALL_PICTURE else float("inf")


def _page(number: int, picture: Image.Image, reading: Reading, script: str | None) -> RecognisedPage:
    sure = [line for line in reading.lines if line.is_sure] or list(reading.lines)
    unsure = sum(line.letters for line in reading.lines) - sum(line.letters for line in sure)
    runs = [run for line in sure for run in _runs(line)]
    return RecognisedPage(number, picture.width, picture.height, reading.confidence, runs, unsure, script)


def _runs(line: Line) -> list[Run]:
    return [Run(text, left, line.y, right - left, line.size) for text, left, right in line.runs()]
