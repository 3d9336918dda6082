"""The pictures of a document: those that show something are kept, written anew; ornaments are left out. Everything is counted.

What a stranger's file holds as a picture is decoded here, in the process that is set apart for it, and goes no further.
See docs/decisions/235-pictures-of-documents.md.
"""

import base64
import io
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from causeway.documents.content import Content, Tally
from causeway.documents.picture import Picture, PictureKind
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.office.findings import Counts

if TYPE_CHECKING:
    from PIL.Image import Image

WHOLE = (0.0, 0.0, 0.0, 0.0)
LONGEST = 1_600  # pixels of a side; a larger picture is made smaller
_HELD = re.compile(r"\s*data:image/[\w.+-]+(?:;[\w=.-]+)*;base64,(?P<data>.*)", re.IGNORECASE | re.DOTALL)
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
_SHORTEST, _AREA = 32, 64 * 64  # pixels: below it is an icon or a bullet
_SHORTEST_SHOWN = 24.0  # points
_THIN = 15  # times as long as wide: a rule
_REPEATED = 3  # places from which on a picture is a logo
_PLAIN = 8  # levels of grey between which a picture shows nothing
_COLOURS = 2_048  # of a drawing; a photograph has more
_SAMPLE = 256  # pixels of a side
_DRAWINGS = (b"<svg", b" EMF", b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00")
_QUALITY = 85

Crop = tuple[float, float, float, float]


class _Found(Counts):
    rows = (
        ("furniture", "", "ornaments", "{} (picture is|pictures are) too small or too plain to show anything, or repeated, and left out."),
        ("pictures", "", "drawings", "{} (drawing|drawings) in a form that is not shown (SVG, EMF, WMF) (was|were) left out."),
        ("pictures", "", "damaged", "{} (picture|pictures) could not be opened and (was|were) left out."),
        ("pictures", "", "too large", "{} (picture has|pictures have) too many pixels and (was|were) left out."),
        ("pictures", "", "missing", "{} (picture is|pictures are) named in the document and not in the file."),
        ("pictures", "", "too many", "{} (picture was|pictures were) left out: the document has too many of them to keep all."),
    )


class Album:
    """limits: of number, bytes, pixels and time. What is beyond them is counted and left out; it never makes a document bad."""

    def __init__(self, limits: Limits) -> None:
        self._limits, self._found = limits, _Found()
        self._kept: dict[str, Picture] = {}
        self._places: Counter[str] = Counter()
        self._bytes = 0
        self._left = limits.picture_seconds

    def add(self, data: bytes, *, page: int | None = None, crop: Crop = WHOLE, points: tuple[float, float] | None = None) -> str | None:
        """The id of a picture that is kept.

        crop: shares that are cut off at the left, top, right and bottom: what nobody sees in the document is not shown.
        points: its size on paper, where it is known.
        """
        if points is not None and min(points) < _SHORTEST_SHOWN:
            self.leave_out("ornaments")
            return None
        if self.is_full():
            self.leave_out("too many")
            return None
        if _is_drawing(data):
            self.leave_out("drawings")
            return None
        try:
            with self.working():
                return self._opened(data, page, crop)
        except Exception:  # Pillow's decoders raise errors of many kinds for damaged files
            self.leave_out("damaged")
            return None

    def of_address(self, address: str) -> str | None:
        """The id of a picture that a page holds in its address ("data:image/png;base64,..."), if it is kept. Nothing is fetched."""
        found = _HELD.match(address)
        return self.add(_decoded(found["data"])) if found else None

    def add_drawn(self, image: "Image", page: int | None) -> str | None:
        """The id of a picture that was drawn by a reader, if it is kept."""
        if self.is_full():
            self.leave_out("too many")
            return None
        with self.working():
            return self._added(image, page)

    @contextmanager
    def working(self) -> Iterator[None]:
        """What is done within is work on pictures, of which the time is limited."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self._left -= time.monotonic() - begun

    def is_full(self) -> bool:
        return len(self._kept) >= self._limits.pictures or self._bytes >= self._limits.picture_bytes or self._left <= 0

    def leave_out(self, why: str, count: int = 1) -> None:
        """why: "ornaments", "drawings", "damaged", "missing", "too large" or "too many"."""
        self._found.add(why, count)

    def pictures(self) -> Sequence[Picture]:
        """Those that are kept, in order, without what is repeated like a logo."""
        return [picture for picture in self._kept.values() if not self._is_repeated(picture)]

    def put_into(self, content: Content) -> Content:
        """The content with its pictures and what is to be told of them."""
        return replace(content, pictures=[*content.pictures, *self.pictures()], report=[*content.report, *self.report()])

    def report(self) -> list[Tally]:
        repeated = sum(map(self._is_repeated, self._kept.values()))
        if repeated:
            self._found.add("ornaments", repeated)
        kept = len(self._kept) - repeated
        shown = f"{kept:,} {'picture is' if kept == 1 else 'pictures are'} shown beside answers."
        return [*([Tally("pictures", kept, 0, shown)] if kept else []), *self._found.report()]

    def _is_repeated(self, picture: Picture) -> bool:
        return self._places[picture.id] >= _REPEATED

    def _opened(self, data: bytes, page: int | None, crop: Crop) -> str | None:
        from PIL import Image, ImageOps

        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            width, height = opened.size
            if width * height > self._limits.picture_pixels:
                self.leave_out("too large")
                return None
            if _is_small(width, height):
                self.leave_out("ornaments")
                return None
            opened.draft("RGB", (LONGEST, LONGEST))
            upright = ImageOps.exif_transpose(opened)
            return self._added(_cropped(upright, crop), page)

    def _added(self, image: "Image", page: int | None) -> str | None:
        plain = _flat(image)
        if _is_small(*image.size) or shows_nothing(plain):
            self.leave_out("ornaments")
            return None
        plain.thumbnail((LONGEST, LONGEST))
        kind, data = _written(plain)
        made = Picture(sha256(data).hexdigest()[:16], data, kind, *plain.size, page)
        self._places[made.id] += 1
        if made.id not in self._kept:
            self._kept[made.id] = made
            self._bytes += len(data)
        return made.id


def _decoded(data: str) -> bytes:
    """Nothing for what is no Base64, which is then no picture."""
    try:
        return base64.b64decode(unquote(data))
    except ValueError:
        return b""


def _is_drawing(data: bytes) -> bool:
    head = data[:1024].lstrip()
    return head.startswith(_DRAWINGS[2:]) or _DRAWINGS[1] in data[40:48] or _DRAWINGS[0] in head


def _is_small(width: int, height: int) -> bool:
    return min(width, height) < _SHORTEST or width * height < _AREA or max(width, height) > _THIN * min(width, height)


def _cropped(image: "Image", crop: Crop) -> "Image":
    left, top, right, bottom = (min(max(share, 0.0), 1.0) for share in crop)
    if not any((left, top, right, bottom)) or left + right >= 1 or top + bottom >= 1:
        return image
    width, height = image.size
    return image.crop((round(left * width), round(top * height), round((1 - right) * width), round((1 - bottom) * height)))


def _flat(image: "Image") -> "Image":
    """In RGB or grey, on white where it is transparent; without anything that the file says besides its pixels."""
    from PIL import Image

    if image.mode in ("1", "L"):
        return image.convert("L")
    if image.mode.startswith("I"):
        return _grey(image)
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        white = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(white, seen).convert("RGB")
    return image.convert("RGB")


def _grey(image: Any) -> "Image":
    """Of 16 bits a pixel, which Pillow would cut off at 255."""
    low, high = image.getextrema()
    return image.convert("F").point(lambda value: (value - low) * (255 / max(1, high - low))).convert("L")  # type: ignore[no-any-return]


def shows_nothing(image: "Image") -> bool:
    """Whether it is of one colour, or nearly."""
    low, high = image.convert("L").getextrema()
    return bool(high - low < _PLAIN)  # type: ignore[operator]


def _written(image: "Image") -> tuple[PictureKind, bytes]:
    """A drawing without loss, a photograph as JPEG."""
    sample = image.resize((min(_SAMPLE, image.width), min(_SAMPLE, image.height)), 0)
    file = io.BytesIO()
    if sample.getcolors(_COLOURS) is None:
        image.save(file, "JPEG", quality=_QUALITY, optimize=True)
        return "jpeg", file.getvalue()
    image.save(file, "PNG")
    return "png", file.getvalue()
