"""Numbers in one form, however a language writes them: "1,000", "1.000" in German text, "１０００", "١٠٠٠" and "千" are all "1000"."""

import re
import unicodedata

# Languages that part thousands with a full stop (or a space) and decimals with a comma.
_COMMA_DECIMAL = frozenset(
    (
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "nl",
        "sv",
        "da",
        "nb",
        "fi",
        "pl",
        "cs",
        "sk",
        "hu",
        "ro",
        "tr",
        "id",
        "vi",
        "ca",
        "hr",
        "et",
        "lv",
        "lt",
    )
) | {"ru", "uk", "be", "bg", "sr", "mk", "kk", "el"}
_SPACE_GROUPED = frozenset(("fr", "sv", "nb", "fi", "pl", "cs", "sk", "hu", "bg", "ru", "uk", "be", "kk", "et", "lv", "lt"))
_GROUPED_BY_SPACE = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)")
_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}")
_EXPONENTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_EXPONENT = re.compile(r"(.*?\d)([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")

_DIGITS = {
    character: value
    for value, characters in enumerate(("〇零", "一壱", "二弐两兩", "三参", "四", "五", "六", "七", "八", "九"))
    for character in characters
}
_TENS = {"十": 10, "拾": 10, "百": 100, "千": 1000, "십": 10, "백": 100, "천": 1000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8, "兆": 10**12, "만": 10**4, "억": 10**8, "조": 10**12}
_SIGNS = "".join((*_DIGITS, *(sign for sign in (*_TENS, *_MYRIADS) if sign < "가")))
_HANGUL = "십백천만억조"  # parts of many words: they count behind digits only
_ONES = "".join(_DIGITS)
# A sign alone is often part of a word ("一般", "三菱"): it counts before a counter, or with another sign.
_COUNTERS = (
    "年月日号號時时円元圓圆块人名个個件回次天週周歳岁階层層台本枚冊级級%章条條项項款期份倍割折泊晚夜张張只隻把辆輛套瓶杯双雙位间間顿篇遍页頁"
    "行家座棵户戶段节節课課种種类類组組班吨噸斤升度つ"
)
_COUNTED = rf"(?=[{_COUNTERS}]|[かカヵヶケ箇][月所国年日条]|分[钟鐘間]|小[时時])"
_HAN = re.compile(
    rf"\d[\d,]*(?:\.\d+)?(?:\s?[十拾百千{''.join(_MYRIADS)}]|[십백천])[\d{_SIGNS}{_HANGUL}]*"
    rf"|[{_ONES}十百]+[点點][{_ONES}]+(?![{_ONES}十百拾分刻点點])"
    rf"|[{_SIGNS}]{{2,}}|(?<=第)[{_SIGNS}]|[{_SIGNS.replace('一', '')}]{_COUNTED}"
)
_ONE = re.compile(rf"(?<![{_SIGNS}\d])一{_COUNTED}")
_PART = re.compile(r"\d[\d,]*(?:\.\d+)?|\D")


def with_plain_numbers(text: str, language: str, ones: bool = True) -> str:
    """The text with ASCII digits, with thousands that were parted by spaces joined, and with Han numerals written in digits.

    ones: also 一 before a counter, which may say "a" or "each" as well as "one".
    """
    if not text.isascii():
        text = _ONE.sub(" 1 ", text) if ones else text
        text = _HAN.sub(_in_digits, "".join(map(_ascii_digit, text)) if any(map(_is_foreign_digit, text)) else text)
    return _GROUPED_BY_SPACE.sub(lambda found: found[0].replace(" ", ""), text) if language in _SPACE_GROUPED else text


def number(written: str, language: str) -> str:
    """One form of a number such as "1,000" or "1.000,50". A time, a date or a version keeps its own form; 10⁵ is "10^5".

    written: ASCII digits with "." "," ":" "/" "-" or "'" between them, perhaps a sign before and an exponent or a fraction behind.
    """
    exponent = _EXPONENT.fullmatch(written)
    if exponent:
        return f"{number(exponent[1], language)}^{exponent[2].translate(_EXPONENTS)}"
    if not written[-1].isdecimal():
        return _with_fraction(written)
    plain = written.replace("'", "")
    return plain if plain.isdecimal() else _decimal(plain, language)


def _decimal(written: str, language: str) -> str:
    sign, unsigned = ("-", written[1:]) if written.startswith("-") else ("", written)
    point = "," if _comma_is_the_point(unsigned, language) else "."
    grouped, _, fraction = unsigned.rpartition(point) if unsigned.count(point) == 1 else (unsigned, "", "")
    whole = grouped.replace(".", ",")
    if not _GROUPS.fullmatch(whole) and not whole.isdecimal():
        return written
    fraction = fraction.rstrip("0")
    return sign + whole.replace(",", "") + (f".{fraction}" if fraction else "")


def _comma_is_the_point(written: str, language: str) -> bool:
    """The last of two kinds of marks parts the decimals; of one kind, a single comma not before three digits, or as the language has it."""
    if "," in written and "." in written:
        return written.rindex(",") > written.rindex(".")
    if written.count(",") == 1:
        return language in _COMMA_DECIMAL or not _GROUPS.fullmatch(written)
    return language in _COMMA_DECIMAL and bool(_GROUPS.fullmatch(written.replace(".", ",")))


def _with_fraction(written: str) -> str:
    """ "1.5" of "1½"."""
    whole = written[:-1]
    value = unicodedata.numeric(written[-1], None)
    if value is None or not (whole == "" or whole.isdecimal()):
        return written
    return f"{int(whole or 0) + value:.4f}".rstrip("0").rstrip(".")


def _is_foreign_digit(character: str) -> bool:
    return character > "\x7f" and (character.isdecimal() or character in "٫٬")


def _ascii_digit(character: str) -> str:
    if not _is_foreign_digit(character):
        return character
    return {"٫": ".", "٬": ""}.get(character) or str(unicodedata.decimal(character, ""))


def _in_digits(found: re.Match[str]) -> str:
    """ " 1.5 " of 一点五."""
    whole, point, fraction = found[0].replace("點", "点").partition("点")
    value = _value(whole)
    return found[0] if value is None else f" {value}{'.' if point else ''}{''.join(str(_DIGITS[sign]) for sign in fraction)} "


def _value(numeral: str) -> str | None:
    """The value of a Han numeral such as 二万五千, 2万5千 or 二〇二四; None if the signs are not in the order of a numeral."""
    if all(sign in _DIGITS for sign in numeral):
        return "".join(str(_DIGITS[sign]) for sign in numeral)
    total = section = 0.0
    digit: float | None = None
    for part in _PART.findall(numeral.replace(" ", "")):
        if part in _TENS:
            section, digit = section + (1 if digit is None else digit) * _TENS[part], None
        elif part in _MYRIADS and (section or digit):
            total, section, digit = total + (section + (digit or 0)) * _MYRIADS[part], 0.0, None
        elif digit or part in _MYRIADS:
            return None
        else:
            digit = float(_DIGITS[part]) if part in _DIGITS else float(part.replace(",", ""))
    value = total + section + (digit or 0)
    return f"{value:.4f}".rstrip("0").rstrip(".")
