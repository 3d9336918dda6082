"""A question that follows another, put so that it is understood alone.

Method: words only. A question follows the one before when it begins as a continuation ("and for ...?", "what about ...?"), when it has
hardly any content words of its own, or when it has few and refers back ("how long does it take?"). It is then asked together with the
question before it. Where it fails: a reference inside a long question is not seen, and a short new question ("Opening hours?") may be
taken for a continuation.
"""

import re

from causeway.language.detection import UNKNOWN, language_of
from causeway.language.words import terms

EARLIER_CHARACTERS = 500  # of the question before, from its end
BARELY, FEW = 1, 4  # content words
_CONTINUES = re.compile(
    r"(?:and|but|or|so|then|what about|how about|what if|und|aber|oder|was ist mit|wie ist es mit|y|pero|et|mais|et pour|e|ma|mas|en|maar"
    r"|وماذا|ماذا عن)\b|と|では|じゃ|それ|その|那|它|这|그럼|그러면|그것|.*呢[?？]?$",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|that|these|those|he|him|his|she|her|one|ones|same|else|such"
    r"|er|sie|es|ihm|ihr|ihre|ihn|dies\w*|jene\w*|das(?=\W*$)|dort|davon|dazu|dafür|damit|dabei|lo|la|le|los|las|ello|eso|esto|esos|esas|ese|esa"
    r"|il|elle|ils|elles|cela|ça|ce|cette|ces|lui|leur|y|en|esso|essa|essi|esse|lì|isso|isto|ele|ela|eles|elas|dit|dat|deze|die|hij|zij|hun)\b",
    re.IGNORECASE,
)


def standalone(question: str, earlier: str) -> str:
    """The question as it is searched and asked.

    earlier: the question before it in the same form; empty when there is none.
    """
    return f"{_end_of(earlier)} {question}" if earlier and follows(question) else question


def follows(question: str) -> bool:
    """Whether the question is not complete without the one before it."""
    asked = question.strip()
    language = language_of(asked)
    own = len(terms(asked, "en" if language == UNKNOWN else language))
    return bool(_CONTINUES.match(asked)) or own <= BARELY or (own <= FEW and bool(_REFERS.search(asked)))


def _end_of(earlier: str) -> str:
    if len(earlier) <= EARLIER_CHARACTERS:
        return earlier
    return earlier[-EARLIER_CHARACTERS:].partition(" ")[2]
