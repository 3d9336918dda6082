"""Where a text that is too long is cut, and what of its end the next chunk repeats."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from causeway.documents.chunking.tokens import offsets
from causeway.language.sentences import sentence_spans

CHARACTERS = 8_000  # of a chunk, at most

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


def cuts(text: str, size: int, code: bool) -> Iterator[str]:
    """Parts of `text` of at most `size` tokens and 8,000 characters, cut at the best place in their second half."""
    spans = offsets(text)
    ends = [] if code else [end for _, end in sentence_spans(text)]
    first = begin = 0
    while begin < len(text):
        last = min(first + size, len(spans))
        end = spans[last][0] if last < len(spans) else len(text)
        end = min(end, begin + CHARACTERS)
        if end < len(text):
            end = _best(text, begin, end, ends)
        part = text[begin:end].strip("\n") if code else text[begin:end].strip()
        if part:
            yield part
        begin = end
        while first < len(spans) and spans[first][0] < end:
            first += 1


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
