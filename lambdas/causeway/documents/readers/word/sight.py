"""Which runs of a Word file nobody sees, though they are not hidden: by their colour, their size or the height of their line."""

from collections.abc import Iterator
from typing import Any

from causeway.documents.readers.contrast import alike
from causeway.documents.readers.office.xml import number
from causeway.documents.readers.word.looks import NOTHING, Look, fill_of, look_of
from causeway.documents.readers.word.palette import SOLID, Colour, named
from causeway.documents.readers.word.paper import WHITE, Paper, hexadecimal
from causeway.documents.readers.word.styles import Style, Styles
from causeway.documents.readers.word.xml import W, below, child, value

_R, _RPR, _P, _PPR, _TC, _TR, _TBL = (f"{W}{name}" for name in ("r", "rPr", "p", "pPr", "tc", "tr", "tbl"))
_BOX = f"{W}txbxContent"
_FLAT = 40  # twentieths of a point: lines and rows of this exact height show nothing
_EDGES = {"firstRow", "lastRow", "firstCol", "lastCol"}


class Sight:
    """root: of the part whose runs are asked for."""

    def __init__(self, root: Any, styles: Styles, paper: Paper) -> None:
        self._styles, self._paper = styles, paper
        self._looks: dict[str, Look] = {}
        self._flat = {run for low in _low(root) for run in low.iter(_R)}
        self._pictured = sum(1 for _ in root.iter(*_SHAPES)) > 1
        self._asked = bool(self._flat) or paper.may_hide([root] if styles.root is None else [root, styles.root])

    def unseen(self, run: Any, style: Style) -> bool:
        """style: of the run's paragraph."""
        if not self._asked:
            return False
        if run in self._flat:
            return True
        properties = child(run, _RPR)
        character = value(properties, "rStyle")
        look = look_of(properties, self._paper)
        look = look.over(self._look(character)) if character else look
        look = look.over(self._look(style.lineage[0]) if style.lineage else NOTHING).over(self._of_table(run)).over(self._look(""))
        if look.small or (look.clear and not look.drawn):
            return True
        return look.colour is not None and not look.drawn and self._vanishes(look, run, style)

    def _vanishes(self, look: Look, run: Any, style: Style) -> bool:
        colour = look.colour or WHITE
        behind = [look.fill] if look.fill else list(self._behind(run, style))
        return bool(behind) and all(fill is not None and alike(colour, fill) for fill in behind)

    def _behind(self, run: Any, style: Style) -> Iterator[Colour | None]:
        """What may be behind a run without shading of its own: several colours where a table's style has them, None if it is not known."""
        for holder in run.iterancestors(_P, _TC, _TBL, _BOX):
            if holder.tag == _BOX:
                yield self._behind_box(holder)
                return
            kind = {_P: "pPr", _TC: "tcPr", _TBL: "tblPr"}[holder.tag]
            fill = fill_of(below(holder, kind), self._paper)
            if fill is None and holder.tag == _P:
                fill = self._filled(style)
            elif fill is None and holder.tag == _TBL:
                yield from self._styled(holder, run)
            if fill is not None:
                yield fill
                return
        yield self._paper.page

    def _filled(self, style: Style) -> Colour | None:
        found = (fill_of(below(element, "pPr"), self._paper) for element in self._styles.lineage(next(iter(style.lineage), "")))
        return next((fill for fill in found if fill is not None), None)

    def _styled(self, table: Any, run: Any) -> Iterator[Colour]:
        """The shadings that the table's style may give the cell with the run."""
        name = value(table, "tblPr/tblStyle")
        edges = _edges(table, run)
        for style in self._styles.lineage(name):
            for holder in (style, *style.iterchildren(f"{W}tblStylePr")):
                kind = holder.get(f"{W}type", "") if holder is not style else ""
                fills = (fill_of(below(holder, part), self._paper) for part in ("tcPr", "tblPr", "pPr"))
                if kind not in _EDGES or kind in edges:
                    yield from (fill for fill in fills if fill is not None)

    def _behind_box(self, box: Any) -> Colour | None:
        """The fill of a text box; a box without one floats over what is not known where there are other shapes and pictures."""
        shape = next(box.iterancestors(*_SHAPES), None)
        solid = None if shape is None else next(shape.iter(SOLID), None)
        properties = None if solid is None else solid.getparent()
        if properties is not None and properties.tag.endswith("}spPr"):
            return hexadecimal(named(solid))
        bare = shape is not None and next(shape.iter(_NO_FILL), None) is not None
        return self._paper.page if bare and not self._pictured else None

    def _of_table(self, run: Any) -> Look:
        table = next(run.iterancestors(_TBL), None)
        name = value(table, "tblPr/tblStyle")
        return self._look(name) if name else NOTHING

    def _look(self, style_id: str) -> Look:
        """Of a style with those it is based on; "" for the document's defaults."""
        if style_id not in self._looks:
            elements = self._styles.lineage(style_id) if style_id else [below(self._styles.root, "docDefaults/rPrDefault")]
            look = NOTHING
            for element in elements:
                look = look.over(look_of(below(element, "rPr"), self._paper))
            self._looks[style_id] = look
        return self._looks[style_id]


_WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}wsp"
_VML = "{urn:schemas-microsoft-com:vml}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SHAPES = (_WPS, f"{_VML}shape", f"{_VML}rect", f"{_VML}textbox", f"{_A}blip", f"{_VML}imagedata")
_NO_FILL = f"{_A}noFill"


def _low(root: Any) -> Iterator[Any]:
    """Paragraphs and rows whose lines are too low to show anything."""
    for spacing in root.iter(f"{W}spacing"):
        if spacing.get(f"{W}lineRule") == "exact" and spacing.getparent().tag == _PPR and (number(spacing.get(f"{W}line")) or 99) <= _FLAT:
            yield spacing.getparent().getparent()
    for height in root.iter(f"{W}trHeight"):
        if height.get(f"{W}hRule") == "exact" and (number(height.get(f"{W}val")) or 99) <= _FLAT:
            yield height.getparent().getparent()


def _edges(table: Any, run: Any) -> set[str]:
    """Which edges of the table the run's row and cell are at."""
    row = next((row for row in run.iterancestors(_TR) if next(row.iterancestors(_TBL), None) is table), None)
    cell = next((cell for cell in run.iterancestors(_TC) if next(cell.iterancestors(_TR), None) is row), None)
    if row is None or cell is None:
        return _EDGES
    places = {"firstRow": row.itersiblings(_TR, preceding=True), "lastRow": row.itersiblings(_TR)}
    places |= {"firstCol": cell.itersiblings(_TC, preceding=True), "lastCol": cell.itersiblings(_TC)}
    return {name for name, beyond in places.items() if next(beyond, None) is None}
