"""What a text says under its disguises, so that rules need to know plain words only.

A reading is kept when it holds a word that attacks use, so an ordinary text has one or two readings. Codes inside codes are read three
levels deep.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise

from causeway.language.detection import UNKNOWN, language_of
from causeway.language.form import bare
from causeway.safety.codes import decoded, hidden
from causeway.safety.letters import letters_for_digits, plain_letters

DEPTH = 3
LONGEST = 20_000  # characters that are looked at; a question has at most 1,000, a passage about 2,000
_TELLING = (
    *("ignor", "disregard", "forget", "overrid", "bypass", "instruct", "prompt", "guideline", "pretend", "system", "rules", "jailbreak"),
    *("restrict", "unfilter", "reveal", "repeat", "assistant", "chatbot", "language model"),
    *("your answer", "your response", "your reply", "your output", "your summary"),
)
_WORD = re.compile(r"[a-z]{5,}")
_KEYWORDS_WORDS = (
    "ignore disregard forget override bypass previous prior above earlier preceding instructions instruction prompt prompts system "
    "hidden secret reveal repeat rules guidelines directives pretend developer everything restrictions unrestricted jailbreak"
)
_KEYWORDS = dict.fromkeys(_KEYWORDS_WORDS.split())
_SINGLE_LETTERS = re.compile(r"(?<!\w)(?:\w[^\w\n]{1,4}|\w[_]){4,}\w(?!\w)")
_WIDE_GAP = re.compile(r"\s{2,}|\s*[/|,;]\s+|\n")
_INSIDE_WORDS = re.compile(r"(?<=\w)[-_.*~·•'’`|/\\+^=\"](?=\w)")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|_")
_MARKS = re.compile(r"[*_~`]+")
_PIG_LATIN = re.compile(r"\b([a-z]{2,})ay\b")
_QUOTED = re.compile(r"[\"“'‘«「『]([^\"“”'‘’«»「」『』]{1,80})[\"”'’»」』]")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_MIRRORED = str.maketrans(_ALPHABET, _ALPHABET[::-1])
_COMMON_WORDS = (
    "the a an and or of to in is it you that he was for on are with as i his they be at one have this from by not but what all were "
    "we when your can said there use each which she do how their if will up about out many then them these so some her would make "
    "like him into time has look two more go see no way could people my than first been who its now did get may any where"
)
_COMMON = frozenset(_COMMON_WORDS.split())


def readings(text: str, depth: int = DEPTH) -> Iterator[str]:
    """The text as rules compare it, and each further thing that it may say; all in lower case with single spaces."""
    raw = text[:LONGEST]
    yield bare(raw)
    disguised = dict.fromkeys(_disguised(raw, depth))
    if _is_telling("\0".join(disguised).lower()):
        yield from dict.fromkeys(bare(reading) for reading in disguised if _is_telling(reading.lower()))


def coded_words(text: str) -> str | None:
    """What a coded or invisible part of the text says, if that is readable: at least four words, or one that attacks use."""
    for part in _coded_parts(text[:LONGEST]):
        said = bare(part)
        if said not in bare(text) and _is_readable(said) and not _adds_little(part, text):
            return said
    return None


def is_turned(text: str) -> bool:
    """Whether a text is English in an alphabet that is shifted or mirrored, or written backwards."""
    plain = plain_letters(text)
    if language_of(text) != UNKNOWN:
        return False
    return _share_of_common(plain) < 0.05 and any(_share_of_common(turned) >= 0.25 for turned in _turned(plain))


def joined_letters(text: str) -> Iterator[str]:
    """Words written one letter at a time, or without spaces, as one word each."""
    plain = plain_letters(text)
    for found in _SINGLE_LETTERS.findall(plain):
        yield re.sub(r"[\W_]", "", found)
    yield from re.findall(r"[a-z]{15,}", plain)


def _disguised(raw: str, depth: int) -> Iterator[str]:
    plain = plain_letters(raw)
    yield plain
    for part in _coded_parts(raw):
        yield from readings(part, depth - 1) if depth > 1 else (part,)
    yield from _respaced(raw, plain)
    yield from _turned(plain) if _may_be_shifted(plain) else _backwards(plain)
    yield mended(plain)
    for letters in letters_for_digits(plain):
        yield letters
        yield mended(letters)
    yield "".join(_QUOTED.findall(raw))


@lru_cache(maxsize=1)  # `Outgoing` asks for the coded words of a sentence, and then for its readings
def _coded_parts(text: str) -> tuple[str, ...]:
    return (*hidden(text), *decoded(text))


def _respaced(raw: str, plain: str) -> Iterator[str]:
    yield _SINGLE_LETTERS.sub(lambda found: " ".join(re.sub(r"[\W_]", "", word) for word in _WIDE_GAP.split(found[0])), plain)
    yield _INSIDE_WORDS.sub("", plain)
    yield _MARKS.sub("", plain)
    yield _HUMPS.sub(" ", raw)


def _turned(plain: str) -> Iterator[str]:
    """The text under every shift of the alphabet, mirrored, and backwards by letters, by words, and word by word; pig Latin."""
    yield from (plain.translate(_shifted(by)) for by in range(1, 26))
    yield from _backwards(plain)


def _backwards(plain: str) -> Iterator[str]:
    """Mirrored, backwards, and pig Latin: what is left to try of a text that no shift of the alphabet makes telling."""
    yield plain.translate(_MIRRORED)
    yield plain[::-1]
    words = plain.split()
    yield " ".join(words[::-1])
    yield " ".join(word[::-1] for word in words)
    yield _PIG_LATIN.sub(lambda found: _from_pig_latin(found[1]), plain)


def _from_pig_latin(word: str) -> str:
    """ "previous" of "eviouspr", one of the attackers' words if any beginning that was moved makes one; "ignore" of "ignorew"."""
    moved = [word[-place:] + word[:-place] for place in range(1, 5)]
    return next((form for form in moved if form in _KEYWORDS), word[:-1] if word.endswith("w") else moved[0])


