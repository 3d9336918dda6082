"""Whether text in one colour can be seen on another. See docs/decisions/190-text-that-nobody-sees.md."""

from collections.abc import Sequence
from functools import lru_cache

_FAINTEST = 1.2  # contrast of text that can be seen, by WCAG 2: from 1 (the same) to 21; #eeeeee on white has 1.16
_NEAREST = 64  # of 255, by which a channel differs where two colours of the same brightness are not the same: yellow on white has 255


@lru_cache(4096)
def alike(text: tuple[float, ...], background: tuple[float, ...]) -> bool:
    """Whether nobody sees text of a colour on a background. Each is red, green and blue, from 0 to 255."""
    if max(abs(one - other) for one, other in zip(text, background, strict=True)) > _NEAREST:
        return False
    darker, lighter = sorted((_luminance(text), _luminance(background)))
    return (lighter + 0.05) / (darker + 0.05) < _FAINTEST


def _luminance(colour: Sequence[float]) -> float:
    """Relative luminance of an sRGB colour, from 0 to 1."""
    red, green, blue = (_linear(channel / 255) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
