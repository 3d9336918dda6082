"""Pictures for tests: a diagram, a photograph, an icon."""

import io

from PIL import Image, ImageDraw

SIZE = (400, 240)


def diagram(colour: str = "navy", size: tuple[int, int] = SIZE, kind: str = "PNG") -> bytes:
    """Two boxes and a line between them."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.rectangle((0.05 * width, 0.1 * height, 0.4 * width, 0.4 * height), outline=colour, width=4)
    draw.line((0.4 * width, 0.25 * height, 0.7 * width, 0.6 * height), fill=colour, width=4)
    draw.ellipse((0.7 * width, 0.5 * height, 0.95 * width, 0.9 * height), outline=colour, width=4)
    return encoded(image, kind)


def photograph(size: tuple[int, int] = SIZE) -> bytes:
    """As many colours as a photograph has."""
    across, down = Image.linear_gradient("L").rotate(90).resize(size), Image.linear_gradient("L").resize(size)
    return encoded(Image.merge("RGB", (across, down, Image.radial_gradient("L").resize(size))), "PNG")


def encoded(image: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()
