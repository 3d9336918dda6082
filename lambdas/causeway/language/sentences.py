"""Sentences of a text, by their places in it.

The rules of 300 languages are sentencex's; what is added here: lines end sentences, a citation mark belongs to the sentence before it,
and full stops of ordinals, of numbered items, of initials and before a lower-case word go on.
"""

import re
from collections.abc import Iterator

import sentencex

from causeway.language.characters import SURROGATES, any_of
from causeway.language.detection import COMMON, UNKNOWN, language_of

Span = tuple[int, int]

SAMPLE = 400  # characters from which the language of a text is detected
SHORTEST_PHRASE = 20  # characters of Thai or Lao, which have spaces and no full stops, from which a space ends a sentence

_SURROGATE = any_of(SURROGATES)
# Within sentencex 1.0 a space of several bytes ends the process: "Plan B\u00a0. It" is cut in the middle of it.
_SPACES = {code: " " for code in range(0x80, 0x3001) if chr(code).isspace()}
_LINE = re.compile(r"[^\n]+")
_MARKS = re.compile(r"\s*(?:[\[【][\d\s,;–-]+[\]】]\s*)+")
_CITED = re.compile(r"[\[【][\d\s,;–-]+[\]】]\.?\s+")
_CLOSING = "\"'”’»」』）)]}*_"
_OPENING = "(\"'“‘«「『[*_"
_ITEM = re.compile(r"\s*(?:\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s*")
_ORDINAL = re.compile(r"(?:^|[\s(–/-])\d{1,2}\.\s*$")
_HALF_ABBREVIATION, _OTHER_HALF = re.compile(r"(?:^|[\s(])[a-zäöü]\.\s*$"), re.compile(r"\s*[a-zäöüA-ZÄÖÜ]\.")  # z. B., i. d. R.
_BEHIND_STOP = "\"'”’»)]"
_NEEDS_NO_SPACE = re.compile(r"[。｡．！？…।॥။።۔؟։។៕།༎][\"'”’»」』）)\]】]*(?:\s*[\[【][\d\s,;–-]+[\]】])*$")
_SAID = ("」", "』")
_OWN_END = re.compile(r"[។៕།༎።။]+\s*")
_UNSPACED = re.compile(r"(?<=[\u0e01-\u0e45\u0e47-\u0ed9])\s+(?=[\u0e01-\u0e45\u0e47-\u0ec5\u0edc-\u0edf])")
# Languages that write ordinals with a full stop: "am 3. Oktober".
_ORDINAL_LANGUAGES = "de da nb fi cs sk hu hr sr et lv pl tr"
_ORDINALS_WITH_STOP = frozenset(_ORDINAL_LANGUAGES.split())
# Before a number these go on; elsewhere most of them may end a sentence ("say no.").
_NUMBERED = (
    "no nos nr n núm num art arts abs p pp pag pág pagg s ss f ff fig figs abb abt kap ziff z sec sect ch chap cap vol vols bd tab "
    "tel ver rev v op eq ref refs anm rn par ggf §"
)
_BEFORE_NUMBERS = frozenset(_NUMBERED.split())
_ABBREVIATED = (
    "e.g i.e etc vs mr mrs ms dr prof st approx resp incl excl ca cf cfr z.b d.h u.a o.ä u.ä i.d.r bzw ggf evtl vgl sog inkl zzgl mme "
    "mmes mlle m mm env sr sra srta dra ud uds p.ej ej ee.uu sig sigg dott ing avv geom spett egr"
)
_ABBREVIATIONS = frozenset(_ABBREVIATED.split())
_COMPANIES = "inc ltd co corp jr sr"
_END_OF_COMPANY = frozenset(_COMPANIES.split())  # ends a sentence when a capital follows


def sentence_spans(text: str, language: str | None = None) -> list[Span]:
    """(start, end) of each sentence, in order, without the white space around it. Lines, list items and table rows end a sentence.

    language: by default it is detected from the text's beginning.
    """
    spoken = language or language_of(text[:SAMPLE])
    rules = "en" if spoken == UNKNOWN else spoken
    return [
        span
        for line in _LINE.finditer(text)
        for span in _trimmed(text, line.start(), _ends(line[0], rules))
    ]  # fmt: skip


