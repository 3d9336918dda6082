"""The one normal form of every text that is indexed, asked, answered or compared.

It is NFC with these compatibility forms folded as well: full and half width, ligatures, Arabic and Hebrew presentation forms, letters
of mathematical fonts, Roman numerals, Kangxi radicals, squared units, and the spaces and hyphens that only say where a line may break.
Superscripts, fractions and circled numbers stay, because NFKC would change what they say (10⁵ to 105, 1½ to 11⁄2); a subscript after
a letter is folded (CO₂ to CO2). Full-width punctuation stays beside Han, kana and Hangul, where it is the ordinary punctuation.
See docs/decisions/128-one-normal-form.md.
"""

import re
import unicodedata

LINE_ENDS = "\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
SPACES = "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
HYPHENS = "\u2010\u2011\u2212\ufe63\uff0d"
SQUARED = "\u3300-\u33ff"
WIDE_MARKS = "\uff01-\uff0c\uff0e\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff60"
FOLDED = (
    "\xb5\u0132\u0133\u0149\u017f\u01c4-\u01cc\u01f1-\u01f3\u0587\u0edc\u0edd\u2103\u2109\u2113\u2160-\u217f\u2e9f\u2ef3\u2f00-\u2fd5"
    "\ufb00-\ufdff\ufe30-\ufe44\ufe47-\ufe62\ufe64-\ufe6f\ufe70-\ufefc\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff61-\uff9f\uffa1-\uffee"
    "\U0001d400-\U0001d7ff"
)
SUBSCRIPTS = "\u2080-\u2089"
SARA = "\u0e32\u0eb2"
INVISIBLE = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
JOINERS = "\u200c\u200d\ufe0f"
SURROGATES = "\ud800-\udfff"


def any_of(*classes: str) -> re.Pattern[str]:
    return re.compile(f"[{''.join(classes)}]")


_ODD = any_of(
    LINE_ENDS, SPACES, HYPHENS, SQUARED, WIDE_MARKS, FOLDED, SUBSCRIPTS, SARA, INVISIBLE, JOINERS, SURROGATES
)  # fmt: skip


def normal(text: str) -> str:
    """The text in its normal form; its line ends are "\\n", and its spaces and tabs are as many as before.

    Control characters are spaces. Applied twice it gives the same. A character that is half of a pair (a lone surrogate) becomes U+FFFD.
    """
    if text.isascii() and text.isprintable():
        return text
    if not _ODD.search(text):
        return unicodedata.normalize("NFC", text)
    from causeway.language.folding import folded  # its patterns take longer to compile than most texts to check

    return folded(text)


def bare(text: str) -> str:
    """The text as screening compares it: every compatibility form folded (NFKC), all invisible characters gone, no case, single spaces.

    It changes what a text says (10⁵ to 105), so it is no text to keep or to show.
    """
    folded = normal(unicodedata.normalize("NFKC", normal(text)))
    if not folded.isascii():
        folded = "".join(character for character in folded if unicodedata.category(character) != "Cf")
    return " ".join(folded.casefold().split())
