"""Citation marks: [2], [1, 3], [1-3] and 【2】."""

import re
from collections.abc import Callable, Collection

_INSIDE = r"[\[【](\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)[\]】]"
_MARK = re.compile(r"\s*" + _INSIDE)
_RUN = re.compile(r"\s*(?:" + _INSIDE + ")+")
_FOOTNOTE = re.compile(_INSIDE)
_RANGE = re.compile(r"(\d+)\s*[–-]\s*(\d+)")
LONGEST_RANGE = 20


def cited(text: str) -> list[int]:
    """The passage numbers that the marks of a text name, each once, in order of appearance."""
    return list(dict.fromkeys(number for mark in _MARK.finditer(text) for number in _numbers(mark[1])))


def without_marks(text: str) -> str:
    return _MARK.sub("", text)


def with_footnotes(passage: str) -> str:
    """The passage with marks of its own in round brackets, so that an answer in its words cites nothing by them."""
    return _FOOTNOTE.sub(r"(\1)", passage)


def with_marks(text: str, known: Collection[int]) -> str:
    """The text with every mark in the plain form "[1][3]", and without the numbers that are not known."""
    repaired = _RUN.sub(_rewritten(known), text)
    return repaired if repaired == text else with_marks(repaired, known)  # what is left around a dropped mark may read as one


def _rewritten(known: Collection[int]) -> Callable[[re.Match[str]], str]:
    def rewrite(run: re.Match[str]) -> str:
        kept = [number for mark in _FOOTNOTE.finditer(run[0]) for number in _numbers(mark[1]) if number in known]
        space = run[0][: len(run[0]) - len(run[0].lstrip())]
        return space + "".join(f"[{number}]" for number in dict.fromkeys(kept)) if kept else ""

    return rewrite


def _numbers(inside: str) -> list[int]:
    """Numbers of one mark; a range longer than 20 counts as its two ends."""
    numbers: list[int] = []
    for part in re.split(r"[,;]", inside):
        bounds = _RANGE.search(part)
        if bounds is None:
            numbers.append(int(part))
            continue
        first, last = int(bounds[1]), int(bounds[2])
        numbers += range(first, last + 1) if 0 <= last - first <= LONGEST_RANGE else (first, last)
    return numbers
