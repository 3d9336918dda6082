"""The plain letters that other characters look like or stand for: homoglyphs, letters in frames, stacked accents, digits for letters."""

import re
import unicodedata
from functools import cache

_LOOK_ALIKE = {
    looks: letter
    for letter, all_of_them in {
        "a": "аАαΑꓮᎪա∀ɑ⍺ӕ",
        "b": "вВьβΒꓐᏴƄЬ",
        "c": "сСϲꓚᏟς",
        "d": "ԁꓓᎠժđ∂δ",
        "e": "еЕёєЄεΕꓰᎬ℮ҽэ∃ә",
        "f": "ꓝƒғ",
        "g": "ԍɡꓖᎶցԌ",
        "h": "һНнΗꓧᎻհħ",
        "i": "іІїΙιꓲᏆıɩ⍳ίΊɪ",
        "j": "јЈꓙᎫյ",
        "k": "кКҝκΚꓗᏦ",
        "l": "ӏӀꓡᏞℓլłԼ∟",
        "m": "мМΜꓟᎷɱ",
        "n": "ոΝηꓠпиռ",
        "o": "оОοΟσօՕꓳഠ၀øѳө¤",
        "p": "рРρΡꓑᏢ",
        "q": "ԛգԚզ",
        "r": "гяꓣᏒᎡ",
        "s": "ѕЅꓢᏚՏß",
        "t": "тТτΤꓔᎢŧ",
        "u": "υцսꓴμ",
        "v": "νѵꓦᏙ∨",
        "w": "ԝωшщԜꓪᎳ",
        "x": "хХχΧꓫ×ⅹ",
        "y": "уУүҮΥγꓬᎩყ",
        "z": "ΖꓜᏃȥ",
    }.items()
    for looks in all_of_them
}
_LETTER = re.compile(r"(?:LETTER|SYMBOL)(?: [A-Z]+)*? ([A-Z])(?: WITH .*)?$")
_SPELT = {"ALPHA": "a", "IOTA": "i", "UPSILON": "u", "SCHWA": "e", "ENG": "n", "ESH": "s", "EZH": "z", "OPEN O": "o", "SIDEWAYS O": "o"}
_FOR_LETTERS = {**dict(zip("0134578@$!|€£+(", "oieastbasiieltc", strict=True)), "9": "g", "2": "z", "6": "g"}
_DIGITS, _DIGITS_AS_L = str.maketrans(_FOR_LETTERS), str.maketrans({**_FOR_LETTERS, "1": "l", "|": "l", "!": "l"})
_SPELT_OUT = {r"|\/|": "m", r"/\/\\": "m", r"|\|": "n", "|_|": "u", r"\/\/": "w", r"\/": "v", "|-|": "h", "|)": "d", "()": "o", "vv": "w"}


def plain_letters(text: str) -> str:
    """Lower case, with each character that looks like a Latin letter as that letter, and without accents, however many."""
    if text.isascii():
        return text.casefold()
    bare = (character for character in unicodedata.normalize("NFKD", text) if not unicodedata.combining(character))
    return "".join(character if character.isascii() else _plain(character) for character in bare).casefold()


def letters_for_digits(text: str) -> list[str]:
    """The text with digits and signs as the letters that they replace: a "1" as "i", and as "l"."""
    for spelt, letter in _SPELT_OUT.items():
        text = text.replace(spelt, letter)
    return [text.translate(_DIGITS), text.translate(_DIGITS_AS_L)]


@cache
def _plain(character: str) -> str:
    if character in _LOOK_ALIKE:
        return _LOOK_ALIKE[character]
    name = unicodedata.name(character, "")
    found = _LETTER.search(name) if "LATIN" in name or "SYMBOL LETTER" in name else None
    if found:
        return found[1].lower()
    return next((letter for spelt, letter in _SPELT.items() if "LATIN" in name and spelt in name), character)
