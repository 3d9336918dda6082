"""Sentences of a text, by their places in it."""

import re

Span = tuple[int, int]

# A sentence ends at . ! or ?, with closing quotes and the citation marks that follow it, or at a line's end.
_END = re.compile(r"""[.!?]+["'”’)\]*_]*(?:\s*[\[【][\d\s,;–-]+[\]】])*(?=\s|$)|\n+""")
_ABBREVIATIONS = frozenset(("e.g", "i.e", "etc", "vs", "mr", "mrs", "dr", "st", "no", "nos", "approx", "p", "pp", "fig", "inc", "ltd"))
_OPENING = "(\"'“‘[*_"


def sentence_spans(text: str) -> list[Span]:
    """(start, end) of each sentence, in order, without the white space around it. Lines, list items and table rows end a sentence.

    Rules for European languages: an abbreviation that is not known ends a sentence too early, which costs a shorter quote.
    """
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        if match[0] == "." and _goes_on(text[start : match.start()]) and match.end() < len(text):
            continue
        spans += _trimmed(text, start, match.end())
        start = match.end()
    return spans + _trimmed(text, start, len(text))


def _goes_on(before: str) -> bool:
    """Whether a full stop after this belongs to an abbreviation, an initial or the number of a list item."""
    words = before[-12:].split()
    last = words[-1].lstrip(_OPENING).lower() if words else ""
    return last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha()) or (last.isdecimal() and before.strip() == last)


def _trimmed(text: str, start: int, end: int) -> list[Span]:
    piece = text[start:end]
    left, stripped = len(piece) - len(piece.lstrip()), piece.strip()
    return [(start + left, start + left + len(stripped))] if stripped else []
