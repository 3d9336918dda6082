"""A question that needs several documents, cut into questions that one document may answer.

Method: words only, in English, German, Spanish and French. Several sentences that ask are a part each, with what is told before them. A
sentence is cut where "and" is followed by a word that asks ("what is A and how is B done?"). Of a comparison ("the difference between A
and B", "A versus B") both sides are parts. Where it fails: one subject in two questions is searched for twice, which costs nothing but
places in the result; "A and B" without a second word that asks is not cut.
"""

import re

from causeway.conversations.rewriting import standalone
from causeway.language.sentences import sentence_spans
from causeway.language.words import terms

MAX_PARTS = 3
FEWEST_TERMS = 2  # of a part: with less, it is searched for as a piece of the whole
_ASKS = (
    "what|what's|how|when|where|who|whom|whose|which|why|is|are|was|were|does|do|did|can|could|may|must|should|will|would"
    "|was|wie|wann|wo|wer|wem|wessen|welche[rsmn]?|warum|wieso|ist|sind|kann|darf|muss|gibt"
    "|qué|cómo|cuándo|cuánto|dónde|quién|cuál|cuáles|quoi|comment|quand|où|qui|quel|quelle|quels|quelles|pourquoi|combien|est-ce"
)
_JOINED = re.compile(rf",?\s+(?:and|and also|und|y|et)\s+(?=(?:{_ASKS})\b)", re.IGNORECASE)
_COMPARED = (
    re.compile(r"\b(?:differences?|difference in \w+)\s+between\s+(?P<one>.+?)\s+and\s+(?P<other>.+)", re.IGNORECASE),
    re.compile(r"\bcompare[sd]?\s+(?P<one>.+?)\s+(?:with|to|and|against)\s+(?P<other>.+)", re.IGNORECASE),
    re.compile(r"\bunterschied\w*\s+zwischen\s+(?P<one>.+?)\s+und\s+(?P<other>.+)", re.IGNORECASE),
    re.compile(r"(?P<one>[^,;:]+?)\s+(?:versus|vs\.?)\s+(?P<other>[^,;:]+)", re.IGNORECASE),
)
_ENDS = "?？؟.! "


def parts_of(question: str) -> tuple[str, ...]:
    """Two or three parts in order, or none when the question is one. What they say is in the question."""
    found = _asking(question)
    if len(found) == 1:
        found = _compared(question) or _joined(question)
    parts = tuple(part.strip() for part in found)
    return parts if 2 <= len(parts) <= MAX_PARTS and all(len(terms(part)) >= FEWEST_TERMS for part in parts) else ()


def _asking(question: str) -> list[str]:
    """The sentences that ask; one that refers to the one before is put behind it, and what is told goes to the next that asks."""
    sentences = [question[start:end] for start, end in sentence_spans(question)]
    if sum(sentence.rstrip().endswith(("?", "？", "؟")) for sentence in sentences) < 2:
        return [question]
    asking: list[str] = []
    told = ""
    for sentence in sentences:
        if not sentence.rstrip().endswith(("?", "？", "؟")):
            told += f"{sentence} "
            continue
        asking.append(standalone(f"{told}{sentence}", asking[-1] if asking else ""))
        told = ""
    return asking


def _joined(question: str) -> list[str]:
    """The last sentence at each "and" before a word that asks, what is told before it with the first part."""
    spans = sentence_spans(question)
    start = spans[-1][0] if spans else 0
    first, *others = _JOINED.split(question[start:])
    return [question[:start] + first, *others]


def _compared(question: str) -> list[str]:
    """Both sides of a comparison, none without one."""
    found = next((match for pattern in _COMPARED if (match := pattern.search(question))), None)
    return [found["one"].strip(_ENDS), found["other"].strip(_ENDS)] if found else []
