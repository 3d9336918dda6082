"""Lines of a PDF page, as PDFium finds them, with where they stand and in which type."""

import ctypes
import re
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

_BOLD = re.compile(rb"bold|black|heavy|semibold|demi", re.IGNORECASE)
_FIXED = re.compile(rb"mono|courier|consol|code|typewriter|cmtt", re.IGNORECASE)
_LINE = re.compile(r"[^\r\n]+")
_SPACES = re.compile(r"[ \t\xa0]+")
_BROKEN = re.compile(r"[\x02\ufffe](?=[a-z])")  # a hyphen at the line's end, the word going on
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-", "\xad": "-"})


@dataclass(slots=True)
class Line:
    """One line of type, or a whole table with the words of its cells. Lengths in points, from the page's top left corner.

    size: height of the type. fixed: set in a typewriter face. rows: of a table, else empty.
    """

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    bold: bool = False
    fixed: bool = False
    rows: list[list[str]] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """lines: in the order of the file. boxes: (left, right) of every run of type. ruled: drawn lines that may make a table."""

    number: int
    width: float
    height: float
    lines: list[Line]
    boxes: list[tuple[float, float]]
    ruled: bool
    pictures: bool


class PageReader:
    """Reads the pages of one open document. Its buffers are made once: a call into PDFium is cheap, an allocation is not."""

    def __init__(self) -> None:
        self._box = pdfium.FS_RECTF()
        self._name = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()
        self._edges = [ctypes.c_double() for _ in range(4)]
        self._corners = [ctypes.c_float() for _ in range(4)]

    def page(self, raw: Any, number: int) -> Page:
        """raw: an open FPDF_PAGE. number: from 1."""
        width, height = float(pdfium.FPDF_GetPageWidthF(raw)), float(pdfium.FPDF_GetPageHeightF(raw))
        text_page = pdfium.FPDFText_LoadPage(raw)
        try:
            text = self._text(text_page)
            lines = [line for match in _LINE.finditer(text) if (line := self._line(text_page, match, height))]
            boxes = self._boxes(text_page)
        finally:
            pdfium.FPDFText_ClosePage(text_page)
        ruled, pictures = self._drawings(raw)
        return Page(number, width, height, lines, boxes, ruled, pictures)

    def split(self, raw: Any, gutters: list[float], number: int) -> Page:
        """The page again, with every line cut where it crosses one of the gutters (x, in points)."""
        page = self.page(raw, number)
        text_page = pdfium.FPDFText_LoadPage(raw)
        try:
            text = self._text(text_page)
            parts = [part for match in _LINE.finditer(text) for part in self._parts(text_page, text, match.span(), gutters)]
            page.lines = [line for part in parts if (line := self._line(text_page, part, page.height))]
        finally:
            pdfium.FPDFText_ClosePage(text_page)
        return page

    def _parts(self, text_page: Any, text: str, span: tuple[int, int], gutters: list[float]) -> list[re.Match[str]]:
        cuts, column = [span[0]], None
        for index in range(*span):
            if text[index].isspace() or not pdfium.FPDFText_GetLooseCharBox(text_page, index, self._box):
                continue
            here = sum(self._box.left > gutter for gutter in gutters)
            if column is not None and here != column:
                cuts.append(index)
            column = here
        ends = [*cuts[1:], span[1]]
        return [match for begin, end in zip(cuts, ends, strict=True) if (match := _LINE.search(text, begin, end))]

    def _text(self, text_page: Any) -> str:
        """The page's text, one UTF-16 unit for each of PDFium's characters, so that places agree."""
        count = pdfium.FPDFText_CountChars(text_page)
        if count <= 0:
            return ""
        buffer = ctypes.create_string_buffer((count + 1) * 2)
        got = pdfium.FPDFText_GetText(text_page, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
        text = buffer.raw[: max(0, got - 1) * 2].decode("utf-16-le", errors="replace")
        if len(text) == count:
            return text
        return "".join(_character(pdfium.FPDFText_GetUnicode(text_page, index)) for index in range(count))

    def _line(self, text_page: Any, match: re.Match[str], height: float) -> Line | None:
        text = match.group()
        words = _SPACES.sub(" ", _BROKEN.sub("", text).translate(_HYPHENS)).strip()
        if not words:
            return None
        first = match.start() + len(text) - len(text.lstrip())
        last = match.start() + len(text.rstrip()) - 1
        places = (first, (first + last) // 2, last)
        boxes = [box for place in places if (box := self._character_box(text_page, place))]
        if not boxes:
            return None
        fonts = [self._font(text_page, place) for place in places]
        return Line(
            text=words,
            left=boxes[0][0],
            right=max(box[2] for box in boxes),
            top=height - boxes[0][1],
            bottom=height - min(box[3] for box in boxes),
            size=round(min(box[1] - box[3] for box in boxes), 1),
            bold=all(_BOLD.search(font) for font in fonts),
            fixed=all(_FIXED.search(font) for font in fonts),
        )

    def _character_box(self, text_page: Any, index: int) -> tuple[float, float, float, float] | None:
        """Left, top, right and bottom, y counted upwards; None for a character that PDFium put in."""
        box = self._box
        if not pdfium.FPDFText_GetLooseCharBox(text_page, index, box) or box.top <= box.bottom:
            return None
        return box.left, box.top, box.right, box.bottom

    def _font(self, text_page: Any, index: int) -> bytes:
        length = pdfium.FPDFText_GetFontInfo(text_page, index, self._name, len(self._name), self._flags)
        return self._name.raw[: max(0, min(length, len(self._name)))]

    def _boxes(self, text_page: Any) -> list[tuple[float, float]]:
        left, top, right, bottom = self._edges
        found = []
        for index in range(pdfium.FPDFText_CountRects(text_page, 0, -1)):
            if pdfium.FPDFText_GetRect(text_page, index, left, top, right, bottom):
                found.append((left.value, right.value))
        return found

    def _drawings(self, raw: Any) -> tuple[bool, bool]:
        """Whether the page has rules enough for a table, and whether it has pictures."""
        across = down = cells = 0
        pictures = False
        left, bottom, right, top = self._corners
        for index in range(min(pdfium.FPDFPage_CountObjects(raw), 4000)):
            thing = pdfium.FPDFPage_GetObject(raw, index)
            kind = pdfium.FPDFPageObj_GetType(thing)
            pictures = pictures or kind == pdfium.FPDF_PAGEOBJ_IMAGE
            if kind != pdfium.FPDF_PAGEOBJ_PATH or not pdfium.FPDFPageObj_GetBounds(thing, left, bottom, right, top):
                continue
            wide, high = right.value - left.value, top.value - bottom.value
            across += wide > 40 and high < 3
            down += high > 8 and wide < 3
            cells += wide > 15 and high > 8 and (wide < 400 or high < 60)
        return (across >= 3 and down >= 2) or cells >= 4, pictures


def _character(code: int) -> str:
    return chr(code) if 0 < code < 0x10000 and not 0xD800 <= code < 0xE000 else " "
