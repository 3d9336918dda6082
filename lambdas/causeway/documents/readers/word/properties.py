"""What a paragraph says of itself (w:pPr)."""

from dataclasses import dataclass
from typing import Any

from causeway.documents.readers.word.styles import outline
from causeway.documents.readers.word.xml import W, number, switched, value

_PPR, _RPR = f"{W}pPr", f"{W}rPr"


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
    found = paragraph.find(_PPR)
    if found is None:
        return made
    for child in found:
        tag = child.tag
        if tag == f"{W}pStyle":
            made.style = child.get(f"{W}val", "")
        elif tag == f"{W}numPr":
            made.list_id, made.list_level = number(value(child, "numId")), number(value(child, "ilvl"))
        elif tag == f"{W}outlineLvl":
            made.level = outline(found)
        elif tag == _RPR:
            _mark(made, child)
    return made


def _mark(made: Properties, mark: Any) -> None:
    if len(mark):
        made.deleted = mark.find(f"{W}del") is not None or mark.find(f"{W}moveFrom") is not None
        made.hidden = switched(mark, "vanish")
        made.separator = bool(switched(mark, "specVanish"))
