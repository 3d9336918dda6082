"""Questions that instruct the assistant instead of asking it something.

These are rules, not a model: they cost about a millisecond and name the rule that matched. They know English phrasings of the common
attacks (`phrases`) and the most common ones of some thirty languages (`phrases_abroad`), under the disguises that `disguises` lists.
They miss paraphrases without any of these phrases. Four more layers follow: the guardrail's prompt-attack filter, the prompt that calls
passages data, the grounding of every answer, and the checks of what leaves (`leaks`). Figures: docs/security/attacks.md.
"""

import re
from collections.abc import Iterator
from functools import cache

from causeway.safety.disguises import coded_words, is_turned, joined_letters, readings
from causeway.safety.phrases import ENGLISH, JOINED
from causeway.safety.phrases_abroad import ABROAD
from causeway.safety.rules import Rules

_ASKS_ABOUT = re.compile(
    r"\s*(?:what|which|who|where|why|when|how|is|are|was|does|do|did|was|wie|warum|welche\w*|que|qué|quelle?s?|comment|pourquoi|cómo|"
    r"o que|como|che|come|wat|hoe|waarom)\b[^.!?]*\?\s*$",
    re.IGNORECASE,
)
QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»|„[^“”]*[“”]|(?<!\w)'[^']*'(?!\w)|‘[^’]*’")


def suspected_injection(question: str) -> list[str]:
    """Names of the rules that the question breaks, empty for an ordinary question.

    "coded": a part of it is readable text in base64, Morse, invisible characters and the like; "turned": all of it is English backwards
    or in a shifted alphabet. Nobody has to ask like that.
    """
    broken = dict.fromkeys(broken_rules(_without_mentions(question)))
    if coded_words(question):
        broken["coded"] = None
    if is_turned(question):
        broken["turned"] = None
    return list(broken)


def _without_mentions(question: str) -> str:
    """A question about words, without the words: what is quoted in "What does "ignore your rules" mean?" tells nobody to do it."""
    return QUOTED.sub("…", question) if _ASKS_ABOUT.match(question) else question


def broken_rules(text: str) -> Iterator[str]:
    """Names of the phrases that a text holds in any of its readings, each as often as it is found."""
    for reading in readings(text):
        yield from rules().broken_by(reading)
    if any(joined_rule().search(word) for word in joined_letters(text)):
        yield "override"


@cache
def rules() -> Rules:
    """Made at the first question: most of a function's starts would pay for it in vain."""
    return Rules({**ENGLISH, **ABROAD})


@cache
def joined_rule() -> re.Pattern[str]:
    return re.compile(JOINED)
