"""The shapes of a slide to blocks, in the order in which a screen reader tells them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from causeway.documents.content import Block
from causeway.documents.readers.album import Album
from causeway.documents.readers.grid import Cell, blocks_of
from causeway.documents.readers.office.diagrams import blocks_of_chart, words_of_diagram
from causeway.documents.readers.office.drawings import DECORATIVE, EMU_A_POINT, crop_of, described, words_of
from causeway.documents.readers.office.findings import OBJECT, SCANNED_PAGE
from causeway.documents.readers.office.package import Package
from causeway.documents.readers.office.xml import MC, A, R, chosen, number
from causeway.documents.readers.powerpoint.findings import Findings

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_TITLES = frozenset({"title", "ctrTitle"})
_RUNNING, _NUMBERING = frozenset({"ftr", "hdr"}), frozenset({"dt", "sldNum"})
_LISTED = frozenset({"body", "obj", ""})
_DEEPEST = 20  # groups within groups
_WIDEST = 1_000
_WHOLE = 0.9  # of a slide's area
_ON = frozenset({"1", "true", "on"})


@dataclass(slots=True)
class Slide:
    """What a slide shows. title: "" where it has none. running: lines that stand on several slides, such as footers."""

    title: str
    blocks: list[Block]
    running: list[str]


class Shapes:
    """Reads the shapes of one part, such as a slide. half: square EMU from which a picture may hold the slide's text.

    album: keeps the pictures; None where they only decorate.
    """

    def __init__(self, package: Package, part: str, page: int, findings: Findings, half: float, album: Album | None = None) -> None:
        self._album = album
        self._package, self._part, self._page, self._findings, self._half = package, part, page, findings, half
        self._running: list[str] = []

    def slide(self, root: Any) -> Slide:
        tree = root.find(f"{P}cSld/{P}spTree")
        title, blocks = "", list[Block]()
        for shape in () if tree is None else self._flat(tree):
            if shape.tag == f"{P}sp" and not title and _placeholder(shape) in _TITLES:
                title = " ".join(" ".join(map(words_of, shape.iter(f"{A}p"))).split())
            else:
                blocks += self._blocks(shape)
        return Slide(title, blocks, self._running)

    def standing(self, root: Any) -> list[str]:
        """The lines that a layout or a master puts on its slides; its placeholders only say how theirs look."""
        tree = root.find(f"{P}cSld/{P}spTree")
        shapes = () if tree is None else self._flat(tree)
        return [line for shape in shapes if shape.tag == f"{P}sp" and _placeholder(shape) is None for line in lines_of(shape)]

    def _flat(self, parent: Any, depth: int = 0) -> Iterator[Any]:
        """The shapes of groups and of alternatives in their place; hidden ones are counted."""
        for shape in parent:
            if shape.tag == f"{MC}AlternateContent":
                yield from self._flat(chosen(shape), depth)
            elif any(each.get("hidden") in _ON for each in shape.iterfind("*/{*}cNvPr")):
                self._findings.add("hidden", int(any((text.text or "").strip() for text in shape.iter(f"{A}t"))))
            elif shape.tag == f"{P}grpSp":
                if depth < _DEEPEST:
                    yield from self._flat(shape, depth + 1)
                else:
                    self._findings.add("objects", lost=OBJECT)
            elif shape.tag in {f"{P}sp", f"{P}pic", f"{P}graphicFrame", f"{P}contentPart"}:
                yield shape

    def _blocks(self, shape: Any) -> Iterable[Block]:
        if shape.tag == f"{P}pic":
            return self._picture(shape)
        if shape.tag == f"{P}graphicFrame":
            return self._frame(shape)
        kind = _placeholder(shape)
        if kind in _NUMBERING:
            self._findings.add("headers", int(bool(shape.findtext(f".//{A}t"))))
            return ()
        if kind in _RUNNING:
            self._running += lines_of(shape)
            return ()
        return self._told(lines_of(shape, listed=kind in _LISTED))

    def _picture(self, shape: Any) -> Iterable[Block]:
        text = described(shape)
        if next(shape.iter(f"{A}videoFile", f"{A}audioFile"), None) is not None:
            self._findings.add("objects", lost=OBJECT)
        elif text:
            self._findings.add("pictures")
        elif next(shape.iter(DECORATIVE), None) is None:
            self._findings.add("pictures untold", lost=SCANNED_PAGE if _area(shape) > self._half else 0)
        kept = self._kept(shape)
        if kept is None:
            return self._told([text])
        return [Block("text", text, page=self._page, pictures=(kept,), caption=bool(text))]

    def _kept(self, shape: Any) -> str | None:
        """The id of a picture, if it is kept. One that is the whole slide is its background, or a scan."""
        blip = next(shape.iter(f"{A}blip"), None)
        if self._album is None or blip is None or _area(shape) > _WHOLE * 2 * self._half:
            return None
        if next(shape.iter(DECORATIVE, f"{A}videoFile", f"{A}audioFile"), None) is not None:
            return None
        data = self._package.related_bytes(self._part, blip.get(f"{R}embed", ""))
        points = _points(shape)
        crop = crop_of(next(shape.iter(f"{A}srcRect"), None))
        return None if data is None else self._album.add(data, page=self._page, crop=crop, points=points)

    def _frame(self, frame: Any) -> Iterable[Block]:
        table = next(frame.iter(f"{A}tbl"), None)
        if table is not None:
            return blocks_of(list(_rows(table)), self._page)
        for reference in frame.iter("{*}chart", "{*}relIds"):
            part = self._package.resolver(self._part)(reference.get(f"{R}id") or reference.get(f"{R}dm") or "")
            if part is None:
                break
            self._findings.add("diagrams")
            return blocks_of_chart(part, self._page) if reference.get(f"{R}id") else self._told(words_of_diagram(part))
        self._findings.add("objects", lost=OBJECT)
        return self._told([described(frame)])

    def _told(self, lines: list[str]) -> list[Block]:
        text = "\n".join(filter(str.strip, lines))
        return [Block("text", text, page=self._page)] if text else []


def lines_of(shape: Any, listed: bool = False) -> list[str]:
    """The paragraphs of a shape; of several in a list, each is an item under its level. listed: the shape's paragraphs have bullets."""
    paragraphs = [(paragraph, words_of(paragraph).strip()) for paragraph in shape.iterfind(f"{{*}}txBody/{A}p")]
    filled = [(paragraph, text) for paragraph, text in paragraphs if text]
    if len(filled) < 2:
        return [text for _, text in filled]
    return [f"{_bullet(paragraph, listed)}{text}" for paragraph, text in filled]


