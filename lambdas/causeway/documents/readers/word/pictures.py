"""Drawings: the alternative text of pictures, the words of diagrams; charts and embedded objects are counted."""

from collections.abc import Callable
from typing import Any

from causeway.documents.readers.album import WHOLE, Crop
from causeway.documents.readers.office.diagrams import words_of_diagram
from causeway.documents.readers.office.drawings import DECORATIVE, EMU_A_POINT, alternative, crop_of
from causeway.documents.readers.office.xml import A, R
from causeway.documents.readers.word.findings import OBJECT, SCANNED_PAGE, Findings
from causeway.documents.readers.word.xml import W

_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_CHARTS = (
    "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart",
    "{http://schemas.microsoft.com/office/drawing/2014/chartex}chart",
)
_VALUE = "{http://schemas.openxmlformats.org/drawingml/2006/chart}v"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_DIAGRAM = f"{_DGM}relIds"
_VML = "{urn:schemas-microsoft-com:vml}"
_OLE = "{urn:schemas-microsoft-com:office:office}OLEObject"
Keep = Callable[[str, Crop, tuple[float, float] | None], str | None]
_HALF_A_PAGE = 7_560_310 * 10_692_130 / 2  # square EMU of A4
_A_PAGE = 1.6 * _HALF_A_PAGE  # without its margins


class Pictures:
    """part: gives the root of the part with this relationship id, or None. keep: keeps the picture with this relationship id."""

    def __init__(self, findings: Findings, part: Callable[[str], Any], keep: Keep) -> None:
        self._findings, self._part, self._keep = findings, part, keep

    def read(self, drawing: Any) -> str:
        """What a drawing, a VML picture or an object says by itself; text boxes in it are read as paragraphs."""
        if next(drawing.iter(_OLE, f"{W}control"), None) is not None:
            self._findings.add("objects", lost=OBJECT)
            return _spaced(_alternative(drawing))
        chart = next(drawing.iter(*_CHARTS), None)
        if chart is not None:
            shown = self._part(chart.get(f"{R}id", ""))
            self._findings.add(
                "charts", lost=OBJECT if shown is None else sum(len(text.text or "") for text in shown.iter(f"{A}t", _VALUE))
            )
            return _spaced(_alternative(drawing))
        diagram = next(drawing.iter(_DIAGRAM), None)
        if diagram is not None:
            return self._diagram(diagram)
        if next(drawing.iter(f"{A}blip", f"{_VML}imagedata"), None) is not None:
            return self._picture(drawing)
        return _spaced(" ".join(path.get("string", "") for path in drawing.iter(f"{_VML}textpath")))

    def kept(self, drawing: Any) -> list[str]:
        """The ids of the pictures that a drawing shows, of those that are kept. What only decorates is none, and neither is a scan."""
        if next(drawing.iter(_OLE, f"{W}control", DECORATIVE), None) is not None or _area(drawing) > _A_PAGE:
            return []
        relations = [(blip.get(f"{R}embed", ""), _crop(blip)) for blip in drawing.iter(f"{A}blip")]
        relations += [(data.get(f"{R}id", ""), WHOLE) for data in drawing.iter(f"{_VML}imagedata")]
        points = _points(drawing) if len(relations) == 1 else None
        found = [self._keep(relation, crop, points) for relation, crop in relations if relation]
        return [name for name in found if name is not None]

    def _diagram(self, diagram: Any) -> str:
        """The words in the shapes of a SmartArt diagram, in their order."""
        words = "; ".join(words_of_diagram(self._part(diagram.get(f"{R}dm", ""))))
        self._findings.add("diagrams" if words else "objects", lost=0 if words else OBJECT)
        return _spaced(words)

    def _picture(self, drawing: Any) -> str:
        text = _alternative(drawing)
        if text:
            self._findings.add("pictures")
        elif next(drawing.iter(DECORATIVE), None) is not None:
            return ""
        elif _area(drawing) > _HALF_A_PAGE:
            self._findings.add("pages of pictures", lost=SCANNED_PAGE)
        else:
            self._findings.add("pictures untold")
        return _spaced(text)


def _alternative(drawing: Any) -> str:
    described = drawing.iter(f"{_WP}docPr", f"{_PIC}cNvPr")
    texts = [element.get("descr") or "" for element in described]
    texts += [element.get("alt") or "" for element in drawing.iter(f"{_VML}shape", f"{_VML}rect")]
    return alternative(texts)


def _area(drawing: Any) -> float:
    width, height = _extent(drawing)
    return width * height


def _extent(drawing: Any) -> tuple[float, float]:
    """Width and height in EMU, 0 where the drawing does not tell."""
    extent = next(drawing.iter(f"{_WP}extent"), None)
    try:
        return (0, 0) if extent is None else (float(extent.get("cx", 0)), float(extent.get("cy", 0)))
    except ValueError:
        return 0, 0


def _points(drawing: Any) -> tuple[float, float] | None:
    width, height = _extent(drawing)
    return (width / EMU_A_POINT, height / EMU_A_POINT) if width and height else None


def _crop(blip: Any) -> Crop:
    return crop_of(next(blip.itersiblings(f"{A}srcRect"), None))


def _spaced(text: str) -> str:
    return f" {text} " if text.strip() else ""
