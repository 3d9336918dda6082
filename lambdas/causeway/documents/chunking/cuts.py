"""Where a text that is too long is cut, and what of its end the next chunk repeats."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from causeway.documents.chunking.tokens import offsets
from causeway.language.sentences import sentence_spans

CHARACTERS = 8_000  # of a chunk, at most
KEY = 48  # tokens of a row's first cell, or of a column's name, that its parts repeat
KEY_CHARACTERS = 400  # of them, at most
_BETWEEN = 1  # tokens of what separates two cells, or a name and its value
_CELL_END, _NAME_END = "; ", ": "

_LINE_END = re.compile(r"\n")
_SPACE = re.compile(r"\s")
_PAUSE = re.compile("[、，,；;：،؛]")  # where text without spaces may be cut


def ending(text: str, overlap: int) -> tuple[str, int]:
    """The last words of `text`, at most so many tokens, from a sentence's beginning where one is near."""
    for characters in (overlap * 8, overlap * 24):
        end = _last_words(text, characters)
        spans = offsets(end)
        if len(spans) > overlap:
            break
    else:
        return end.strip(), len(spans)
    starts = [start for start, _ in sentence_spans(end)]
    words = [match.end() for match in _SPACE.finditer(end)]
    first = spans[-overlap - 1][0] + 1  # a letter may be several tokens, all beginning at one place
    begin = next((start for start in [*starts, *words] if start >= first and start < len(end)), None)
    return ("", 0) if begin is None else (end[begin:].strip(), sum(span[0] >= begin for span in spans))


def _last_words(text: str, characters: int) -> str:
    """The end of `text` from the first word that begins within so many characters of it; all of a text that is no longer."""
    if len(text) <= characters:
        return text
    first = _SPACE.search(text, len(text) - characters) or _PAUSE.search(text, len(text) - characters)
    return text[first.end() :] if first else ""


def cuts(text: str, size: int, code: bool, characters: int = CHARACTERS) -> Iterator[str]:
    """Parts of `text` of at most `size` tokens and so many characters, cut at the best place in their second half."""
    spans = offsets(text)
    ends = [] if code else [end for _, end in sentence_spans(text)]
    first = begin = 0
    while begin < len(text):
        last = min(first + size, len(spans))
        end = spans[last][0] if last < len(spans) else len(text)
        end = min(end, begin + characters)
        if end < len(text):
            end = _best(text, begin, end, ends)
        part = text[begin:end].strip("\n") if code else text[begin:end].strip()
        if part:
            yield part
        begin = end
        while first < len(spans) and spans[first][0] < end:
            first += 1


def row_cuts(text: str, size: int) -> Iterator[str]:
    """Parts of a table row ("Column: value; Column: value") as `cuts` gives them, cut between cells where that is possible.

    Every part begins with the row's first cell, if that is short, and a value that is cut with the name of its column.
    """
    cells = text.split(_CELL_END)
    key = cells[0] if _is_short(cells[0]) else ""
    room = size - _length(key) - _BETWEEN
    held: list[str] = []
    used = 0
    for cell, name in _named(cells[1:] if key else cells, room):
        length = _length(cell) + _BETWEEN
        if held and (used + length > room or sum(map(len, held)) + len(cell) > CHARACTERS // 2):
            yield _row(key, held)
            held, used = [f"{name}{_NAME_END}{cell}" if name else cell], length + _length(name) + _BETWEEN
        else:
            held.append(cell)
            used += length
    if held:
        yield _row(key, held)


def _row(key: str, cells: Sequence[str]) -> str:
    return _CELL_END.join([key, *cells] if key else cells)


def _named(cells: Sequence[str], room: int) -> Iterator[tuple[str, str]]:
    """Cells, those that are too long in parts, each with the name of the column that it goes on with; "" for one that has a name."""
    name = ""
    for cell in cells:
        found, parted, _ = cell.partition(_NAME_END)
        begins = bool(parted) and _is_short(found)
        name = found if begins else name
        spare = room - _length(name) - 2 * _BETWEEN
        if _length(cell) <= spare and len(cell) <= CHARACTERS // 2:
            yield cell, "" if begins else name
            continue
        for number, part in enumerate(cuts(cell, spare, code=False, characters=CHARACTERS // 2)):
            yield part, name if number or not begins else ""


def _is_short(text: str) -> bool:
    return len(text) <= KEY_CHARACTERS and _length(text) <= KEY


def _length(text: str) -> int:
    return len(offsets(text))


def _best(text: str, begin: int, end: int, sentence_ends: Sequence[int]) -> int:
    """The place to cut at or before `end`: a line end, a sentence end, a space or a pause after the middle, else a space, else `end`.

    sentence_ends: in order; none for code, which is cut at any line end.
    """
    middle = begin + (end - begin) // 2 if sentence_ends else begin
    last = bisect_right(sentence_ends, end) - 1
    sentence = [sentence_ends[last]] if last >= 0 and sentence_ends[last] > middle else []
    for found in (_after(_LINE_END, text, middle, end), sentence, _after(_SPACE, text, middle, end) if sentence_ends else []):
        if found:
            return found[-1]
    spaces = _after(_SPACE, text, begin, end) or _after(_PAUSE, text, middle, end)
    return spaces[-1] if spaces else end


def _after(pattern: re.Pattern[str], text: str, begin: int, end: int) -> list[int]:
    return [match.end() for match in pattern.finditer(text, begin, end)]
