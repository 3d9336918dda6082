"""Numbers in the formats of Word's lists (w:numFmt)."""

import re
from collections.abc import Callable

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"),
    (4, "iv"), (1, "i"),
)  # fmt: skip
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщыэюя"
_HAN = "零一二三四五六七八九"
_PADDED = re.compile(r"0*1(?:$|[,; ])")


def numeral(number: int, style: str, custom: str = "") -> str | None:
    """`number` as Word shows it in the format `style`, or None where that is not known.

    custom: the pattern of the style "custom", such as "001, 002, 003, ...".
    """
    if style == "custom":
        first = _PADDED.match(custom)
        return str(number).zfill(len(re.split(r"[,; ]", custom)[0])) if first else None
    made = _STYLES.get(style)
    return made(number) if made else None


def _roman(number: int) -> str | None:
    if not 0 < number < 4000:
        return None
    letters = ""
    for worth, sign in _ROMAN:
        count, number = divmod(number, worth)
        letters += sign * count
    return letters


def _repeated(alphabet: str) -> Callable[[int], str | None]:
    """a, b, ... z, aa, bb, ...: Word repeats the letter."""

    def lettered(number: int) -> str | None:
        return alphabet[(number - 1) % len(alphabet)] * ((number - 1) // len(alphabet) + 1) if 0 < number <= 780 else None

    return lettered


def _from(alphabet: str) -> Callable[[int], str | None]:
    return lambda number: alphabet[number - 1] if 0 < number <= len(alphabet) else None


def _run(first: int, most: int) -> Callable[[int], str | None]:
    """Characters that follow each other in Unicode."""
    return lambda number: chr(first + number - 1) if 0 < number <= most else None


def _upper(made: Callable[[int], str | None]) -> Callable[[int], str | None]:
    def capital(number: int) -> str | None:
        text = made(number)
        return text.upper() if text else None

    return capital


def _ordinal(number: int) -> str | None:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def _han(number: int) -> str | None:
    """Counting in Chinese and Japanese to 99, where their styles agree."""
    if not 0 < number < 100:
        return None
    tens, ones = divmod(number, 10)
    return f"{_HAN[tens] if tens > 1 else ''}{'十' if tens else ''}{_HAN[ones] if ones else ''}"


def _plain(number: int) -> str:
    return str(number)


_letters = _repeated("abcdefghijklmnopqrstuvwxyz")
_STYLES: dict[str, Callable[[int], str | None]] = {
    "decimal": _plain,
    "decimalHalfWidth": _plain,
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": _letters,
    "upperLetter": _upper(_letters),
    "lowerRoman": _roman,
    "upperRoman": _upper(_roman),
    "ordinal": _ordinal,
    "hex": lambda number: f"{number:X}",
    "numberInDash": lambda number: f"- {number} -",
    "chicago": _repeated("*†‡§"),
    "russianLower": _repeated(_RUSSIAN),
    "russianUpper": _upper(_repeated(_RUSSIAN)),
    "decimalFullWidth": lambda number: "".join(chr(ord(digit) + 0xFEE0) for digit in str(number)) if number >= 0 else None,
    "decimalEnclosedCircle": _run(0x2460, 20),
    "decimalEnclosedCircleChinese": _run(0x2460, 20),
    "decimalEnclosedParen": _run(0x2474, 20),
    "decimalEnclosedFullstop": _run(0x2488, 20),
    "ideographDigital": _from(_HAN[1:]),
    "japaneseCounting": _han,
    "chineseCounting": _han,
    "chineseCountingThousand": _han,
    "taiwaneseCounting": _han,
    "taiwaneseCountingThousand": _han,
    "ideographTraditional": _from("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _from("子丑寅卯辰巳午未申酉戌亥"),
    "aiueoFullWidth": _from("アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"),
    "irohaFullWidth": _from("イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"),
    "ganada": _from("가나다라마바사아자차카타파하"),
    "chosung": _from("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"),
}