def _ends(line: str, language: str) -> Iterator[int]:
    """Where each sentence of a line ends; the last is the line's end."""
    start = 0
    for end in _candidates(line, language):
        if end < len(line) and not _goes_on(line[start:end], line[end:], language):
            yield end
            start = end
    yield len(line)


def _candidates(line: str, language: str) -> list[int]:
    """Ends that a rule sees, each with the citation marks behind it."""
    plain = line if line.isascii() else line.translate(_SPACES)
    found = {boundary["end_index"] for boundary in sentencex.get_sentence_boundaries(language, plain)} if _may_end(line) else {len(line)}
    if language == "th" or language == "lo":
        found |= _spaces_between_phrases(line)
    if not line.isascii():
        found |= {end.end() for end in _OWN_END.finditer(line)}
    return sorted({_past_marks(line, end) for end in found if _parts_words(line, end)})


def _parts_words(line: str, end: int) -> bool:
    """Whether an end is at a space, or behind a mark that needs none: "?" within a URL ends nothing."""
    return end == len(line) or line[end - 1].isspace() or line[end].isspace() or bool(_NEEDS_NO_SPACE.search(line, max(0, end - 8), end))


def _may_end(line: str) -> bool:
    """Lone surrogates cannot be handed to the library; a line with them stays whole."""
    return line.isascii() or not _SURROGATE.search(line)


def _past_marks(line: str, end: int) -> int:
    marks = _MARKS.match(line, len(line[:end].rstrip()))
    return max(end, marks.end()) if marks else end


def _spaces_between_phrases(line: str) -> set[int]:
    """Ends of Thai and Lao phrases: behind citation marks where there are any, else at spaces that part long phrases."""
    cited = {found.end() for found in _CITED.finditer(line)}
    ends, start = set(cited), 0
    for found in () if cited else _UNSPACED.finditer(line):
        if found.start() - start >= SHORTEST_PHRASE and len(line) - found.end() >= SHORTEST_PHRASE:
            ends.add(found.end())
            start = found.end()
    return ends


def _goes_on(before: str, after: str, language: str) -> bool:
    """Whether what seems to end a sentence belongs to an abbreviation, an ordinal, an item's number or quoted speech."""
    following = after.lstrip(_OPENING + " ")[:1]
    if _HALF_ABBREVIATION.search(before, max(0, len(before.rstrip()) - 3)) and _OTHER_HALF.match(after):
        return True
    if not before.strip(_CLOSING + _OPENING + " .!?。！？…") or _ITEM.fullmatch(before):
        return True
    ended = before.rstrip()
    if ended.endswith(_SAID):
        return "\u3041" <= after[:1] <= "\u309f"
    if not ended.rstrip(_BEHIND_STOP).endswith((".", "!", "?", "…")) or _MARKS.search(before[-8:]):
        return False
    return following.islower() or (ended.endswith(".") and _abbreviated(before, after, following, language))


def _abbreviated(before: str, after: str, following: str, language: str) -> bool:
    written = before.rsplit(maxsplit=1)[-1].lstrip(_OPENING).rstrip(".")
    last = written.lower()
    if last in _BEFORE_NUMBERS and following.isdecimal():
        return True
    if (last in _ABBREVIATIONS and last not in _END_OF_COMPANY) or _is_initial(written):
        return True
    return language in _ORDINALS_WITH_STOP and bool(_ORDINAL.search(before)) and _first_word(after) not in COMMON[language]


def _is_initial(last: str) -> bool:
    return len(last) == 1 and last.isupper()


def _first_word(text: str) -> str:
    return text.split(None, 1)[0].strip(_OPENING + ",.;:").lower() if text.strip() else ""


def _trimmed(text: str, begin: int, ends: Iterator[int]) -> Iterator[Span]:
    """Spans of the pieces of a line, places counted in the whole text."""
    start = begin
    for end in ends:
        piece = text[start : begin + end]
        stripped = piece.strip()
        if stripped:
            left = start + len(piece) - len(piece.lstrip())
            yield left, left + len(stripped)
        start = begin + end
