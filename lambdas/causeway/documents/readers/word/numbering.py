"""The automatic numbers of a document's lists and clauses, as Word shows them. See docs/decisions/126-word-numbers.md."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from causeway.documents.readers.office.xml import number
from causeway.documents.readers.word.numerals import numeral
from causeway.documents.readers.word.styles import Style, Styles
from causeway.documents.readers.word.xml import W, switched, value

LEVELS = 9
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list. text: with %1 to %9 for the numbers of the levels. legal: all of them in Arabic figures.

    restart: None means after every higher level, 0 never, n after the levels 1 to n. joined: nothing is between number and text.
    style: the paragraph style that is numbered by this level. hidden: the number itself is hidden text.
    """

    start: int
    format: str
    custom: str
    text: str
    restart: int | None
    legal: bool
    joined: bool
    style: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class List:
    """Lists of the same abstract one count together; copies of a definition keep its w:nsid and count together too.

    overrides: by level, the number with which the level starts again at its first use.
    """

    abstract: str
    levels: dict[int, Level]
    overrides: dict[int, int] = field(default_factory=dict)

    def start(self, at: int) -> int:
        return self.overrides[at] if at in self.overrides else self.levels[at].start if at in self.levels else 1


@dataclass(frozen=True, slots=True)
class Label:
    """What Word writes before a paragraph. text: "" for a bullet. clause: it holds the numbers of its parents, as 7.2 does."""

    text: str
    joined: bool = False
    clause: bool = False

    def before(self, text: str) -> str:
        return f"{self.text}{'' if self.joined else ' '}{text}"


class Numbering:
    """The lists of a document by their ids. unknown: how many numbers were left out because their format is not known."""

    def __init__(self, root: Any, styles: Styles) -> None:
        self.unknown = 0
        self._styles = styles
        elements = [] if root is None else root
        self._abstract = {e.get(f"{W}abstractNumId"): e for e in elements if e.tag == f"{W}abstractNum"}
        self._nums = {number(e.get(f"{W}numId")): e for e in elements if e.tag == f"{W}num"}
        self._lists: dict[int, List | None] = {}
        self._levels: dict[str, dict[int, Level]] = {}

    def list_of(self, list_id: int) -> List | None:
        if list_id not in self._lists:
            self._lists[list_id] = self._list(self._nums.get(list_id))
        return self._lists[list_id]

    def place(self, own_id: int | None, own_level: int | None, style: Style) -> tuple[int, int] | None:
        """List id and level of a paragraph: its own where it has them, else its style's; None when it is not numbered."""
        list_id = style.list_id if own_id is None else own_id
        if not list_id:
            return None
        if own_level is not None:
            return list_id, own_level
        found = self.list_of(list_id)
        linked = {level.style: at for at, level in found.levels.items() if level.style} if found else {}
        by_style = next((linked[style_id] for style_id in style.lineage if style_id in linked), style.list_level)
        return list_id, by_style or 0

    def _list(self, num: Any) -> List | None:
        if num is None:
            return None
        name = self._linked(value(num, "abstractNumId"), set())
        if name not in self._abstract:
            return None
        if name not in self._levels:
            self._levels[name] = _levels(self._abstract[name])
        levels = dict(self._levels[name])
        overrides: dict[int, int] = {}
        for override in num.iterchildren(f"{W}lvlOverride"):
            at = number(override.get(f"{W}ilvl"))
            start = number(value(override, "startOverride"))
            levels |= _levels(override)
            if at is not None and start is not None:
                overrides[at] = start
        return List(value(self._abstract[name], "nsid") or name, levels, overrides)

    def _linked(self, name: str, seen: set[str]) -> str:
        """The list that holds the levels: a list may only name the numbering style that has them."""
        style = value(self._abstract.get(name), "numStyleLink")
        if not style or name in seen:
            return name
        num = self._nums.get(self._styles.of(style).list_id)
        named = [value(num, "abstractNumId")] if num is not None else []
        owners = [other for other, element in self._abstract.items() if value(element, "styleLink") == style]
        return next((self._linked(other, {*seen, name}) for other in named + owners if other in self._abstract and other != name), name)


class Counters:
    """The numbers reached in one run of text: the body, a header, a note."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._reached: dict[str, list[int | None]] = defaultdict(lambda: [None] * LEVELS)
        self._begun: set[tuple[int, int]] = set()

    def next(self, list_id: int, at: int) -> Label | None:
        """Counts one paragraph of this list and level and gives its label; None when Word shows none or none is known."""
        found = self._numbering.list_of(list_id)
        if found is None or not 0 <= at < LEVELS or at not in found.levels:
            return None
        reached = self._reached[found.abstract]
        unsure = self._count(found, list_id, at, reached)
        level = found.levels[at]
        for deeper in range(at + 1, LEVELS):
            restart = found.levels[deeper].restart if deeper in found.levels else None
            if restart is None or at < restart:
                reached[deeper] = None
        return self._label(found, level, at, reached, unsure)

    def _count(self, found: List, list_id: int, at: int, reached: list[int | None]) -> set[int]:
        """The number of level `at`, and of levels above that have none yet. Answers the levels whose number is not sure."""
        anew = at in found.overrides and (list_id, at) not in self._begun
        last = reached[at]
        reached[at] = found.start(at) if anew or last is None else last + 1
        self._begun.add((list_id, at))
        unsure = set()
        for above in range(at):
            if reached[above] is None:
                reached[above] = found.start(above)
                self._begun.add((list_id, above))
            elif above in found.overrides and (list_id, above) not in self._begun:
                unsure.add(above)
        return unsure

    def _label(self, found: List, level: Level, at: int, reached: list[int | None], unsure: set[int]) -> Label | None:
        if level.hidden or not level.text:
            return None
        if level.format == "bullet":
            return Label("")
        places = [int(place) - 1 for place in _PLACE.findall(level.text)]
        shown = {place: self._shown(found, level, place, reached) for place in places}
        if None in shown.values() or any(place > at or place in unsure for place in places):
            self._numbering.unknown += 1
            return None
        text = _PLACE.sub(lambda place: shown[int(place[1]) - 1] or "", level.text).strip()
        return Label(text, level.joined, len(places) > 1) if text else None

    def _shown(self, found: List, level: Level, place: int, reached: list[int | None]) -> str | None:
        """The number of the level `place` inside a label of `level`."""
        source = found.levels.get(place)
        if source is None or source.format in {"bullet", "none"}:
            return ""
        style = "decimal" if level.legal and source.format != "decimalZero" else source.format
        return numeral(reached[place] or 0, style, source.custom)


def _levels(element: Any) -> dict[int, Level]:
    found = ((number(level.get(f"{W}ilvl")), level) for level in element.iterchildren(f"{W}lvl"))
    return {at: _level(level) for at, level in found if at is not None}


def _level(element: Any) -> Level:
    formats = list(element.iter(f"{W}numFmt"))
    custom = next((form for form in formats if form.get(f"{W}format")), None)
    form = custom if custom is not None else formats[0] if formats else None
    return Level(
        start=number(value(element, "start")) or 0,
        format="decimal" if form is None else form.get(f"{W}val", "decimal"),
        custom="" if form is None else form.get(f"{W}format", ""),
        text=value(element, "lvlText"),
        restart=number(value(element, "lvlRestart")),
        legal=bool(switched(element, "isLgl")),
        joined=value(element, "suff") == "nothing",
        style=value(element, "pStyle"),
        hidden=bool(switched(element, "rPr/vanish")),
    )
