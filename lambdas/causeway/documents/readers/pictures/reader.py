"""An image file to blocks: every picture in it is a page."""

import io
import warnings
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from PIL import Image, ImageOps

from causeway.documents.bad import BadDocument
from causeway.documents.content import Content
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.pdf.annotations import Annotations
from causeway.documents.readers.pdf.layout import Sheet
from causeway.documents.readers.pdf.reader import Source, content_of
from causeway.documents.readers.pdf.survey import Survey
from causeway.documents.readers.pictures.recogniser import bounded, recognised
from causeway.documents.readers.pictures.sheets import recognised_sheets
from causeway.documents.recognition import RecognisedPage, Recognition, Size, is_for_elsewhere

MAX_MEGAPIXELS = 120  # of a picture: decoded, it takes 360 MB in colour
_KINDS = ("PNG", "JPEG", "TIFF", "WEBP")
_PAGED = ("TIFF",)  # the pictures of any other file are frames or previews of one
_DAMAGED = "The picture is damaged or cut off and cannot be decoded. Save it again as PNG or JPEG and upload that."
Image.MAX_IMAGE_PIXELS = None  # the size is checked here, before anything is decoded


def read_picture(data: bytes, limits: Limits, known: Sequence[RecognisedPage] = ()) -> Content:
    """The writing of an image file, with its pages.

    Raises BadDocument: damaged, too_complex, too_many_pages, unrecognised, no_text.
    """
    with _opened(data) as file:
        count = _pages(file, limits)
        recognition = _recognition(file, range(1, count + 1), limits, known)
    source = Source([Survey(pictures=1)] * count, Annotations())
    return content_of(_sheets(count, recognition), source, recognition)


def _recognition(file: Any, wanted: Sequence[int], limits: Limits, known: Sequence[RecognisedPage]) -> Recognition:
    if limits.elsewhere and is_for_elsewhere(len(wanted), len(wanted)):
        return Recognition(waiting=wanted, floor=limits.confidence, elsewhere={number: _size(file, number) for number in wanted})
    return recognised(wanted, lambda number: _picture(file, number), known, floor=limits.confidence, seconds=limits.recognition)


def _size(file: Any, number: int) -> Size:
    """Of a picture, as the file has it."""
    try:
        if file.format in _PAGED:
            file.seek(number - 1)
    except (OSError, ValueError, SyntaxError, EOFError):
        return (0, 0)
    return (file.width, file.height)


def _opened(data: bytes) -> Any:
    try:
        return Image.open(io.BytesIO(data), formats=_KINDS)
    except (OSError, ValueError, SyntaxError) as error:
        raise BadDocument("damaged", _DAMAGED) from error


def _pages(file: Any, limits: Limits) -> int:
    count = getattr(file, "n_frames", 1) if file.format in _PAGED else 1
    if count > limits.pages:
        raise BadDocument("too_many_pages", f"The file has {count:,} pages; at most {limits.pages:,} are read. Split it.")
    return int(count)


def _picture(file: Any, number: int) -> Image.Image | None:
    """The picture in grey, turned as its camera says, on white. None if it cannot be decoded and is not the only one."""
    try:
        if file.format in _PAGED:
            file.seek(number - 1)
        _check_size(file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _grey(ImageOps.exif_transpose(file))
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        if getattr(file, "n_frames", 1) > 1 and file.format in _PAGED:
            return None
        raise BadDocument("damaged", _DAMAGED) from error


def _check_size(file: Any) -> None:
    megapixels = file.width * file.height / 1e6
    if megapixels > MAX_MEGAPIXELS:
        raise BadDocument(
            "too_complex",
            f"The picture has {megapixels:,.0f} megapixels; at most {MAX_MEGAPIXELS} are read. Save it smaller, as a scan at 300 dpi.",
        )


def _grey(picture: Any) -> Image.Image:
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value / 256, "L")
    elif picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        colours = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", colours.size, "white"), colours)
    grey: Image.Image = picture.convert("L")
    scale = bounded(grey.width, grey.height, 1.0)
    return grey.resize((round(grey.width * scale), round(grey.height * scale)), Image.Resampling.LANCZOS) if scale < 1 else grey


def _sheets(count: int, recognition: Recognition) -> list[Sheet]:
    found = {number: list(group) for number, group in groupby(recognised_sheets(recognition.sure), key=lambda sheet: sheet.number)}
    return [sheet for number in range(1, count + 1) for sheet in found.get(number) or [Sheet(number, 0, 0, [], [])]]