@cache
def _shifted(by: int) -> dict[int, str]:
    return dict(zip(map(ord, _ALPHABET), _ALPHABET[by:] + _ALPHABET[:by], strict=True))


def mended(plain: str) -> str:
    """The text with words that are nearly one of the attackers' words (one letter more, less or other, or the inner ones in disorder)."""
    return _WORD.sub(lambda found: _nearest(found[0]), plain)


@lru_cache(maxsize=4096)
def _nearest(word: str) -> str:
    near = _near_words()
    if word in _KEYWORDS:
        return word
    mixed = near.get(_mixed(word))
    return mixed or next((near[part] for part in (word, *_without_one(word)) if part in near), word)


@cache
def _near_words() -> dict[str, str]:
    words: dict[str, str] = {}
    for word in (keyword for keyword in _KEYWORDS if len(keyword) >= 6):
        words |= dict.fromkeys((_mixed(word), word, *_without_one(word)), word)
    return words


def _mixed(word: str) -> str:
    return f"{word[0]}{''.join(sorted(word[1:-1]))}{word[-1]}".upper()


def _without_one(word: str) -> Iterator[str]:
    return (word[:place] + word[place + 1 :] for place in range(len(word)))


def _share_of_common(text: str) -> float:
    """Of its words; 0 for a text with fewer than five words, or with fewer than four different common ones of two letters or more."""
    words = re.findall(r"[a-z']+", text)
    common = [word for word in words if word in _COMMON and len(word) > 1]
    return len(common) / len(words) if len(words) >= 5 and len(set(common)) >= (4 if len(words) > 7 else 3) else 0.0


def _may_be_shifted(plain: str) -> bool:
    """Whether some shift has the letters of a telling word: from one to the next it is as far in every shift."""
    steps = _steps(plain)
    return any(map(steps.__contains__, _telling_steps()))


@cache
def _telling_steps() -> frozenset[bytes]:
    return frozenset(_steps(max(words.split(), key=len)) for words in _TELLING)


def _steps(text: str) -> bytes:
    codes = list(map(ord, text))
    return bytes([(after - before) % len(_ALPHABET) for before, after in pairwise(codes)])


def _is_telling(text: str) -> bool:
    """Whether a text in lower case has a word that attacks use. Looking for each is five times as fast as one regular expression."""
    return any(map(text.__contains__, _TELLING))


def _is_readable(said: str) -> bool:
    words = re.findall(r"[^\W\d_]{2,}", said)
    return len(words) >= 4 or _is_telling(said)


def _adds_little(part: str, text: str) -> bool:
    """Whether decoding changed few characters: a link with a %20, or text with one entity."""
    return len(part) > 0.8 * len(text)
