"""What a style says of whether its element is seen: declarations of CSS in one form, and boxes that show nothing."""

import re
from collections.abc import Mapping
from functools import lru_cache

from turbohtml.clean import minify_css_inline
from turbohtml.cssom import StyleDeclaration

Style = Mapping[str, str]  # values by property, as turbohtml's minifier writes them, in small letters
READ = frozenset(
    (
        "color", "background", "background-color", "background-image", "background-clip", "-webkit-background-clip", "text-shadow",
        "-webkit-text-fill-color", "-webkit-text-stroke", "-webkit-text-stroke-width", "mix-blend-mode", "filter", "font", "font-size",
        "display", "visibility", "opacity", "content-visibility", "position", "left", "right", "top", "bottom", "inset", "text-indent",
        "margin", "margin-left", "margin-right", "margin-top", "clip", "clip-path", "overflow", "overflow-x", "overflow-y",
        "width", "height", "max-width", "max-height", "transform", "scale", "zoom",
    )
)  # fmt: skip
HIDING = frozenset(  # what scripts and clicks change to show something
    (
        "display", "visibility", "opacity", "content-visibility", "clip", "clip-path", "overflow", "overflow-x", "overflow-y",
        "transform", "scale", "position", "filter",
    )
)  # fmt: skip
FAINT = 0.1  # of opacity, below which nothing is seen
_FAR = 500.0  # pixels beyond the page's edge
_LENGTH = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,2})?)(px|pt|pc|in|cm|mm|q|em|rem|ex|ch|vw|vh|%)?")
_PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.94, "em": 16.0, "rem": 16.0}
_PIXELS |= {"ex": 8.0, "ch": 8.0, "vw": 12.8, "vh": 7.2, "%": 10.0}  # of a window of 1,280 times 720, about
_CLIPPED = re.compile(r"rect\((?:0|1px)[, ]+(?:0|1px)[, ]+(?:0|1px)[, ]+(?:0|1px)\)")
_CLIPPED_PATH = re.compile(r"inset\((?:100|[5-9]\d)%\)|circle\(0(?:px|%)?[ )]|polygon\((?:0(?:px|%)? 0(?:px|%)?,? ?)+\)")
_SHRUNK = re.compile(r"scale(?:3d|x|y)?\((?:0|0?\.0\d*)[,)]|matrix\(0,0,0,0")
_HELD = ("height", "max-height", "width", "max-width")


@lru_cache(4096)
def declared(text: str) -> tuple[Style, frozenset[str]]:
    """The declarations of a style attribute or a rule that tell whether something is seen, and those that are !important."""
    found = StyleDeclaration.parse(minify_css_inline(text.lower()))
    read = [name for name in found if name in READ]
    return {name: found[name] for name in read}, frozenset(name for name in read if found.important(name))


def pixels(text: str, whole: float = 0.0) -> float | None:
    """A length in pixels, None if it is not known. whole: what 1em and 100% are, if they are not those of a window."""
    found = _LENGTH.fullmatch(text)
    if not found:
        return None
    number, unit = float(found[1]), found[2] or ""
    if whole and unit in {"em", "%"}:
        return number * whole / (100 if unit == "%" else 1)
    return number * _PIXELS[unit]


def shows_nothing(style: Style) -> bool:
    """Whether nothing that is in an element with this style is seen, as long as no script changes the style."""
    return style.get("display") == "none" or style.get("content-visibility") == "hidden" or _is_faint(style) or _is_shrunk(style)


def is_away(style: Style) -> bool:
    """Whether an element is beyond the edges of the page or of its own clip, where pages put what is for no eyes."""
    return _is_clipped(style) or _is_off_the_page(style)


def _is_faint(style: Style) -> bool:
    opacities = [style.get("opacity", "")]
    opacities += re.findall(r"opacity\(([\d.]+%?)\)", style.get("filter", ""))
    return any((share := _share(opacity)) is not None and share < FAINT for opacity in opacities)


def _share(text: str) -> float | None:
    found = _LENGTH.fullmatch(text)
    return float(found[1]) / (100 if found[2] == "%" else 1) if found and found[2] in {None, "%"} else None


def _is_clipped(style: Style) -> bool:
    if style.get("position") in {"absolute", "fixed"} and _CLIPPED.match(style.get("clip", "")):
        return True
    return bool(_CLIPPED_PATH.match(style.get("clip-path", "")))


def _is_shrunk(style: Style) -> bool:
    """To a point, or to a box of no size that shows nothing outside."""
    if _SHRUNK.search(style.get("transform", "")) or style.get("scale") == "0":
        return True
    overflow = {word for name in ("overflow", "overflow-x", "overflow-y") for word in style.get(name, "").split()}
    if overflow.isdisjoint({"hidden", "clip", "scroll", "auto"}):
        return False
    return any((size := pixels(style.get(name, ""))) is not None and size <= 1 for name in _HELD)


def _is_off_the_page(style: Style) -> bool:
    if (pixels(style.get("text-indent", "")) or 0.0) <= -_FAR:
        return True
    edges = [] if style.get("position", "static") == "static" else ["left", "right", "top", "bottom", "inset"]
    given = [pixels(length) or 0.0 for name in (*edges, "margin-left", "margin-top", "margin-right") for length in [style.get(name, "")]]
    wide = pixels(style.get("width", "")) or 0.0
    return any(length <= -_FAR and -length >= wide for length in given)
