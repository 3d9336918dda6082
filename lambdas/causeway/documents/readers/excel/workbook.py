"""A workbook: its sheets, the texts that cells share, and what the looks of cells say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from causeway.documents.readers.archives import DAMAGED
from causeway.documents.readers.contrast import alike
from causeway.documents.readers.excel.builtin import BUILTIN
from causeway.documents.readers.excel.numbers import GENERAL
from causeway.documents.readers.office.package import Package
from causeway.documents.readers.office.xml import R, number
from causeway.documents.readers.xml import OPTIONS

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WHITE = (255.0, 255.0, 255.0)
_RGB = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")


@dataclass(frozen=True, slots=True)
class Sheet:
    """part: its name in the archive, "" where the file lacks it. kind: worksheet, chartsheet or another."""

    name: str
    part: str
    kind: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Look:
    """code: the number format. faint: the text has the colour of its background."""

    code: str = GENERAL
    faint: bool = False


@dataclass(slots=True)
class Workbook:
    """from_1904: its dates count from 1904. looks: of cells, by their style's number."""

    package: Package
    sheets: list[Sheet] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    from_1904: bool = False

    def look(self, style: int) -> Look:
        return self.looks[style] if style < len(self.looks) else Look()


def workbook_of(package: Package) -> Workbook:
    """Raises BadDocument truncated."""
    properties = package.document.find("{*}workbookPr")
    from_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
    styles = package.related(package.main, "styles")
    return Workbook(package, list(_sheets(package)), list(_texts(package)), [] if styles is None else list(_looks(styles)), from_1904)


def elements(package: Package, part: str, *tags: str) -> Iterator[Any]:
    """The elements of these names in a part as they end, one after another; what was read is let go.

    Raises BadDocument truncated.
    """
    names = [f"{{*}}{tag}" for tag in tags]
    try:
        with package.open(part) as stream:
            for _, element in etree.iterparse(stream, events=("end",), tag=names, **OPTIONS):
                yield element
                element.clear()
                while (before := element.getprevious()) is not None:
                    element.getparent().remove(before)
    except (etree.XMLSyntaxError, *DAMAGED) as error:
        raise package.truncated() from error


def local(element: Any) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text_of(element: Any) -> str:
    """The words of a cell or shared text with its runs, without how they are pronounced."""
    spoken = (text for text in element.iter("{*}t") if local(text.getparent()) != "rPh")
    return plain("".join(text.text or "" for text in spoken))


def plain(text: str) -> str:
    """A text with the characters that Excel writes as "_x000D_"."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _sheets(package: Package) -> Iterator[Sheet]:
    relations = package.relations(package.main)
    for element in package.document.iter("{*}sheet"):
        relation = relations.get(element.get(f"{R}id", ""))
        found = relation is not None and not relation.external and package.has(relation.target)
        part, kind = (relation.target, relation.kind) if relation is not None and found else ("", "")
        yield Sheet(element.get("name", ""), part, kind, element.get("state", "visible") != "visible")


def _texts(package: Package) -> Iterator[str]:
    for part in package.parts(package.main, "sharedStrings")[:1]:
        yield from (text_of(element) for element in elements(package, part, "si"))


def _looks(styles: Any) -> Iterator[Look]:
    codes = {number(each.get("numFmtId")): each.get("formatCode", GENERAL) for each in styles.iter("{*}numFmt")}
    fonts, fills = ([*(parent if parent is not None else ())] for parent in (styles.find("{*}fonts"), styles.find("{*}fills")))
    for xf in styles.iterfind("{*}cellXfs/{*}xf"):
        identity = number(xf.get("numFmtId")) or 0
        code = codes.get(identity) or BUILTIN.get(identity, GENERAL)
        font, fill = (_at(parts, number(xf.get(name))) for parts, name in ((fonts, "fontId"), (fills, "fillId")))
        yield Look(code, _is_faint(font, fill))


def _at(parts: list[Any], index: int | None) -> Any:
    return parts[index] if index is not None and 0 <= index < len(parts) else None


def _is_faint(font: Any, fill: Any) -> bool:
    """Whether text is in the colour of its background, where both say which that is."""
    written = None if font is None else _colour(font.find("{*}color"))
    pattern = None if fill is None else fill.find("{*}patternFill")
    kind = "none" if pattern is None else pattern.get("patternType", "none")
    if kind not in {"none", "solid"}:
        return False
    behind = _WHITE if pattern is None or kind == "none" else _colour(pattern.find("{*}fgColor"))
    return written is not None and behind is not None and alike(written, behind)


def _colour(element: Any) -> tuple[float, float, float] | None:
    """Red, green and blue of a colour given as such, or of the theme's background, which is white; None for others."""
    if element is None:
        return None
    if element.get("theme") == "0" and not element.get("tint"):
        return _WHITE
    found = _RGB.fullmatch(element.get("rgb", ""))
    return None if found is None else (int(found[1][:2], 16), int(found[1][2:4], 16), int(found[1][4:], 16))
