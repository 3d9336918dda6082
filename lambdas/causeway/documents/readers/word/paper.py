"""The colours of a Word file: those it names by its theme, and that of its pages. See docs/decisions/190-text-that-nobody-sees.md."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from causeway.documents.bad import BadDocument
from causeway.documents.readers.contrast import alike
from causeway.documents.readers.office.package import Package
from causeway.documents.readers.office.xml import number
from causeway.documents.readers.word.palette import SOLID, Colour, Palette, named, palette_of
from causeway.documents.readers.word.xml import W, child, switched

WHITE, BLACK = (255, 255, 255), (0, 0, 0)
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_ANCHOR = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}anchor"
_EXTENT = _ANCHOR.replace("anchor", "extent")
_LARGE = 7_560_310 * 10_692_130 / 16  # square EMU: a part of A4 that may be behind a passage
_SLOTS = {"background1": "lt1", "background2": "lt2", "text1": "dk1", "text2": "dk2", "light1": "lt1", "light2": "lt2", "dark1": "dk1",
          "dark2": "dk2", "hyperlink": "hlink", "followedHyperlink": "folHlink"}  # fmt: skip
_USUAL = {"lt1": WHITE, "dk1": BLACK}
_HIGHLIGHTS = {
    "black": BLACK, "white": WHITE, "blue": (0, 0, 255), "cyan": (0, 255, 255), "green": (0, 255, 0), "magenta": (255, 0, 255),
    "red": (255, 0, 0), "yellow": (255, 255, 0), "darkBlue": (0, 0, 128), "darkCyan": (0, 128, 128), "darkGreen": (0, 128, 0),
    "darkMagenta": (128, 0, 128), "darkRed": (128, 0, 0), "darkYellow": (128, 128, 0), "darkGray": (128, 128, 128),
    "lightGray": (192, 192, 192),
}  # fmt: skip


class Paper:
    """The colours that a document's parts say; a part that is damaged says none."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._palettes: dict[Any, Palette] = {}

    @cached_property
    def page(self) -> Colour | None:
        """The colour of the pages, None where something large is behind the text."""
        try:
            return self._paper(self._package)
        except BadDocument:
            return WHITE

    @cached_property
    def _theme(self) -> Mapping[str, Colour]:
        try:
            theme = self._package.related(self._package.main, "theme")
        except BadDocument:
            theme = None
        scheme = None if theme is None else next(theme.iter(f"{_A}clrScheme"), None)
        return {} if scheme is None else dict(_scheme(scheme))

    def colour(self, element: Any, plain: str = "val", themed: str = "themeColor") -> Colour | None:
        """The colour that an element names in its attributes, None for one that Word chooses (`auto`)."""
        slot = element.get(f"{W}{themed}", "")
        changed = themed.removesuffix("Color")  # the names of what makes a colour of the theme lighter or darker
        if slot not in {"", "none"} and element.get(f"{W}{changed}Tint") is None and element.get(f"{W}{changed}Shade") is None:
            name = _SLOTS.get(slot, slot)
            found = self._theme.get(name) or _USUAL.get(name)
            if found:
                return found
        return hexadecimal(element.get(f"{W}{plain}", ""))

    def shading(self, shading: Any) -> Colour | None:
        """What a w:shd fills its place with, a pattern as what it looks like from afar; None for nothing."""
        fill, kind = self.colour(shading, "fill", "themeFill"), shading.get(f"{W}val", "clear")
        share = _share(kind)
        if not share:
            return fill
        front, back = self.colour(shading, "color") or BLACK, fill or WHITE
        return _triple(round(share * one + (1 - share) * other) for one, other in zip(front, back, strict=True))

    def may_hide(self, parts: Sequence[Any]) -> bool:
        """Whether text of these parts may be unseen: a colour is like one that may be behind it, or a size is too small."""
        palettes = [self._palette(part) for part in parts]
        if any(palette.drastic for palette in palettes):
            return True
        colours = frozenset[Colour]().union(*(palette.colours for palette in palettes))
        fills = frozenset([WHITE]).union(*(palette.fills for palette in palettes)) if colours else frozenset[Colour]()
        return any(alike(colour, fill) for colour in colours for fill in fills) or self._is_like_the_page(colours)

    def _is_like_the_page(self, colours: Iterable[Colour]) -> bool:
        page = self.page if self._package.document.find(f"{W}background") is not None else None
        return page is not None and any(alike(colour, page) for colour in colours)

    def _palette(self, part: Any) -> Palette:
        if part not in self._palettes:
            self._palettes[part] = palette_of(part, self._read)
        return self._palettes[part]

    def _read(self, element: Any) -> Colour | None:
        if element.tag == SOLID:
            return hexadecimal(named(element))
        if element.tag == f"{W}highlight":
            return highlight(element)
        return self.shading(element) if element.tag == f"{W}shd" else self.colour(element)

    def _paper(self, package: Package) -> Colour | None:
        headers = [relation for relation in package.relations(package.main).values() if relation.kind == "header"]
        parts = [package.xml(one.target) for one in headers if not one.external and package.has(one.target)]
        if any(_has_backdrop(part) for part in (package.document, *parts)):
            return None
        settings = package.related(package.main, "settings")
        background = child(package.document, f"{W}background")
        shown = background is not None and settings is not None and switched(settings, "displayBackgroundShape")
        return self.colour(background, "color") or WHITE if shown else WHITE


def highlight(element: Any) -> Colour | None:
    return _HIGHLIGHTS.get(element.get(f"{W}val", ""))


def hexadecimal(text: str) -> Colour | None:
    try:
        return _triple(bytes.fromhex(text)) if len(text) == 6 else None
    except ValueError:
        return None


def _triple(channels: Iterable[int]) -> Colour:
    red, green, blue = channels
    return red, green, blue


def _share(pattern: str) -> float:
    """Which part of a pattern is drawn: 0 for none, 1 for `solid`, half of one of stripes."""
    if pattern.startswith("pct"):
        return (number(pattern[3:]) or 0) / 100
    return {"clear": 0.0, "nil": 0.0, "none": 0.0, "solid": 1.0}.get(pattern, 0.5)


def _scheme(scheme: Any) -> list[tuple[str, Colour]]:
    named = [(slot.tag.removeprefix(_A), next(iter(slot), None)) for slot in scheme]
    found = [(name, hexadecimal(inner.get("lastClr") or inner.get("val") or "")) for name, inner in named if inner is not None]
    return [(name, colour) for name, colour in found if colour]


def _has_backdrop(part: Any) -> bool:
    """Whether something large is behind the text of a part."""
    for anchor in part.iter(_ANCHOR):
        extent = child(anchor, _EXTENT)
        area = 0 if extent is None else (number(extent.get("cx")) or 0) * (number(extent.get("cy")) or 0)
        if anchor.get("behindDoc") in {"1", "true"} and area > _LARGE:
            return True
    return False
