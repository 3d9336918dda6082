"""Raised figures: 10⁶ is set as a small 6 above the line, and a layout that joins its words would read 106.

The figures are found by the size and the baseline of the text objects on the page; in the text they get the sign that the Word and
HTML readers write, "10^6".
"""

import ctypes
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from causeway.documents.content import Block

_SMALLER = 0.85  # of the type before it, at most
_RISE = (0.15, 0.9)  # of the type before it, between the two baselines
_GAP = 0.3  # of the type before it, between the two
_FIGURE = re.compile(r"[-\u2212\u2013+]?\d{1,3}")
_BASE = re.compile(r"(?:\S+\s+)?\S*\w[)\]]?$")


class Raised(NamedTuple):
    """A figure and what is before it: the last word or two of its line, parted by one space and without one at their end."""

    before: str
    figure: str


class _Run(NamedTuple):
    """A text object: size of its type, height of its baseline, left and right end."""

    thing: Any
    size: float
    y: float
    left: float
    right: float


def raised_in(page: Any, things: Sequence[Any]) -> tuple[Raised, ...]:
    """The raised figures among the text objects of an open page, in the order of the file."""
    pairs = []
    base: _Run | None = None
    for thing in things:
        run = _run(thing)
        if run and base and _is_raised(run, base):
            pairs.append((base, run))
        elif run:
            base = run
    return _read(page, pairs) if pairs else ()


def with_signs(blocks: Sequence[Block], raised: Sequence[Sequence[Raised]]) -> list[Block]:
    """The blocks with a sign before each raised figure. raised: of each page, in the order of the file."""
    waiting = {page: list(figures) for page, figures in enumerate(raised, 1) if figures}
    return [_marked(block, waiting[block.page]) if block.page in waiting else block for block in blocks]


def _marked(block: Block, waiting: list[Raised]) -> Block:
    """The block with its raised figures, which are taken from those that wait."""
    text = block.text
    for each in [each for each in waiting if each.before in text]:
        joined = re.escape(each.before)
        text, found = re.subn(rf"(?<!\S)({joined})\s?{re.escape(each.figure)}(?!\d)", rf"\1^{each.figure}", text, count=1)
        if found:
            waiting.remove(each)
    return replace(block, text=text)


def _run(thing: Any) -> _Run | None:
    """None for text that does not run upright."""
    size, matrix = ctypes.c_float(), pdfium.FS_MATRIX()
    pdfium.FPDFTextObj_GetFontSize(thing, size)
    pdfium.FPDFPageObj_GetMatrix(thing, matrix)
    if matrix.b or matrix.c or matrix.a <= 0 or matrix.d <= 0:
        return None
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(thing, left, bottom, right, top)
    return _Run(thing, size.value * matrix.d, matrix.f, left.value, right.value)


def _is_raised(run: _Run, base: _Run) -> bool:
    rise, gap = run.y - base.y, run.left - base.right
    return run.size <= _SMALLER * base.size and _RISE[0] * base.size <= rise <= _RISE[1] * base.size and abs(gap) <= _GAP * base.size


def _read(page: Any, pairs: Sequence[tuple[_Run, _Run]]) -> tuple[Raised, ...]:
    text_page = page.get_textpage()
    try:
        read = [(_text(base.thing, text_page), _text(run.thing, text_page).strip()) for base, run in pairs]
    finally:
        text_page.close()
    return tuple(
        Raised(" ".join(found[0].split()), figure)
        for before, figure in read
        if _FIGURE.fullmatch(figure) and (found := _BASE.search(before))
    )


def _text(thing: Any, text_page: Any) -> str:
    length = pdfium.FPDFTextObj_GetText(thing, text_page, None, 0)
    buffer = (ctypes.c_ushort * (length // 2 + 1))()
    pdfium.FPDFTextObj_GetText(thing, text_page, buffer, length)
    return bytes(buffer)[: max(0, length - 2)].decode("utf-16-le", errors="replace")
