"""Questions that try to instruct the assistant instead of asking it something.

Rules, not a model: they cost microseconds and say which of them spoke. They know English phrasings of the common attacks, so they
miss paraphrases, other languages and encodings; the guardrail's prompt-attack filter, the prompt that calls passages data, and
the grounding of every answer stand behind them. They may refuse an honest question that quotes such a phrase.
"""

import re
import unicodedata

RULES: dict[str, re.Pattern[str]] = {
    "override": re.compile(
        r"\b(ignore|disregard|forget|override|bypass)\b.{0,40}\b(previous|prior|above|earlier|preceding|all|any|your|system|these|those)\b"
        r".{0,30}\b(instructions?|prompts?|rules?|directions?|guidelines?|guardrails?|filters?|context)\b"
    ),
    "reveal": re.compile(
        r"\b(reveal|print|show|repeat|output|display|tell me|leak|dump|what (is|are)|give me)\b.{0,40}"
        r"\b((system|hidden|initial|secret|developer|original) (prompts?|instructions?|messages?)|your (prompts?|instructions|rules))\b"
    ),
    "persona": re.compile(
        r"\b(you are now|from now on,? you|act as (an? )?(unrestricted|unfiltered|jailbroken)|pretend (that )?you (are|have) (an? )?"
        r"(unrestricted|no (rules|restrictions|limits))|developer mode|jailbreak|do anything now)\b"
    ),
    "markup": re.compile(
        r"</?\s*(passages?|question|system|instructions?)\b[^>]*>|<\|[a-z_]{2,20}\|>|\[/?inst\]|<</?sys>>|^\s*(system|assistant)\s*:"
    ),
}


def suspected_injection(question: str) -> list[str]:
    """Names of the rules that the question breaks, empty for an ordinary question.

    Compatibility forms are folded (NFKC), invisible characters dropped and case ignored first.
    """
    plain = _plain(question)
    return [name for name, rule in RULES.items() if rule.search(plain)]


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    if not folded.isascii():
        folded = "".join(character for character in folded if unicodedata.category(character) != "Cf")
    return " ".join(folded.casefold().split())
