"""Sentences and table rows as a skeleton, which several documents may share, and the values in it, in which they may differ.

A value is a number with its unit or currency, a date, or whether the sentence is negated. Two statements are about the same if they have
the same skeleton below the same heading. Opposites ("allowed", "forbidden") and the same thing in other words are not seen.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from causeway.language.form import normal
from causeway.language.numbers import number
from causeway.language.sentences import sentence_spans
from causeway.language.words import stem, stop_words
from causeway.safety.contradiction import NEGATORS

FEWEST_WORDS = 3  # of a skeleton, that are no stop words and no values
FEWEST_ALONE = 6  # of one below no heading
MOST_WORDS = 80  # of a sentence; what is longer is a list, or was not parted
SLOT = "#"
_PARTED = "|"
_TOKEN = re.compile(r"[$€£¥]?\d[\d.,:/'-]*\d(?:\s?[%‰$€£¥])?|[$€£¥]?\d(?:\s?[%‰$€£¥])?|[^\W\d_][\w'’.-]*\w|\w", re.UNICODE)
_ITEM = re.compile(r"^\W*(?:\d{1,3}|[a-z])[.)]\s+")
_NEAR = 40  # characters in which the neighbouring words of a number are looked for
_DOTTED = re.compile(r"\d+\.\d+")
_VERSION = re.compile(r"v?\d+(?:\.\d+){2,}")
_NUMERIC = re.compile(r"([$€£¥]?)(\d[\d.,:/'-]*?)\s?([%‰$€£¥]?)")
_ATTACHED = re.compile(r"(?<=\d)(?=(?:ms|s|min|h|kb|mb|gb|tb|kib|mib|gib|tib|mm|cm|km|m|g|kg|mg|l|ml|v|w|kw|hz|khz|mhz|ghz|px)\b)", re.I)
_MONTHS_WRITTEN = (
    "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov "
    "dec januar februar märz mai juni juli oktober dezember"
)
_DAYS_WRITTEN = "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag"
_FIGURES_WRITTEN = (
    "two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ten 10 eleven 11 twelve 12 fifteen 15 twenty 20 thirty 30 sixty 60 ninety 90 "
    "zwei 2 drei 3 vier 4 fünf 5 sechs 6 sieben 7 acht 8 neun 9 zehn 10 elf 11 zwölf 12 zwanzig 20 dreißig 30"
)
_NUMBERS_WRITTEN = "hundred thousand million billion hundert tausend once twice"
_SHORT_WRITTEN = "s second sec second min minute h hour percent % prozent % usd dollar eur euro bytes byte"
_UNITS_WRITTEN = (
    "second minute hour day week month year quarter sekunde minute stunde tag woche monat jahr ms s min h kb mb gb tb kib mib gib tib "
    "byte kilobyte megabyte gigabyte terabyte mm cm km m g kg mg l ml percent prozent dollar euro eur usd gbp chf "
    "cent v w kw hz khz mhz ghz px pixel"
)
# What stands behind these is a name, not a value.
_LABELS_WRITTEN = (
    "step figure fig table chapter section page version example note appendix part paragraph article rule level layer line row column "
    "phase schritt abbildung tabelle kapitel abschnitt seite beispiel anhang teil absatz artikel type class model port rfc iso http"
)
_ARTICLES_WRITTEN = "a an the der die das den dem des ein eine einen einem einer do does did"
_MONTHS, _DAYS, _NUMBERS, _UNITS, _LABELS, _ARTICLES = (
    frozenset(written.split())
    for written in (_MONTHS_WRITTEN, _DAYS_WRITTEN, _NUMBERS_WRITTEN, _UNITS_WRITTEN, _LABELS_WRITTEN, _ARTICLES_WRITTEN)
)
_FIGURES: Mapping[str, str] = dict(zip(_FIGURES_WRITTEN.split()[::2], _FIGURES_WRITTEN.split()[1::2], strict=True))
_SHORT: Mapping[str, str] = dict(zip(_SHORT_WRITTEN.split()[::2], _SHORT_WRITTEN.split()[1::2], strict=True))
_CONTRACTED = re.compile(r"\b(can|could|wo|would|should|do|does|did|is|are|was|were|must|has|have|had)(?:n['’]t|not)\b", re.I)
_CANNOT = {"wo": "will"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where it stands. page: None in formats without pages."""

    heading: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Statement:
    """key: of the skeleton and the heading above it; below: of that heading, 0 without one; path: of all headings; each of 63 bits.

    slots: the values in order, each as its words. negated: an odd number of times.
    """

    key: int
    below: int
    path: int
    slots: tuple[str, ...]
    negated: bool
    text: str
    place: Place

    @property
    def value(self) -> str:
        """One form of all that may differ."""
        return _PARTED.join(("not" if self.negated else "", *self.slots))


