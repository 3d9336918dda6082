"""The disguises that tests put attacks into; each takes a text and gives what an attacker would send."""

import base64
import binascii
import codecs
import html
import quopri
from collections.abc import Callable

ALPHABET = "abcdefghijklmnopqrstuvwxyz"
MORSE = dict(
    zip(
        ALPHABET,
        [
            ".-",
            "-...",
            "-.-.",
            "-..",
            ".",
            "..-.",
            "--.",
            "....",
            "..",
            ".---",
            "-.-",
            ".-..",
            "--",
            "-.",
            "---",
            ".--.",
            "--.-",
            ".-.",
            "...",
            "-",
            "..-",
            "...-",
            ".--",
            "-..-",
            "-.--",
            "--..",
        ],
        strict=True,
    )
)
NATO = dict(
    zip(
        ALPHABET,
        [
            "alpha",
            "bravo",
            "charlie",
            "delta",
            "echo",
            "foxtrot",
            "golf",
            "hotel",
            "india",
            "juliett",
            "kilo",
            "lima",
            "mike",
            "november",
            "oscar",
            "papa",
            "quebec",
            "romeo",
            "sierra",
            "tango",
            "uniform",
            "victor",
            "whiskey",
            "x-ray",
            "yankee",
            "zulu",
        ],
        strict=True,
    )
)
BRAILLE = str.maketrans(ALPHABET, "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵")
CYRILLIC = str.maketrans("aceiopsxyABCEHIKMOPTX", "асеіорѕхуАВСЕНІКМОРТХ")
GREEK = str.maketrans("aegionrtuvp", "αεgιοηrτυνρ")
SMALL_CAPITALS = str.maketrans(ALPHABET, "ᴀʙᴄᴅᴇғɢʜɪᴊᴋʟᴍɴᴏᴘǫʀsᴛᴜᴠᴡxʏᴢ")


def framed(first: int) -> Callable[[str], str]:
    return lambda text: "".join(chr(first + ALPHABET.index(c)) if c in ALPHABET else c for c in text.lower())


def shifted(by: int) -> Callable[[str], str]:
    return lambda text: text.lower().translate(str.maketrans(ALPHABET, ALPHABET[by:] + ALPHABET[:by]))


def each(form: str, between: str = "") -> Callable[[str], str]:
    return lambda text: between.join(form.format(byte) for byte in text.encode())


def spelt(names: dict[str, str], apart: str) -> Callable[[str], str]:
    return lambda text: apart.join(" ".join(names[c] for c in word if c in names) for word in text.lower().split())


def in_groups(text: str) -> str:
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def pig_latin(text: str) -> str:
    words = []
    for word in text.lower().split():
        vowel = next((place for place, letter in enumerate(word) if letter in "aeiou"), 0)
        words.append(f"{word}way" if vowel == 0 else f"{word[vowel:]}{word[:vowel]}ay")
    return " ".join(words)


def scrambled(text: str) -> str:
    return " ".join(word if len(word) < 5 else word[0] + word[2] + word[1] + word[3:] for word in text.split())


