"""What a paragraph says of itself (w:pPr)."""

from dataclasses import dataclass
from typing import Any

from causeway.documents.readers.office.xml import number
from causeway.documents.readers.word.styles import outline
from causeway.documents.readers.word.xml import W, child, switched, value

_PPR, _RPR, _STYLE, _NUMBER, _OUTLINE, _VAL = (f"{W}{name}" for name in ("pPr", "rPr", "pStyle", "numPr", "outlineLvl", "val"))
_GONE = frozenset({f"{W}del", f"{W}moveFrom"})
_VANISH = frozenset({f"{W}vanish", f"{W}specVanish"})


@dataclass(slots=True)
class Properties:
    """level: of a heading by a direct outline level, else None. deleted: its end was deleted or moved away by a tracked change.

    hidden: whether its end is hidden; None when it does not say. separator: its end is Word's style separator, which parts a
    heading from the text that runs on in the same line.
    """

    style: str = ""
    list_id: int | None = None
    list_level: int | None = None
    level: int | None = None
    deleted: bool = False
    hidden: bool | None = None
    separator: bool = False


def properties(paragraph: Any) -> Properties:
    made = Properties()
    found = child(paragraph, _PPR)
    if found is None:
        return made
    for given in found:
        tag = given.tag
        if tag == _STYLE:
            made.style = given.get(_VAL, "")
        elif tag == _NUMBER:
            made.list_id, made.list_level = number(value(given, "numId")), number(value(given, "ilvl"))
        elif tag == _OUTLINE:
            made.level = outline(given.get(_VAL, ""))
        elif tag == _RPR and len(given):
            _mark(made, given)
    return made


def _mark(made: Properties, mark: Any) -> None:
    """The properties of the paragraph's end."""
    tags = {given.tag for given in mark}
    made.deleted = not tags.isdisjoint(_GONE)
    if not tags.isdisjoint(_VANISH):
        made.hidden = switched(mark, "vanish")
        made.separator = bool(switched(mark, "specVanish"))
