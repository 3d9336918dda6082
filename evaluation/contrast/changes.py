"""One thing made wrong in a sentence: a negation put in or taken out, two names exchanged, a number that belongs to something else.

Nothing here is shared with the check that is measured. Each function returns None where it cannot change a sentence.
"""

import re
from collections.abc import Callable, Mapping

Change = Callable[[str, str, str], str | None]
NUMBER = re.compile(r"(?<![\w.,-])\d[\d,.]*\d(?![\w%-])|(?<![\w.,-])\d(?![\w.,%-])")
NAME = r"[A-ZÀ-Þ][\w’'-]+(?: (?:of |the |de |del |la )?[A-ZÀ-Þ][\w’'-]+)*"
TAKES = {"en": " not ", "de": " nicht ", "es": " no "}
PUTS = {
    "en": (r"\b(is|are|was|were|has|have|had|can|could|will|would|may|must|should) ", r"\1 not "),
    "de": (r"\b(ist|sind|war|waren|wird|werden|wurde|wurden|kann|können|konnte) ", r"\1 nicht "),
    "es": (r" (es|son|fue|fueron|era|eran|ha|han|puede|pueden|está|están|tiene|tienen) ", r" no \1 "),
}
ROLES = {
    "en": rf"({NAME})((?: [a-z]+){{0,3}} [a-z]+ed(?: [a-z]+){{0,2}} )({NAME})",
    "de": rf"({NAME})( (?:besiegte|gründete|eroberte|schlug|folgte|ersetzte|führte|nannte|gewann gegen)(?: [a-zäöü]+){{0,2}} )({NAME})",
    "es": rf"({NAME})((?: [a-záéíóú]+){{0,2}} [a-záéíóú]+ó(?: [a-záéíóú]+){{0,2}} )({NAME})",
}
NO_ROLES = re.compile(r"\b(?:by|von|por|and|und|y|or|between|zwischen|entre)\b")
FEWEST_WORDS = 6


def negated(sentence: str, passage: str, language: str) -> str | None:
    """The first negation taken out, else one put behind the first auxiliary verb."""
    if TAKES[language] in sentence:
        return sentence.replace(TAKES[language], " ", 1)
    pattern, replacement = PUTS[language]
    changed = re.sub(pattern, replacement, sentence, count=1)
    return None if changed == sentence else changed


def swapped(sentence: str, passage: str, language: str) -> str | None:
    """Two names around a verb in the past tense exchanged."""
    found = re.search(ROLES[language], sentence)
    if found is None or NO_ROLES.search(found[2]) or found[1] == found[3]:
        return None
    if found.start() == 0 and found[1] not in passage.replace(sentence, "") and " " not in found[1]:
        return None  # perhaps no name: the first word has a capital anyway
    return f"{sentence[: found.start()]}{found[3]}{found[2]}{found[1]}{sentence[found.end() :]}"


def number_of_another(sentence: str, passage: str, language: str) -> str | None:
    """The first number replaced by the next one of the passage that the sentence does not have."""
    found = NUMBER.search(sentence)
    others = [number for number in NUMBER.findall(passage.replace(sentence, "")) if number not in NUMBER.findall(sentence)]
    if found is None or not others:
        return None
    return f"{sentence[: found.start()]}{others[0]}{sentence[found.end() :]}"


def numbers_exchanged(sentence: str, passage: str, language: str) -> str | None:
    """The first two numbers of the sentence in each other's place."""
    found = list(NUMBER.finditer(sentence))[:2]
    if len(found) < 2 or found[0][0] == found[1][0]:
        return None
    one, other = found
    return f"{sentence[: one.start()]}{other[0]}{sentence[one.end() : other.start()]}{one[0]}{sentence[other.end() :]}"


def as_it_is(sentence: str, passage: str, language: str) -> str | None:
    return sentence


def moved(sentence: str, passage: str, language: str) -> str | None:
    """What stands before the first comma at the end, if it is a few words: true, in another order."""
    head, comma, rest = sentence.partition(", ")
    words = head.split()
    if (
        not comma
        or not 1 < len(words) <= 5
        or "," in rest
        or words[0] not in ("In", "At", "On", "After", "During", "By", "Im", "Am", "En", "A")
    ):
        return None
    return f"{rest[0].upper()}{rest[1:].rstrip('.')} {head[0].lower()}{head[1:]}."


def shortened(sentence: str, passage: str, language: str) -> str | None:
    """Without what stands in brackets, or behind the last comma: true, and less."""
    without = re.sub(r" \([^)]*\)", "", sentence)
    if without != sentence:
        return without
    head, comma, tail = sentence.rpartition(", ")
    return f"{head}." if comma and len(tail.split()) > 2 and len(head.split()) >= FEWEST_WORDS else None


WRONG: Mapping[str, Change] = {
    "negation put in or taken out": negated,
    "two names exchanged": swapped,
    "number of something else": number_of_another,
    "two numbers exchanged": numbers_exchanged,
}
TRUE: Mapping[str, Change] = {"as it stands": as_it_is, "in another order": moved, "shortened": shortened}