CODED: dict[str, Callable[[str], str]] = {
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 without padding": lambda text: base64.b64encode(text.encode()).decode().rstrip("="),
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64 in groups": lambda text: in_groups(base64.b64encode(text.encode()).decode()),
    "base64 twice": lambda text: base64.b64encode(base64.b64encode(text.encode())).decode(),
    "base64 of rot13": lambda text: base64.b64encode(codecs.encode(text, "rot13").encode()).decode(),
    "base64 of UTF-16": lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
    "base32": lambda text: base64.b32encode(text.encode()).decode(),
    "base16": lambda text: base64.b16encode(text.encode()).decode(),
    "base85": lambda text: base64.b85encode(text.encode()).decode(),
    "ascii85": lambda text: base64.a85encode(text.encode()).decode(),
    "ascii85 marked": lambda text: base64.a85encode(text.encode(), adobe=True).decode(),
    "hex": lambda text: text.encode().hex(),
    "hex with spaces": lambda text: text.encode().hex(" "),
    "hex with colons": lambda text: text.encode().hex(":"),
    "hex with 0x": each("0x{:02x}", " "),
    "hex with backslashes": each(r"\x{:02x}"),
    "bits": each("{:08b}", " "),
    "bits in one": each("{:08b}"),
    "octal": each("{:03o}", " "),
    "octal with backslashes": each("\\{:03o}"),
    "decimal": each("{:d}", " "),
    "decimal with commas": each("{:d}", ","),
    "percent": each("%{:02X}"),
    "entities": each("&#{:d};"),
    "hex entities": each("&#x{:x};"),
    "escapes": each("\\u{:04x}"),
    "quoted-printable": lambda text: "".join(f"={byte:02X}" for byte in text.encode()),
    "quoted-printable, soft": lambda text: quopri.encodestring(text.encode(), quotetabs=True).decode(),
    "uuencoded": lambda text: "begin 644 x\n" + binascii.b2a_uu(text.encode()[:45]).decode() + "`\nend",
    "Morse": spelt(MORSE, " / "),
    "spelling alphabet": spelt(NATO, " "),
    "braille": lambda text: text.lower().translate(BRAILLE),
    "tags": lambda text: "hello " + "".join(chr(0xE0000 + byte) for byte in text.encode()),
    "variation selectors": lambda text: "😀" + "".join(chr(0xE0100 + byte - 16) for byte in text.encode()),
    "zero width bits": lambda text: "x" + "".join("\u200b" if bit == "0" else "\u200c" for byte in text.encode() for bit in f"{byte:08b}"),
    "invisible operators": lambda text: "".join("\u2062" if bit == "0" else "\u2064" for byte in text.encode() for bit in f"{byte:08b}"),
}
DISGUISES: dict[str, Callable[[str], str]] = {
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "caesar 3": shifted(3),
    "caesar 7": shifted(7),
    "atbash": lambda text: text.lower().translate(str.maketrans(ALPHABET, ALPHABET[::-1])),
    "backwards": lambda text: text[::-1],
    "words backwards": lambda text: " ".join(text.split()[::-1]),
    "each word backwards": lambda text: " ".join(word[::-1] for word in text.split()),
    "pig latin": pig_latin,
    "leet": lambda text: text.translate(str.maketrans("aeiostAEIOST", "431057431057")),
    "leet, some letters": lambda text: text.translate(str.maketrans("eoi", "30!")),
    "leet with signs": lambda text: text.translate(str.maketrans("asi", "@$1")),
    "Cyrillic": lambda text: text.translate(CYRILLIC),
    "Greek": lambda text: text.lower().translate(GREEK),
    "full width": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "mathematical": framed(0x1D41A),
    "script": framed(0x1D4EA),
    "fraktur": framed(0x1D586),
    "monospace": framed(0x1D68A),
    "circled": framed(0x24D0),
    "parenthesised": framed(0x249C),
    "squared": framed(0x1F130),
    "negative squared": framed(0x1F170),
    "flags": lambda text: "".join(chr(0x1F1E6 + ALPHABET.index(c)) if c in ALPHABET else c for c in text.lower()),
    "small capitals": lambda text: text.lower().translate(SMALL_CAPITALS),
    "accents": lambda text: "".join(f"{c}\u0301" if c.isalpha() else c for c in text),
    "zalgo": lambda text: "".join(f"{c}\u0336\u0321\u0352" if c.isalpha() else c for c in text),
    "zero width spaces": lambda text: "\u200b".join(text),
    "soft hyphens": lambda text: "\u00ad".join(text),
    "word joiners": lambda text: "\u2060".join(text),
    "joiners": lambda text: "\u200d".join(text),
    "direction marks": lambda text: "\u202e" + text + "\u202c",
    "direction of each letter": lambda text: "\u200e".join(text),
    "Hangul fillers": lambda text: "\u3164".join(text),
    "letters apart": lambda text: "  ".join(" ".join(word) for word in text.split()),
    "letters apart, words too": lambda text: " ".join(text.replace(" ", "")),
    "letters with dots": lambda text: " ".join(".".join(word) for word in text.split()),
    "letters with hyphens": lambda text: " ".join("-".join(word) for word in text.split()),
    "letters with underscores": lambda text: " ".join("_".join(word) for word in text.split()),
    "letters with stars": lambda text: "*".join(text.replace(" ", "")),
    "underscores for spaces": lambda text: text.replace(" ", "_"),
    "hyphens for spaces": lambda text: text.replace(" ", "-"),
    "no spaces": lambda text: text.replace(" ", ""),
    "humps": lambda text: "".join(word.capitalize() for word in text.split()),
    "capitals": str.upper,
    "alternating case": lambda text: "".join(c.upper() if place % 2 else c.lower() for place, c in enumerate(text)),
    "scrambled": scrambled,
    "one letter too many": lambda text: (
        text.replace("ignore", "ignoore").replace("Ignore", "Iggnore").replace("instructions", "insttructions")
    ),
    "one letter missing": lambda text: text.replace("gnore", "nore").replace("instructions", "instuctions").replace("prompt", "promt"),
    "new lines": lambda text: text.replace(" ", "\n"),
    "tabs": lambda text: text.replace(" ", "\t\t"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0\u2003"),
    "escaped markup": lambda text: html.escape(f"<b>{text}</b>"),
    "bold markup": lambda text: " ".join(f"**{word}**" for word in text.split()),
}
