"""How far the lines of a page are from level: at the right angle, rows of ink and rows of paper differ most."""

from itertools import pairwise

from PIL import Image, ImageChops, ImageFilter

_WIDE = 600  # pixels of the small picture that is measured: a line of 10-point type is 9 of them high
_STEPS = (1.0, 0.25)  # degrees between the angles that are tried, first over the whole range, then about the best
_LARGEST = 12.0  # degrees


def skew_of(picture: Image.Image) -> float:
    """By how many degrees to turn a greyscale picture counter-clockwise for level lines, at most 12 either way."""
    ink = _ink(picture)
    best = 0.0
    reach = _LARGEST
    for step in _STEPS:
        count = round(reach / step)
        best = max((best + number * step for number in range(-count, count + 1)), key=lambda angle: (_contrast(ink, angle), -abs(angle)))
        reach = step
    return best


def _ink(picture: Image.Image) -> Image.Image:
    """Bright where the picture is darker than its surroundings, small, on black."""
    small = picture.resize((_WIDE, max(1, round(picture.height * _WIDE / picture.width))), Image.Resampling.BOX)
    return ImageChops.subtract(small.filter(ImageFilter.BoxBlur(10)), small, scale=0.5)


def _contrast(ink: Image.Image, angle: float) -> float:
    """How much the rows differ from their neighbours, once the picture is turned."""
    turned = ink.rotate(angle, Image.Resampling.BILINEAR)
    rows = turned.resize((1, turned.height), Image.Resampling.BOX).tobytes()
    return sum((one - other) ** 2 for one, other in pairwise(rows))
