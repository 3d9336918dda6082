"""Pages of known text as scanners and cameras give them. No picture is kept here: each is made of the text it is compared with."""

import io
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy
import pypdfium2
from PIL import Image, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Frame, Paragraph

_MARGIN = 60  # points
_TYPE = ParagraphStyle("text", fontName="Times-Roman", fontSize=10.5, leading=14, spaceAfter=7)


@dataclass(frozen=True)
class Condition:
    """How a page of paper becomes a picture. dpi: pixels to an inch. degrees: by which it is turned counter-clockwise.

    photographed: seen at an angle by a hand-held camera in uneven light, with noise, a little out of focus, and packed as JPEG.
    """

    dpi: int = 300
    degrees: float = 0.0
    photographed: bool = False


CONDITIONS: Mapping[str, Condition] = {
    "clean, 300 dpi": Condition(),
    "150 dpi": Condition(dpi=150),
    "rotated 2°": Condition(degrees=2),
    "photographed": Condition(dpi=220, degrees=1, photographed=True),
}


def set_page(paragraphs: Sequence[str]) -> tuple[bytes, list[str]]:
    """An A4 page of as many of the paragraphs as it has room for, as a PDF, and those paragraphs."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    room = Frame(_MARGIN, _MARGIN, A4[0] - 2 * _MARGIN, A4[1] - 2 * _MARGIN)
    rest: list[Flowable] = [Paragraph(text, _TYPE) for text in paragraphs]
    while rest and room.add(rest[0], canvas):
        rest.pop(0)
    canvas.save()
    return file.getvalue(), list(paragraphs[: len(paragraphs) - len(rest)])


def scanned(page: bytes, condition: Condition, seed: int = 0) -> Image.Image:
    """The picture in grey of a PDF's first page."""
    with pypdfium2.PdfDocument(page) as document:
        picture: Image.Image = document[0].render(scale=condition.dpi / 72, grayscale=True).to_pil().convert("L")
    if condition.degrees:
        picture = picture.rotate(condition.degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    return _photographed(picture, seed) if condition.photographed else picture


def scan(pictures: Sequence[Image.Image], dpi: int = 300) -> bytes:
    """A PDF of nothing but pictures, one on each page."""
    file = io.BytesIO()
    canvas = Canvas(file)
    for picture in pictures:
        width, height = picture.width * 72 / dpi, picture.height * 72 / dpi
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(picture), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _photographed(picture: Image.Image, seed: int) -> Image.Image:
    chance = random.Random(seed)
    seen = _at_an_angle(picture, chance).filter(ImageFilter.GaussianBlur(0.8))
    light = numpy.linspace(chance.uniform(0.55, 0.7), 0.95, seen.width) * numpy.linspace(0.85, 1.0, seen.height)[:, None]
    noise = numpy.random.default_rng(seed).normal(0, 7, (seen.height, seen.width))
    lit = numpy.clip(numpy.asarray(seen) * light + noise, 0, 255).astype(numpy.uint8)
    packed = io.BytesIO()
    Image.fromarray(lit).save(packed, "JPEG", quality=70)
    return Image.open(packed).convert("L")


def _at_an_angle(picture: Image.Image, chance: random.Random) -> Image.Image:
    """Its corners are moved inwards by up to 2% of the width, on a darker table."""
    width, height = picture.size
    x, y = ([0, 0, width, width], [0, height, height, 0])
    moved = [(a + chance.uniform(-0.02, 0.02) * width, b + chance.uniform(-0.02, 0.02) * width) for a, b in zip(x, y, strict=True)]
    rows = []
    for (u, v), a, b in zip(moved, x, y, strict=True):
        rows += [[a, b, 1, 0, 0, 0, -u * a, -u * b], [0, 0, 0, a, b, 1, -v * a, -v * b]]
    solved = numpy.linalg.solve(numpy.array(rows, float), numpy.array(moved, float).reshape(8))
    return picture.transform(picture.size, Image.Transform.PERSPECTIVE, solved.tolist(), Image.Resampling.BICUBIC, fillcolor=200)
