"""What a style says of its paragraphs and runs, what it takes over from the styles it is based on included."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from causeway.documents.readers.office.xml import number
from causeway.documents.readers.word.xml import W, switched, value

_CODE = ("code", "preformatted", "macro text", "listing", "verbatim")


@dataclass(frozen=True, slots=True)
class Style:
    """name: in lower case, as Word names it in English. level: 1 to 6 of a heading, else 0.

    lineage: the ids of the style and of those it is based on, nearest first. list_id, list_level: of its numbering;
    list_id 0 switches it off. hidden: None when neither the style nor its ancestors say.
    """

    name: str = ""
    level: int = 0
    lineage: tuple[str, ...] = ()
    list_id: int | None = None
    list_level: int | None = None
    hidden: bool | None = None

    @property
    def code(self) -> bool:
        return any(word in self.name for word in _CODE)

    @property
    def bulleted(self) -> bool:
        return self.name.startswith("list") and not self.name.startswith("list continue")


class Styles:
    """The styles of a document by their ids; an unknown or missing id means the default paragraph style.

    root: the part with the styles, or None. hidden: what the document's defaults say of hidden text.
    """

    def __init__(self, root: Any) -> None:
        found = [] if root is None else [element for element in root.iterchildren(f"{W}style") if element.get(f"{W}styleId")]
        self.root = root
        self._elements = {element.get(f"{W}styleId"): element for element in found}
        self._made: dict[str, Style] = {}
        self.hidden = bool(switched(root, "docDefaults/rPrDefault/rPr/vanish"))
        self.hide = self.hidden or (root is not None and next(root.iter(f"{W}vanish"), None) is not None)
        self._default = next((element.get(f"{W}styleId") for element in found if _is_default(element)), "")

    def paragraph(self, style_id: str) -> Style:
        return self.of(style_id if style_id in self._elements else self._default)

    def of(self, style_id: str) -> Style:
        if style_id not in self._made:
            self._made[style_id] = self._style(list(self.lineage(style_id)))
        return self._made[style_id]

    def lineage(self, style_id: str) -> Iterator[Any]:
        """The elements of a style and of those it is based on, nearest first."""
        seen: set[str] = set()
        while style_id in self._elements and style_id not in seen:
            seen.add(style_id)
            yield self._elements[style_id]
            style_id = value(self._elements[style_id], "basedOn")

    def _style(self, lineage: list[Any]) -> Style:
        return Style(
            name=value(lineage[0], "name").lower() if lineage else "",
            level=next((level for element in lineage if (level := _level(element)) is not None), 0),
            lineage=tuple(element.get(f"{W}styleId") for element in lineage),
            list_id=_first(lineage, "pPr/numPr/numId"),
            list_level=_first(lineage, "pPr/numPr/ilvl"),
            hidden=next((hidden for element in lineage if (hidden := switched(element, "rPr/vanish")) is not None), None),
        )


def outline(text: str) -> int | None:
    """The level of a heading by an outline level counted from 0: 1 to 6, 0 for body text, None when `text` is no number."""
    given = number(text)
    if given is None:
        return None
    return min(given + 1, 6) if 0 <= given < 9 else 0


def _level(element: Any) -> int | None:
    name = value(element, "name").lower()
    if name == "title":
        return 1
    if name.startswith("heading ") and name[8:].isdigit():
        return min(max(int(name[8:]), 1), 6)
    return outline(value(element, "pPr/outlineLvl"))


def _first(lineage: list[Any], path: str) -> int | None:
    return next((given for element in lineage if (given := number(value(element, path))) is not None), None)


def _is_default(element: Any) -> bool:
    return element.get(f"{W}type") == "paragraph" and element.get(f"{W}default") in {"1", "true", "on"}
