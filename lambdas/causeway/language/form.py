"""The one normal form of every text that is indexed, asked, answered or compared.

It is NFC with these compatibility forms folded as well: full and half width, ligatures, Arabic and Hebrew presentation forms, letters
of mathematical fonts, Roman numerals, Kangxi radicals, squared units, and the spaces and hyphens that only say where a line may break.
Superscripts, fractions and circled numbers stay, because NFKC would change what they say (10⁵ to 105, 1½ to 11⁄2); a subscript after
a letter is folded (CO₂ to CO2). Full-width punctuation stays beside Han, kana and Hangul, where it is the ordinary punctuation.
See docs/decisions/128-one-normal-form.md.
"""

import unicodedata

from causeway.language.characters import ODD


def normal(text: str) -> str:
    """The text in its normal form; its line ends are "\\n", and its spaces and tabs are as many as before.

    Control characters are spaces. Applied twice it gives the same. A character that is half of a pair (a lone surrogate) becomes U+FFFD.
    """
    if text.isascii() and text.isprintable():
        return text
    if not ODD.search(text):
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


def not_blank(text: str) -> str:
    """What a person has written, in its normal form and without white space around it. Raises ValueError for nothing."""
    found = normal(text).strip()
    if not found:
        raise ValueError("must not be blank")
    return found
