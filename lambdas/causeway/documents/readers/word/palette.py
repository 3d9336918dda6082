"""The colours and sizes that a part of a Word file names, so that files which hide nothing take no time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from causeway.documents.readers.office.xml import number
from causeway.documents.readers.word.xml import W, child

Colour = tuple[int, int, int]
TINY = 3  # half points of type that nobody reads
NARROW = 5  # percent of the usual width
_TRANSPARENT = "{http://schemas.microsoft.com/office/word/2010/wordml}textFill"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SOLID = f"{_A}solidFill"
_LEAST = {f"{W}sz": TINY, f"{W}w": NARROW}


@dataclass(frozen=True, slots=True)
class Palette:
    """colours: of text. fills: of what may be behind it. drastic: some text is tiny, or has a fill of its own."""

    colours: frozenset[Colour]
    fills: frozenset[Colour]
    drastic: bool


def palette_of(part: Any, read: Callable[[Any], Colour | None]) -> Palette:
    """read: the colour that a w:color, w:shd, w:highlight or a:solidFill names."""
    behind = part.iter(f"{W}shd", f"{W}highlight", SOLID)
    drastic = next(part.iter(_TRANSPARENT), None) is not None or any(map(_is_drastic, part.iter(*_LEAST)))
    return Palette(_colours(part.iter(f"{W}color"), read), _colours(behind, read), drastic)


def named(solid: Any) -> str:
    """The digits by which an a:solidFill names its colour, "" if it does not."""
    found = child(solid, f"{_A}srgbClr")
    return "" if found is None else str(found.get("val", ""))


def _colours(elements: Iterable[Any], read: Callable[[Any], Colour | None]) -> frozenset[Colour]:
    different = {(element.tag, *sorted(element.items())) if len(element) == 0 else element: element for element in elements}
    return frozenset(colour for element in different.values() if (colour := read(element)) is not None)


def _is_drastic(element: Any) -> bool:
    given = number((element.get(f"{W}val") or "").removesuffix("%"))
    return given is not None and given <= _LEAST[element.tag]
