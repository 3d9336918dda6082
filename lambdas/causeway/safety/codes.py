"""Texts that are written in a code which a model reads: base64 and its kin, numbers for characters, Morse, invisible characters.

Each decoder takes a text and yields what its coded parts say; a part that says nothing readable is passed over.
"""

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from urllib.parse import unquote

FEWEST_BYTES = 6
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/_-]{4,76}[\r\n]+)*[A-Za-z0-9+/_-]{8,}={0,2}")
_FEWEST_GROUPS = 3  # beside the last one
_GROUPS = {
    size: re.compile(rf"(?<!\S)(?:[A-Za-z0-9+/_-]{{{size}}}\s+){{{_FEWEST_GROUPS},}}[A-Za-z0-9+/_-]{{1,{size}}}={{0,2}}(?!\S)")
    for size in (2, 3, 4, 5, 6, 8, 10, 12, 16)
}
_BASE32 = re.compile(r"[A-Z2-7]{12,}={0,6}|[a-z2-7]{16,}={0,6}")
_ASCII85 = re.compile(r"<~(.+?)~>|(?<!\S)([!-u]{15,})(?!\S)", re.DOTALL)
_BASE85 = re.compile(r"(?<!\S)[0-9A-Za-z!#$%&()*+;<=>?@^_`{|}~-]{15,}(?!\S)")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:(?:\\x|0x|%|&#x|\\u00|u\+00)?[0-9a-f]{2}[\s,;:-]{0,2}){6,}", re.IGNORECASE)
_BITS = re.compile(r"(?:\b[01]{7,8}\b[\s,]*){4,}|[01]{48,}")
_OCTAL = re.compile(r"(?:\\?[0-7]{3}[\s,]*){6,}")
_DECIMAL = re.compile(r"(?:\b(?:3[2-9]|[4-9]\d|1[01]\d|12[0-6])\b[\s,;.-]*){6,}")
_ESCAPED = re.compile(r"\\u\{?[0-9a-f]{2,6}\}?|\\x[0-9a-f]{2}|\\[0-7]{3}", re.IGNORECASE)
_QUOTED_PRINTABLE = re.compile(r"(?:=[0-9A-F]{2})")
_MORSE = re.compile(r"(?:[.\-·•–—−_]{1,6}(?:\s*[/|]\s*|\s+|$)){6,}")
_NATO = re.compile(r"(?:\b[A-Za-z]{3,8}\b[\s,.-]*){6,}")
_BRAILLE = re.compile(r"[\u2800-\u28ff\s]{6,}")
_INVISIBLE_BITS = re.compile(r"[\u200b-\u200f\u2060-\u2064\ufeff\u180e]{24,}")
_TAGS, _SELECTORS = re.compile(r"[\U000e0020-\U000e007e]{4,}"), re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")
_NAMES_OF_LETTERS_WORDS = (
    "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar papa quebec romeo "
    "sierra tango uniform victor whiskey whisky xray yankee zulu"
)
_NAMES_OF_LETTERS = frozenset(_NAMES_OF_LETTERS_WORDS.split())
_CODES_OF_MORSE_WORDS = (
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.. ----- .---- ..--- "
    "...-- ....- ..... -.... --... ---.. ----."
)
_CODES_OF_MORSE = _CODES_OF_MORSE_WORDS.split()
_MORSE_LETTERS = dict(zip(_CODES_OF_MORSE, "abcdefghijklmnopqrstuvwxyz0123456789", strict=True))
_MORSE_SIGNS = str.maketrans("·•–—−_", "..----")
_BRAILLE_LETTERS = dict(zip("⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵⠀", "abcdefghijklmnopqrstuvwxyz ", strict=True))


def decoded(text: str) -> Iterator[str]:
    """What each coded part of the text says, in no order; the same words may come more than once."""
    for decoder in _DECODERS:
        yield from decoder(text)


def hidden(text: str) -> Iterator[str]:
    """What invisible characters of a text spell: tags, variation selectors, and two of them as bits."""
    for found in _TAGS.findall(text):
        yield "".join(chr(ord(character) - 0xE0000) for character in found)
    for found in _SELECTORS.findall(text):
        yield from _read(bytes(_selected(character) for character in found))
    for found in _INVISIBLE_BITS.findall(text):
        yield from _from_two_signs(found)


def _selected(character: str) -> int:
    code = ord(character)
    return code - 0xFE00 if code < 0x10000 else code - 0xE0100 + 16


def _from_two_signs(signs: str) -> Iterator[str]:
    kinds = sorted(set(signs), key=signs.count, reverse=True)[:2]
    for zero, one in (kinds, kinds[::-1]) if len(kinds) == 2 else ():
        yield from _of_bits("".join("0" if sign == zero else "1" for sign in signs if sign in (zero, one)))


def _read(data: bytes) -> Iterator[str]:
    """The bytes as UTF-8, or as UTF-16 of ASCII, of which every other byte is zero; if all of it is text."""
    if len(data) < FEWEST_BYTES:
        return
    for encoding in ("utf-8", "utf-16-le", "utf-16-be") if 0 in data else ("utf-8",):
        try:
            text = data.decode(encoding).strip("\0\r\n")
        except UnicodeDecodeError:
            continue
        if (encoding == "utf-8" or text.isascii()) and _is_text(text):
            yield text
            return


def _is_text(text: str) -> bool:
    return all(character.isprintable() or character in "\t\r\n" for character in text) and sum(
        unicodedata.category(character)[0] in "LZ" for character in text
    ) >= 0.7 * len(text)


def _base64(text: str) -> Iterator[str]:
    for found in (*_BASE64.findall(text), *_groups(text)):
        data = re.sub(r"\s", "", found).rstrip("=").replace("-", "+").replace("_", "/")
        yield from _read(_bytes(base64.b64decode, data[: len(data) - (len(data) % 4 == 1)] + "=" * (-len(data) % 4)))


def _groups(text: str) -> Iterator[str]:
    """Codes that are cut into groups of equal length, the last one perhaps shorter."""
    sizes = {size for size, words in groupby(map(len, text.split())) if sum(1 for _ in words) >= _FEWEST_GROUPS}
    for size, pattern in _GROUPS.items():
        if size in sizes:
            yield from pattern.findall(text)


def _base32(text: str) -> Iterator[str]:
    for found in _BASE32.findall(text):
        data = found.rstrip("=").upper()
        yield from _read(_bytes(base64.b32decode, data + "=" * (-len(data) % 8)))


def _base85(text: str) -> Iterator[str]:
    for marked, alone in _ASCII85.findall(text):
        yield from _read(_bytes(base64.a85decode, marked or alone))
    for found in _BASE85.findall(text):
        yield from _read(_bytes(base64.b85decode, found))


def _bytes(decode: Callable[[str], bytes], code: str) -> bytes:
    try:
        return decode(code)
    except (ValueError, binascii.Error):
        return b""


def _hex(text: str) -> Iterator[str]:
    for found in _HEX.findall(text):
        digits = re.sub(r"(?i)\\x|0x|%|&#x|\\u00|u\+00|[^0-9a-f]", "", found)
        yield from _read(_bytes(bytes.fromhex, digits[: len(digits) // 2 * 2]))


def _bits(text: str) -> Iterator[str]:
    for found in _BITS.findall(text):
        groups = re.findall(r"[01]+", found)
        yield from _of_bits("".join(group.zfill(8) for group in groups) if len(groups) > 1 else found)


def _of_bits(bits: str) -> Iterator[str]:
    yield from _read(bytes(int(bits[place : place + 8], 2) for place in range(0, len(bits) // 8 * 8, 8)))


def _numbers(text: str) -> Iterator[str]:
    for pattern, base in ((_OCTAL, 8), (_DECIMAL, 10)):
        for found in pattern.findall(text):
            codes = (int(number, base) for number in re.findall(r"\d+", found if base == 10 else re.sub(r"(\d{3})", r"\1 ", found)))
            yield from _read(bytes(code for code in codes if code < 256))


def _escapes(text: str) -> Iterator[str]:
    changed = _ESCAPED.sub(_unescaped, html.unescape(unquote(text)))
    if len(_QUOTED_PRINTABLE.findall(changed)) > 2:
        changed = codecs.decode(changed.encode(errors="replace"), "quopri").decode(errors="replace")
    if changed != text:
        yield changed


def _unescaped(found: re.Match[str]) -> str:
    code = int(found[0][1:], 8) if found[0][1].isdigit() else int(found[0].strip("\\uxUX{}"), 16)
    return chr(code) if code < 0x110000 else ""


def _uuencoded(text: str) -> Iterator[str]:
    lines = [_bytes(binascii.a2b_uu, line) for line in text.splitlines() if 8 <= len(line) <= 62]
    yield from _read(b"".join(line for line in lines if len(line) >= FEWEST_BYTES))


def _morse(text: str) -> Iterator[str]:
    for found in _MORSE.findall(text):
        words = re.split(r"\s*[/|]\s*|\s{3,}", found.translate(_MORSE_SIGNS))
        yield " ".join("".join(_MORSE_LETTERS.get(code, "") for code in word.split()) for word in words)


def _letter_names(text: str) -> Iterator[str]:
    if not any(map(text.lower().replace("x-ray", "xray").__contains__, _NAMES_OF_LETTERS)):
        return
    for found in _NATO.findall(text):
        names = re.findall(r"[a-z]+", found.lower().replace("x-ray", "xray"))
        if sum(name in _NAMES_OF_LETTERS for name in names) >= 0.8 * len(names):
            yield "".join(name[0] for name in names)


def _braille(text: str) -> Iterator[str]:
    for found in _BRAILLE.findall(text):
        yield "".join(_BRAILLE_LETTERS.get(character, " " if character.isspace() else "") for character in found)


_DECODERS: Iterable[Callable[[str], Iterator[str]]] = (
    *(_base64, _base32, _base85, _hex, _bits, _numbers),
    *(_escapes, _uuencoded, _morse, _letter_names, _braille),
)
