"""Colours as pages write them. turbohtml's minifier gives names and functions their shortest form; the rest is read here."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from colorsys import hls_to_rgb, hsv_to_rgb
from functools import lru_cache
from typing import NamedTuple

from turbohtml.clean import minify_css_inline


class Colour(NamedTuple):
    """Channels from 0 to 255, alpha from 0 (not drawn) to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def over(self, behind: "Colour") -> "Colour":
        """This colour as it shows on an opaque one."""
        mixed = [self.alpha * front + (1 - self.alpha) * back for front, back in zip(self[:3], behind[:3], strict=True)]
        return Colour(*mixed)


BLACK, WHITE, LINK = Colour(0, 0, 0), Colour(255, 255, 255), Colour(0, 0, 238)
_HEX = re.compile(r"#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_FUNCTION = re.compile(r"([a-z]+)\(([^()]*)\)")
_TURNS = {"turn": 1.0, "rad": 1 / 6.283185307179586, "grad": 1 / 400}
_SHORT_NAMES = {  # no longer than their numbers, so that the minifier keeps them
    "red": 0xFF0000, "tan": 0xD2B48C, "aqua": 0x00FFFF, "blue": 0x0000FF, "cyan": 0x00FFFF, "gold": 0xFFD700, "gray": 0x808080,
    "grey": 0x808080, "lime": 0x00FF00, "navy": 0x000080, "peru": 0xCD853F, "pink": 0xFFC0CB, "plum": 0xDDA0DD, "snow": 0xFFFAFA,
    "teal": 0x008080, "azure": 0xF0FFFF, "beige": 0xF5F5DC, "brown": 0xA52A2A, "coral": 0xFF7F50, "green": 0x008000, "ivory": 0xFFFFF0,
    "khaki": 0xF0E68C, "linen": 0xFAF0E6, "olive": 0x808000, "wheat": 0xF5DEB3, "bisque": 0xFFE4C4, "indigo": 0x4B0082,
    "maroon": 0x800000, "orange": 0xFFA500, "orchid": 0xDA70D6, "purple": 0x800080, "salmon": 0xFA8072, "sienna": 0xA0522D,
    "silver": 0xC0C0C0, "tomato": 0xFF6347, "violet": 0xEE82EE, "crimson": 0xDC143C, "darkred": 0x8B0000, "dimgray": 0x696969,
    "dimgrey": 0x696969, "hotpink": 0xFF69B4, "oldlace": 0xFDF5E6, "skyblue": 0x87CEEB, "thistle": 0xD8BFD8,
}  # fmt: skip
_SYSTEM = {"transparent": Colour(0, 0, 0, 0), "canvas": WHITE, "canvastext": BLACK, "linktext": LINK, "field": WHITE, "fieldtext": BLACK}


@lru_cache(4096)
def colour_of_attribute(value: str) -> Colour | None:
    """The colour that an attribute such as `bgcolor` or a property names, None if it is not known."""
    given = value.strip().lower()
    return colour_of(minify_css_inline(f"color:{given}").removeprefix("color:")) or colour_of(given)


@lru_cache(4096)
def colour_of(text: str) -> Colour | None:
    """The colour, None if it is not known. text: in small letters, as turbohtml's minifier writes it."""
    if found := _HEX.fullmatch(text):
        return _of_digits(found[1])
    if text in _SHORT_NAMES:
        return Colour(*_SHORT_NAMES[text].to_bytes(3))
    found = _FUNCTION.fullmatch(text)
    read = _FUNCTIONS.get(found[1]) if found else None
    try:
        return read(re.split(r"[\s,/]+", found[2].strip())) if read and found else _SYSTEM.get(text)
    except (ValueError, IndexError):
        return None


def _of_digits(digits: str) -> Colour:
    pairs = [digit * 2 for digit in digits] if len(digits) < 6 else [digits[at : at + 2] for at in range(0, len(digits), 2)]
    channels = [int(pair, 16) for pair in pairs]
    return _made(channels[:3], channels[3] / 255 if len(channels) > 3 else 1.0)


def _made(channels: Iterable[float], alpha: float) -> Colour:
    red, green, blue = channels
    return Colour(red, green, blue, alpha)


def _share(text: str, whole: float = 1.0) -> float:
    """A number or a percentage of `whole`, as a share of it between 0 and 1; `none` is 0."""
    number = 0.0 if text == "none" else float(text.rstrip("%"))
    return min(max(number / (100.0 if text.endswith("%") else whole), 0.0), 1.0)


def _alpha(parts: Sequence[str], at: int = 3) -> float:
    return _share(parts[at]) if len(parts) > at else 1.0


def _hue(text: str) -> float:
    unit = text.lstrip("+-.0123456789")
    return float(text[: len(text) - len(unit)] or 0) * _TURNS.get(unit, 1 / 360) % 1


def _rgb(parts: Sequence[str]) -> Colour:
    return _made((255 * _share(part, 255) for part in parts[:3]), _alpha(parts))


def _hsl(parts: Sequence[str]) -> Colour:
    channels = hls_to_rgb(_hue(parts[0]), _share(parts[2], 100), _share(parts[1], 100))
    return _made((255 * channel for channel in channels), _alpha(parts))


def _hwb(parts: Sequence[str]) -> Colour:
    white, black = _share(parts[1], 100), _share(parts[2], 100)
    spread = max(1 - white - black, 0)
    base = white / max(white + black, 1)
    channels = (base + spread * channel for channel in hsv_to_rgb(_hue(parts[0]), 1, 1))
    return _made((255 * channel for channel in channels), _alpha(parts))


def _space(parts: Sequence[str]) -> Colour | None:
    """color(srgb 1 1 1 / 0.5); the few other spaces differ from sRGB in what is far from grey."""
    return _made((255 * _share(part) for part in parts[1:4]), _alpha(parts, 4))


def _of_lightness(whole: float) -> Callable[[Sequence[str]], Colour | None]:
    """lab(), lch() and the like: white and black by their lightness; others are not known."""

    def read(parts: Sequence[str]) -> Colour | None:
        lightness, alpha = _share(parts[0], whole), _alpha(parts)
        if alpha and 0.03 < lightness < 0.97:
            return None
        return _made(WHITE[:3] if lightness > 0.5 else BLACK[:3], alpha)

    return read


_FUNCTIONS: Mapping[str, Callable[[Sequence[str]], Colour | None]] = {
    "rgb": _rgb,
    "rgba": _rgb,
    "hsl": _hsl,
    "hsla": _hsl,
    "hwb": _hwb,
    "color": _space,
    "lab": _of_lightness(100),
    "lch": _of_lightness(100),
    "oklab": _of_lightness(1),
    "oklch": _of_lightness(1),
}
