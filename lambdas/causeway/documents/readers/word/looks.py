"""How a run of a Word file is drawn, as far as that tells whether it is seen."""

from dataclasses import dataclass, fields
from typing import Any

from causeway.documents.readers.office.xml import number
from causeway.documents.readers.word.palette import NARROW, TINY, Colour
from causeway.documents.readers.word.paper import Paper, hexadecimal, highlight
from causeway.documents.readers.word.xml import W, child, switched, value

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_FILL = f"{_W14}textFill"
_EFFECTS = ("outline", "shadow", "emboss", "imprint")
_OPAQUE = 90_000  # of 100,000: from this transparency on nothing is seen


@dataclass(frozen=True, slots=True)
class Look:
    """What properties say; None for what they leave to others. auto: Word chooses a colour that is seen. fill: of shading or highlight.

    drawn: an effect draws the letters' edges, or a fill of their own. clear: the letters are transparent.
    """

    colour: Colour | None = None
    auto: bool | None = None
    size: int | None = None
    width: int | None = None
    fill: Colour | None = None
    drawn: bool | None = None
    clear: bool | None = None

    def over(self, other: "Look") -> "Look":
        """This look, with the other's where this one says nothing."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        taken = {name: getattr(other, name) if mine is None else mine for name, mine in given.items()}
        if self.auto is not None:
            taken["colour"] = self.colour
        return Look(**taken)

    @property
    def small(self) -> bool:
        return (self.size is not None and self.size <= TINY) or (self.width is not None and self.width <= NARROW)


NOTHING = Look()


def look_of(properties: Any, paper: Paper) -> Look:
    """properties: a w:rPr or None."""
    if properties is None or not len(properties):
        return NOTHING
    given = child(properties, f"{W}color")
    colour, auto = (None, None) if given is None else (found := paper.colour(given), found is None)
    effects = [switched(properties, name) for name in _EFFECTS]
    drawn = True if any(effects) or child(properties, f"{_W14}textOutline") is not None else None
    filled, clear, own = _filled(child(properties, _FILL))
    return Look(
        filled or colour,
        False if filled else auto,
        number(value(properties, "sz")),
        number(value(properties, "w").removesuffix("%")),
        fill_of(properties, paper),
        drawn or own,
        clear,
    )


def fill_of(properties: Any, paper: Paper) -> Colour | None:
    """The shading or the highlight of a run, a paragraph or a cell; properties: its w:rPr, w:pPr, w:tcPr or w:tblPr."""
    if properties is None:
        return None
    marked, shaded = child(properties, f"{W}highlight"), child(properties, f"{W}shd")
    found = None if marked is None else highlight(marked)
    return found or (None if shaded is None else paper.shading(shaded))


def _filled(fill: Any) -> tuple[Colour | None, bool | None, bool | None]:
    """Of a w14:textFill: its plain colour, whether it is transparent, and whether it draws in another way."""
    if fill is None:
        return None, None, None
    solid = child(fill, f"{_W14}solidFill")
    if solid is None:
        empty = child(fill, f"{_W14}noFill") is not None
        return None, empty, not empty
    named = next(iter(solid), None)
    alpha = None if named is None else child(named, f"{_W14}alpha")
    clear = alpha is not None and (number(alpha.get(f"{_W14}val")) or 0) >= _OPAQUE
    colour = None if named is None else hexadecimal(named.get(f"{_W14}val", ""))
    return colour, clear, None
