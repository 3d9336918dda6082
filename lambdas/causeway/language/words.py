"""Words, numbers and codes of a text, as search questions, grounding and quotes compare them.

A word is compared by its stem (Snowball's, of the text's language). Scripts without spaces have no words to compare: Han, kana and
Hangul are compared by two characters in a row, Thai, Lao, Khmer and Burmese by three. A code such as HX-2041-B is one term with its parts.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

import Stemmer

from causeway.language.detection import COMMON
from causeway.language.form import normal
from causeway.language.numbers import number, with_plain_numbers

Terms = frozenset[str]

_MARKS = (  # what is written on or around a letter; \w knows letters and digits only
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963\u0971-\u0de5\u0df2\u0df3"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u0f71-\u0f84\u102b-\u103e\u17b4-\u17d3\u3099\u309a\u200c\u200d"
)
_TOKEN = re.compile(rf"(?:[\w{_MARKS}]|-(?<![^\s(\[]-)(?=\d))[\w{_MARKS}]*(?:['.,:/⁄·-][\w{_MARKS}]+)*")
_ASCII_TOKEN = re.compile(r"(?:\w|-(?<![^\s(\[]-)(?=\d))\w*(?:['.,:/-]\w+)*", re.ASCII)
_PAIRED = "\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_TRIPLED = "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff"
_SCRIPTS = re.compile(rf"(?P<paired>[{_PAIRED}々〆]+)|(?P<tripled>[{_TRIPLED}]+)|[^{_PAIRED}{_TRIPLED}々〆]+")
_HIRAGANA, _NOTHING = re.compile("[\u3041-\u309f]+"), re.compile("(?!)")
_IN_A_ROW = {"paired": 2, "tripled": 3}
_NUMBER = re.compile(r"-?\d+(?:[.,:/'⁄]\d+)*(?:[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|[¼-¾⅐-⅞])?|[¼-¾⅐-⅞]|\d{1,4}-\d{1,2}-\d{1,4}")
_MEASURE = re.compile(r"(-?\d+(?:[.,]\d+)*)-?([^\W\d_]+)(?<!-[^\W\d_])")  # 5kg, 30-day, 2nd
_PARTS = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*")
_WORD_PARTS = re.compile(r"[.,:/⁄·_-]+")
_NOT_SPOKEN = re.compile("[\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d]")
_ALEFS = str.maketrans("أإآٱىیک", "ااااييك")
_FOOTNOTE = re.compile(r"(?<=[^\W\d_]{4})[⁰¹²³⁴⁵⁶⁷⁸⁹]+$")
_LONE_LETTER = re.compile(  # Class A, Type: B, Typ β
    r" (?:(?<=\w )[A-HJ-ZΑ-ΩА-Яα-ζθικλμνξπρ-ω]|(?<=: )(?:[B-HJ-ZΑ-ΩА-Яα-ζθικλμνξπρ-ω]|A(?! [a-z])))(?![\w'.-])"
)
_HEAVENLY_STEM = re.compile("[甲乙丙丁]")  # 等级乙
_DIGIT = re.compile(r"[\d¼-¾⅐-⅞]")
_ELISION = re.compile(r"^[a-zà-ÿ]{1,5}'(?=[^\W\d_]{2})")
_ELIDING = frozenset(("fr", "it", "ca"))
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "et": "estonian",
    "fi": "finnish", "fr": "french", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
_ENGLISH = (
    "about after all also any because been before being between both but could did do does doing had having he her here hers him his how i "
    "if into its itself may me might more most much must my no nor off once only other our ours out over own same shall she should so some "
    "such than theirs them then there these they those through too under until up us very we were what when where while who whom why would "
    "your yours according documents document passage passages states says information"
)
# Endings and particles that hold Japanese and Korean sentences together, as the stop words of their pairs.
_JOINING_PAIRS = (
    "です ます した する ある いる から まで など こと もの ので には では とは への での また より ない なる なり れる られ って "
    "さん して いた いて てい とし しま いま せん ませ まし りま てお され れて れた であ でき きま ため よう うに とき につ つい "
    "にお おい おけ ける いく くら らで すか どこ どの いつ なん どれ れく らい 多少 什么 么时 哪里 如何 怎么 多久 是否 ょう でし "
    "ださ くだ さい のは のを のに のが もに とも にも でも 습니 니다 입니 합니 됩니 에서 으로 하는 이다 하다 니까 인가 가요 나요 "
    "얼마 무엇 어디 언제 한다 있습 있다 에는 까지 부터"
)
_PAIRS = frozenset(_JOINING_PAIRS.split())


def terms(text: str, language: str = "en", numbers_in: str | None = None) -> Terms:
    """Stems of the content words, pairs or triples of characters where words are not spaced, numbers and codes. Stop words are left out.

    language: chooses stemmer and stop words; both sides of a comparison take the same.
    numbers_in: the language in which numbers are written, by default the same: "1.000" is a thousand in German text.
    """
    plain = _plain(text, numbers_in or language)
    found = {term for token in _tokens(plain) for term in _terms_of(token, language, numbers_in or language)}
    letters = _LONE_LETTER.findall(plain) if plain.isascii() else _LONE_LETTER.findall(plain) + _HEAVENLY_STEM.findall(plain)
    return frozenset(found.union(letter.strip().lower() + "=" for letter in letters))


def figures(text: str, language: str = "en") -> Terms:
    """Numbers and codes, each in one form: "1,000" is "1000", "5.00" is "5", "HX-2041-B" is one code and no number."""
    plain = _plain(text, language, ones=False)
    return frozenset(figure for token in _tokens(plain) if _has_digit(token) for figure in _figures_of(token, language))


def _plain(text: str, language: str, ones: bool = True) -> str:
    return with_plain_numbers(normal(text).replace("’", "'"), language, ones)


def _tokens(plain: str) -> set[str]:
    """Runs of letters and digits, with the marks between that belong to numbers, codes and contractions."""
    return set((_ASCII_TOKEN if plain.isascii() else _TOKEN).findall(plain.casefold()))


@lru_cache(maxsize=32_768)
def _terms_of(token: str, language: str, numbers_in: str) -> tuple[str, ...]:
    if token.isascii() and token.isalpha():
        return _word(token, language)
    return tuple(term for run, kind in _runs(token) for term in _of_run(run, kind, language, numbers_in))


def pieces(token: str) -> list[str]:
    """What a token is compared by before it is stemmed: itself, or characters in a row where its script has no spaces."""
    if token.isascii():
        return [token]
    return [piece for run, kind in _runs(token) for piece in (_grams(run, kind) if kind else [run])]


def _runs(token: str) -> Iterator[tuple[str, str | None]]:
    """Runs of one way of writing: (run, "paired" | "tripled" | None)."""
    for found in _SCRIPTS.finditer(token):
        run = found[0].strip(".,:/⁄·-'") if found.start() else found[0].strip(".,:/⁄·'")
        if run:
            yield run, found.lastgroup


def _of_run(run: str, kind: str | None, language: str, numbers_in: str) -> Iterable[str]:
    if kind:
        return _grams(run, kind)
    if _has_digit(run):
        words = (part for part in _PARTS.findall(run) if part[0].isalpha())
        numbers = (number(part, numbers_in) for part in _PARTS.findall(run) if part[0].isdecimal())
        pieces = numbers if _is_code(run) else ()
        return (*_figures_of_run(run, numbers_in), *pieces, *(stem for word in words for stem in _word(word, language)))
    return (stem for word in _WORD_PARTS.split(run) if word for stem in _word(word, language))


def _grams(run: str, kind: str) -> list[str]:
    """Two or three characters in a row from each place on, without those that only hold a sentence together."""
    size = _IN_A_ROW[kind]
    grams = (run[place : place + size] for place in range(max(1, len(run) - size + 1)))
    joining = _HIRAGANA if _HIRAGANA.fullmatch(run) is None else _NOTHING  # beside Han, hiragana are endings and particles
    return [gram for gram in grams if gram not in _PAIRS and not joining.fullmatch(gram)]


def _word(word: str, language: str) -> tuple[str, ...]:
    """The stem of a word; nothing of a stop word or of a single letter."""
    plain = _FOOTNOTE.sub("", _NOT_SPOKEN.sub("", word)).translate(_ALEFS) if not word.isascii() else word
    if language in _ELIDING:
        plain = _ELISION.sub("", plain)
    if len(plain) < 2 or plain in stop_words(language):
        return ()
    return (stem(plain, language),)


def _figures_of(token: str, language: str) -> list[str]:
    return [figure for run, kind in _runs(token) if kind is None and _has_digit(run) for figure in _figures_of_run(run, language)]


def _figures_of_run(run: str, language: str) -> list[str]:
    if _NUMBER.fullmatch(run):
        listed = run.count(",") > 1 and not number(run, language).lstrip("-").replace(".", "", 1).isdecimal()
        return [number(part, language) for part in run.split(",")] if listed else [number(run, language)]
    measure = _MEASURE.fullmatch(run)
    if measure:
        return [number(measure[1], language)]
    if _is_code(run):
        return [run]
    return [number(part, language) for part in _PARTS.findall(run) if part[0].isdecimal()]


def _is_code(run: str) -> bool:
    """Letters and digits in one, but no number with its unit."""
    letters = any(character.isalpha() for character in run)
    return letters and not _NUMBER.fullmatch(run) and not _MEASURE.fullmatch(run)


def _has_digit(run: str) -> bool:
    return bool(_DIGIT.search(run))


@cache
def stop_words(language: str) -> frozenset[str]:
    """Words of a language that carry no claim."""
    common = COMMON.get(language, COMMON["en"])
    return common | frozenset(_ENGLISH.split()) if language in ("en", "und") else common


def stem(word: str, language: str = "en") -> str:
    """The word without its endings: "returned" and "returns" are both "return". Languages without a stemmer keep the word."""
    stemmer = _stemmer(language)
    return stemmer.stemWord(word) if stemmer else word


@cache
def _stemmer(language: str) -> "Stemmer.Stemmer | None":
    name = _STEMMERS.get(language, "english" if language == "und" else None)
    return Stemmer.Stemmer(name) if name else None
