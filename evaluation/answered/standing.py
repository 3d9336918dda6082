"""Whether a claim stands in a passage, by a judge that shares no code with the check that let it leave.

- "stands": eight tenths of its words are in one passage in the claim's order, within twice its length, with all its numbers, names and
  negations.
- "absent": a number or a name of it is in no passage at all, or fewer than half of its words are in any passage in order.
- "open": all others: true in other words or in another order, or false. A person has to read them; they count on both sides.

Words are compared as written, without case; signs of scripts without spaces are words of their own. No stem, stop word or share of the
check's is used. The judge is strict on paraphrase and blind to what true words in their order can still get wrong.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal

Fate = Literal["stands", "absent", "open"]
STANDS, ABSENT = 0.8, 0.5
_MARK = re.compile(r"\s*\[\d+\]")
_WORD = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\\W_\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=[\w,] )[A-ZÀ-Þ][\w’'-]{2,}")  # not at the beginning, where any word has a capital
_NEGATION = re.compile(r"\b(?:not|no|never|nicht|kein\w*|nie|nunca|jamais|sin|ohne|without)\b|n['’]t\b|ない|ません|不|没", re.IGNORECASE)


def fate(claim: str, passages: Sequence[str]) -> Fate:
    """passages: with title and heading."""
    plain = _MARK.sub("", claim)
    everything = "\n".join(passages).casefold()
    if any(needed.casefold() not in everything for needed in (*_NUMBER.findall(plain), *_NAME.findall(plain))):
        return "absent"
    share, held = max(((_in_order(plain, passage), passage) for passage in passages), default=(0.0, ""))
    if share < ABSENT:
        return "absent"
    return "stands" if share >= STANDS and _whole(plain, held) else "open"


def _in_order(claim: str, passage: str) -> float:
    """The share of the claim's words that one stretch of the passage has in the claim's order."""
    said, told = _words(claim), _words(passage)
    matcher = SequenceMatcher(None, said, told, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    within = 2 * len(said)
    shares = [sum(each.size for each in blocks if each.b - first.b >= 0 and each.b + each.size - first.b <= within) for first in blocks]
    return max(shares, default=0) / max(1, len(said))


def _whole(claim: str, passage: str) -> bool:
    """Whether one passage has every number and name, and a negation where the claim has one."""
    needed = (*_NUMBER.findall(claim), *_NAME.findall(claim))
    negates, denies = bool(_NEGATION.search(claim)), bool(_NEGATION.search(passage))
    return all(each.casefold() in passage.casefold() for each in needed) and (denies or not negates)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