def _bullet(paragraph: Any, listed: bool) -> str:
    properties = paragraph.find(f"{A}pPr")
    level = 0 if properties is None else min(number(properties.get("lvl")) or 0, 8)
    if properties is not None:
        listed = properties.find(f"{A}buNone") is None and (
            listed or any(properties.find(f"{A}{name}") is not None for name in ("buChar", "buAutoNum", "buBlip"))
        )
    return f"{'  ' * level}- " if listed else ""


def _placeholder(shape: Any) -> str | None:
    """The kind of placeholder a shape is, "" for one of no special kind, None for none."""
    found = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
    return None if found is None else str(found.get("type", ""))


def _rows(table: Any) -> Iterator[list[Cell]]:
    properties = table.find(f"{A}tblPr")
    headed = properties is not None and properties.get("firstRow") in _ON
    for at, row in enumerate(table.iterfind(f"{A}tr")):
        yield list(_cells(row, headed and at == 0))


def _cells(row: Any, header: bool) -> Iterator[Cell]:
    """The cells that are drawn; what a merged cell covers is none."""
    for cell in row.iterfind(f"{A}tc"):
        if cell.get("hMerge") in _ON or cell.get("vMerge") in _ON:
            continue
        text = "\n".join(words_of(paragraph) for paragraph in cell.iterfind(f"{A}txBody/{A}p"))
        columns, rows = (min(max(number(cell.get(name)) or 1, 1), _WIDEST) for name in ("gridSpan", "rowSpan"))
        yield Cell(text, columns, rows, header)


def _area(shape: Any) -> float:
    width, height = _extent(shape)
    return width * height


def _points(shape: Any) -> tuple[float, float] | None:
    """Width and height; None where the layout gives them."""
    width, height = _extent(shape)
    return (width / EMU_A_POINT, height / EMU_A_POINT) if width and height else None


def _extent(shape: Any) -> tuple[float, float]:
    extent = shape.find(f"{P}spPr/{A}xfrm/{A}ext")
    try:
        return (0.0, 0.0) if extent is None else (float(extent.get("cx", 0)), float(extent.get("cy", 0)))
    except ValueError:
        return 0.0, 0.0
