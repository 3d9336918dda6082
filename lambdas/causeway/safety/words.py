"""Words and numbers of a text, as grounding compares them."""

import re
from functools import lru_cache

_TERM = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+(?:[.,:]\d+)*")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
# The first that fits is replaced; "ss" stands before "s" to keep "class" whole.
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ss", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", ""))
_COMMON = (
    "a about after all also an and any are as at be because been before being between both but by can could did do does doing for from "
    "had has have having he her here hers him his how i if in into is it its itself may me might more most must my no nor not of off on "
    "once only or other our ours out over own same shall she should so some such than that the their theirs them then there these they "
    "this those through to too under until up us very was we were what when where which while who whom why will with would you your yours "
    "according documents document passage passages states says information"
)
_STOPWORDS = frozenset(_COMMON.split())


def terms(text: str) -> frozenset[str]:
    """Stems of the content words, and the numbers, of a text. Stop words carry no claim and are left out."""
    found = set(_TERM.findall(text.casefold().replace("’", "'"))) - _STOPWORDS
    return frozenset(_number(term) if term[0].isdecimal() else stem(term) for term in found if len(term) > 1 or term.isdecimal())


def numbers(text: str) -> frozenset[str]:
    """The numbers of a text, each in one form: "1,000" is "1000" and "5.00" is "5"."""
    return frozenset(_number(found) for found in _NUMBER.findall(text))


def _number(found: str) -> str:
    if found.isdecimal():
        return found
    whole, _, fraction = found.partition(".")
    fraction = fraction.rstrip("0")
    digits = whole.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+", whole) else whole
    return f"{digits}.{fraction}" if fraction else digits


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """A light stem: plural, -ing and -ed endings go, so that "returned" meets "returns".

    It is cruder than Porter's: it joins few words wrongly, and misses irregular forms and derivations ("payment", "pay").
    """
    word = word.removesuffix("'s")
    for ending, rest in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return _single(word[: -len(ending)] + rest)
    return word


def _single(word: str) -> str:
    """A doubled last consonant undone: "shipped" to "ship"."""
    doubled = len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls"
    return word[:-1] if doubled else word