def statements(text: str, place: Place, language: str, is_table: bool = False) -> Iterator[Statement]:
    """Those of a passage that can be compared."""
    heading, path = (" ".join(_skeleton(each, language)[0]) for each in (place.heading.rpartition(" > ")[2], place.heading))
    stops = stop_words(language)
    for line in normal(text).split("\n"):
        spans = [(0, len(line))] if is_table else sentence_spans(line, language)
        for start, end in spans:
            said = _ITEM.sub("", line[start:end].strip())
            if is_table and _skeleton(said.partition(";")[0], language)[1]:
                continue  # what the row is about is a value itself
            words, slots, negated = _skeleton(said, language)
            telling = {word for word in words if word != SLOT and word not in stops}
            if len(words) <= MOST_WORDS and len(telling) >= (FEWEST_WORDS if heading else FEWEST_ALONE):
                key = _hashed(f"{heading}\n{' '.join(words)}")
                yield Statement(key, _hashed(heading) if heading else 0, _hashed(path), tuple(slots), negated, said, place)


def difference(one: str, other: str) -> str | None:
    """What differs between two statements of one key, as a sentence; None if it is nothing, or so much that they speak of other things.

    one, other: their values.
    """
    (negated, *slots), (other_negated, *other_slots) = one.split(_PARTED), other.split(_PARTED)
    differing = [(a, b) for a, b in zip(slots, other_slots, strict=True) if a != b]
    if negated != other_negated:
        return None if differing else "one of them is negated"
    if not differing or 2 * len(differing) > max(2, len(slots)):
        return None
    if len(differing) > 1 and any(_is_date(a) or _is_date(b) for a, b in differing):
        return None  # another occasion
    return "; ".join(f"{a} or {b}" for a, b in differing)


def _hashed(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) >> 1


def _skeleton(text: str, language: str) -> tuple[list[str], list[str], bool]:
    """Words with a sign for each value, the values, and whether it is negated."""
    plain = _ATTACHED.sub(" ", _CONTRACTED.sub(lambda found: f"{_CANNOT.get(found[1].lower(), found[1])} not", text))
    negators = frozenset(NEGATORS.get(language, NEGATORS["en"]).split())
    words: list[str] = []
    slots: list[str] = []
    negated, in_value, token = False, False, ""
    for found in _TOKEN.finditer(plain):
        before, token = token, found[0].casefold().rstrip(".")
        value = None if _is_name(plain, found, token) else _value(token, language, before, in_value)
        if value is not None:
            if in_value:
                slots[-1] += f" {value}"
            else:
                words.append(SLOT)
                slots.append(value)
            in_value = True
            continue
        if token in negators:
            negated = not negated
            continue
        if token in _ARTICLES:
            in_value = False
            continue
        in_value = False
        words.append(stem(token, language))
    return words, slots, negated


def _is_name(text: str, found: re.Match[str], token: str) -> bool:
    """Whether a number is part of a name, such as a version: behind a word with a capital that does not begin the sentence, and no unit."""
    if not token[0].isdigit():
        return False
    before, behind = text[max(0, found.start() - _NEAR) : found.start()], text[found.end() : found.end() + _NEAR].split(maxsplit=1)
    if _VERSION.fullmatch(token) or (_DOTTED.fullmatch(token) and re.search(r"(?:^|\s)[A-ZÀ-Þ]\w* $", before)):
        return True
    last = re.search(r"(?<=\S )([^\W\d_][\w’'-]*) $", before)
    counted = bool(behind) and (behind[0] == "%" or _unit(behind[0].strip(".,;)").casefold()) is not None)
    is_date = last is not None and last[1].casefold() in _MONTHS
    return last is not None and last[1][0].isupper() and not counted and not is_date and _unit(last[1].casefold()) is None


def _unit(token: str) -> str | None:
    """A unit in the singular, and by one name."""
    if token in _SHORT:
        return _SHORT[token]
    for singular in (token, token.removesuffix("s"), token.removesuffix("n"), token.removesuffix("e"), token.removesuffix("en")):
        if singular in _UNITS:
            return singular
    return None


def _value(token: str, language: str, before: str, in_value: bool) -> str | None:
    """The token in one form if it is a value, or goes on with one. before: the token before it."""
    numeric = _NUMERIC.fullmatch(token)
    if numeric:
        if before in _LABELS:
            return None
        sign, figures, behind = numeric.groups()
        return f"{sign}{number(figures.rstrip('.,:/-'), language)}{behind}"
    if token in _FIGURES:
        return _FIGURES[token]
    if token in _NUMBERS or token in _DAYS or (token in _MONTHS and (token not in ("may", "march", "mar") or in_value)):
        return token
    return _unit(token) if in_value else None


def _is_date(value: str) -> bool:
    return any(word in _MONTHS or re.fullmatch(r"(?:19|20)\d\d|\d+[/.-]\d+[/.-]\d+", word) for word in value.split())
