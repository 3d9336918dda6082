"""How the text of an element looks: its colour, what is behind it, its size. See docs/decisions/190-text-that-nobody-sees.md."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from causeway.documents.readers.contrast import alike
from causeway.documents.readers.html.colours import BLACK, LINK, WHITE, Colour, colour_of, colour_of_attribute
from causeway.documents.readers.html.declared import FAINT, Style, pixels

_USUAL = 16.0  # pixels of type
_TINY = 2.0  # pixels of type that nobody reads
_FONT = re.compile(r"(?:^|\s)((?:\d+\.?\d*|\.\d+)(?:px|pt|em|rem|%)|0)(?:/\S+)?\s")
_KEYWORDS = {"initial": _USUAL, "medium": _USUAL, "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "large": 18.0, "x-large": 24.0}
_KEPT = frozenset({"inherit", "unset", "currentcolor", "revert", "revert-layer"})
_BARE = frozenset({"none", "transparent", "initial", "unset", "revert"})
_IMAGES = re.compile(r"url\(|gradient\(|image\(|image-set\(|element\(")
_OWN = frozenset({"button", "mark"})  # browsers give them colours of their own
_FIELDS = frozenset({"input", "select", "textarea"})  # black on white, unless their style says otherwise
_OVERPRINTED = ("text-shadow", "mix-blend-mode", "-webkit-text-stroke", "-webkit-text-stroke-width")
ATTRIBUTES = frozenset({"style", "bgcolor", "background", "color", "text"})


@dataclass(frozen=True, slots=True)
class Look:
    """colour, behind: None where they are not known. size: of type, in pixels. shown: not `visibility: hidden`.
    link: of links in it. unseen: nobody sees text that looks so.
    """

    colour: Colour | None = BLACK
    behind: Colour | None = WHITE
    size: float = _USUAL
    shown: bool = True
    link: Colour | None = LINK

    @property
    def unseen(self) -> bool:
        if not self.shown or self.size <= _TINY:
            return True
        if self.colour is None or self.colour.alpha < FAINT:
            return self.colour is not None
        return self.behind is not None and alike(self.colour.over(self.behind)[:3], self.behind[:3])

    def of(self, tag: str, attrs: Mapping[str, str], style: Style, floats: bool) -> "Look":
        """How an element in one that looks like this looks. floats: it may be over a picture where it has a position of its own."""
        colour, behind, link = self.colour, self.behind, self.link
        if tag == "a" and "href" in attrs:
            colour = link
        elif tag in _OWN:
            colour = behind = None
        elif tag in _FIELDS and behind is not None:
            colour, behind = BLACK, WHITE
        if floats and style.get("position") in {"absolute", "fixed", "sticky"}:
            behind = None
        colour = _attribute(attrs.get("color" if tag == "font" else "text" if tag == "body" else ""), colour)
        link = _attribute(attrs.get("link" if tag == "body" else ""), link)
        behind = _attribute(attrs.get("bgcolor"), None if attrs.get("background") else behind)
        behind = _background(style, behind)
        colour = _colour(style, colour, self.colour)
        shown = style["visibility"] not in {"hidden", "collapse"} if style.get("visibility", "inherit") not in _KEPT else self.shown
        return Look(colour, behind, _size(style, self.size), shown, link)

    def on_a_new_table(self) -> "Look":
        """How tables look in pages without a doctype, which do not take over the size of type."""
        return replace(self, size=_USUAL)


def _attribute(value: str | None, otherwise: Colour | None) -> Colour | None:
    return otherwise if value is None else colour_of_attribute(value) or otherwise


def _colour(style: Style, given: Colour | None, inherited: Colour | None) -> Colour | None:
    """None if something else than the colour draws the letters."""
    if any(style.get(name, "none") not in {"none", "normal", "0", *_KEPT} for name in _OVERPRINTED) or "invert" in style.get("filter", ""):
        return None
    if "text" in style.get("background-clip", "") or "text" in style.get("-webkit-background-clip", ""):
        return None
    for name in ("color", "-webkit-text-fill-color"):
        value = style.get(name, "")
        if value == "initial":
            given = BLACK
        elif value in _KEPT:
            given = inherited
        elif value:
            given = colour_of_attribute(value)
    return given


def _background(style: Style, behind: Colour | None) -> Colour | None:
    """None if it is a picture or not known."""
    for name in ("background", "background-color", "background-image"):
        value = style.get(name, "")
        if _IMAGES.search(value):
            return None
        if value and value not in _BARE and name != "background-image":
            behind = _laid(value, behind)
    return behind


def _laid(value: str, behind: Colour | None) -> Colour | None:
    """What a background's colour shows, on what is behind it."""
    colour = next((found for part in re.findall(r"[^\s(]+(?:\([^)]*\))?", value) if (found := _of_part(part))), None)
    if colour is None:
        return behind if re.fullmatch(r"(?:none|no-repeat|repeat|scroll|0|center|top|left|\s)+", value) else None
    return colour if colour.alpha >= 1 else behind and colour.over(behind)


def _of_part(part: str) -> Colour | None:
    """The colour of a word of a background; "0" and "100%" are places."""
    return colour_of(part) if not part[:1].isdigit() else None


def _size(style: Style, size: float) -> float:
    found = _FONT.search(f"{style.get('font', '')} ")
    for value in (found[1] if found else "", style.get("font-size", "")):
        given = _KEYWORDS.get(value) or pixels(value, _USUAL if value.endswith("rem") else size)
        size = size if given is None else given
    return size
