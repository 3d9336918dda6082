"""Sentences of a text, by their places in it."""

import re

Span = tuple[int, int]

# A sentence ends at . ! or ?, with closing quotes and the citation marks that follow it, or at a line's end.
_END = re.compile(r"""[.!?]+["'”’)\]*_]*(?:\s*[\[【][\d\s,;–-]+[\]】])*(?=\s|$)|\n+""")
# What else ends in a full stop: a known abbreviation, an initial, the number of a list item.
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|mrs?|dr|st|nos?|approx|pp?|fig|inc|ltd)|(?:^|\s)\w|^\s*\d{1,3})\.$", re.IGNORECASE)


def sentence_spans(text: str) -> list[Span]:
    """(start, end) of each sentence, in order, without the white space around it. Lines, list items and table rows end a sentence.

    Rules for European languages: an abbreviation that is not known ends a sentence too early, which costs a shorter quote.
    """
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        if _ABBREVIATION.search(text[max(start, match.start() - 12) : match.start() + 1]) and match.end() < len(text):
            continue
        spans += _trimmed(text, start, match.end())
        start = match.end()
    return spans + _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> list[Span]:
    piece = text[start:end]
    left, stripped = len(piece) - len(piece.lstrip()), piece.strip()
    return [(start + left, start + left + len(stripped))] if stripped else []
