"""Tokens: words that are drawn on a page in the place of values, so that the layout takes them up."""

import ctypes
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

TOKEN = re.compile(r"Qz([a-p]{6})Zq")
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_DIGITS = str.maketrans("abcdefghijklmnop", "0123456789abcdef")
_LARGEST = 11.0  # points of a token's type
_WIDEST = 1.2  # times the type's own width
_LETTER = 0.55  # of the type's size, by which a letter is wide
_LABEL_GAP = 40.0  # points between a label and its field, at most, unless the label ends like one
_BUTTON_GAP = 20.0  # points between a button and the label at its right, at most
_LABEL_END = re.compile(r"[:?：？)…._]\s*$")


class Box(NamedTuple):
    """Edges in points from the page's bottom left corner."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(slots=True)
class Mark:
    """A value and its box. button: ticked or not, for a check box or radio button. named: a label at a button's right says what it is."""

    text: str
    box: Box
    button: bool | None = None
    field: bool = False
    named: bool = False


def token(number: int) -> str:
    return f"Qz{format(number, '06x').translate(_LETTERS)}Zq"


def number_of(found: re.Match[str]) -> int:
    return int(found[1].translate(_DIGITS), 16)


def draw(page: Any, marks: Sequence[tuple[str, Mark]]) -> None:
    """Draws each token in its mark's box or, for a field, right beside the field's label."""
    if not marks:
        return
    turned = pdfium.FPDFPage_GetRotation(page)
    labels = [] if turned else _texts(page)
    for word, mark in marks:
        if not mark.field or not labels or not _by_label(page, word, mark, labels):
            _in_box(page, word, mark, turned)
    pdfium.FPDFPage_GenerateContent(page)


def _texts(page: Any) -> list[tuple[Box, str]]:
    """Runs of text on the page."""
    read = page.get_textpage()
    boxes = [Box(*read.get_rect(index)) for index in range(read.count_rects())]
    found = [(box, str(read.get_text_bounded(*box)).strip()) for box in boxes]
    read.close()
    return [(box, text) for box, text in found if text]


def _by_label(page: Any, word: str, mark: Mark, labels: Sequence[tuple[Box, str]]) -> bool:
    """Draws the token before the label at a button's right, else after the label at the field's left; False when there is none."""
    beside = [(box, text) for box, text in labels if mark.box.bottom - 2 < (box.bottom + box.top) / 2 < mark.box.top + 2]
    after = min((box for box, _ in beside if box.left >= mark.box.right - 2), default=None)
    if mark.button is not None and after is not None and after.left - mark.box.right <= _BUTTON_GAP:
        mark.named = True
        size = _size(after)
        _write(page, word, size, 0.4, (after.left - 0.4 * _LETTER * size * len(word) - 0.3 * size, after.bottom + 0.2 * size))
        return True
    before = max(((box, text) for box, text in beside if box.right <= mark.box.left + 2), key=lambda entry: entry[0].right, default=None)
    if before is None or not (mark.box.left - before[0].right <= _LABEL_GAP or _LABEL_END.search(before[1])):
        return False
    size = _size(before[0])
    _write(page, word, size, 0.4, (before[0].right + 0.3 * size, before[0].bottom + 0.2 * size))
    return True


def _size(label: Box) -> float:
    return max(4.0, min(_LARGEST, label.top - label.bottom))


def _in_box(page: Any, word: str, mark: Mark, turned: int) -> None:
    """turned: the page's own quarter turns, by which the token has to be turned to be upright."""
    left, bottom, right, top = mark.box
    wide, high = (top - bottom, right - left) if turned % 2 else (right - left, top - bottom)
    size = max(4.0, min(_LARGEST, 0.7 * high))
    stretch = min(wide, 0.5 * size * max(3, len(mark.text))) / (_LETTER * size * len(word))
    down = high / 2 + 0.35 * size if high < 2.2 * size else 1.2 * size
    place = [(left, top - down), (left + down, bottom), (right, bottom + down), (right - down, top)][turned]
    _write(page, word, size, min(stretch, _WIDEST), place, turned)


def _write(page: Any, word: str, size: float, stretch: float, place: tuple[float, float], turned: int = 0) -> None:
    drawn = pdfium.FPDFPageObj_NewTextObj(page.pdf, b"Helvetica", size)
    letters = ctypes.create_string_buffer(word.encode("utf-16-le") + b"\0\0")
    pdfium.FPDFText_SetText(drawn, ctypes.cast(letters, pdfium.FPDF_WIDESTRING))
    cosine, sine = round(math.cos(turned * math.pi / 2)), round(math.sin(turned * math.pi / 2))
    pdfium.FPDFPageObj_SetMatrix(drawn, pdfium.FS_MATRIX(stretch * cosine, stretch * sine, -sine, cosine, *place))
    pdfium.FPDFPage_InsertObject(page, drawn)
