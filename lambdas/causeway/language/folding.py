"""How each class of characters that `characters` names is brought to the normal characters."""

import re
import unicodedata

from causeway.language import characters

_LINE_END = re.compile(f"\r\n|[{characters.LINE_ENDS}]")
_SPACE, _HYPHEN, _SURROGATE, _SQUARE = (
    characters.any_of(characters.SPACES),
    characters.any_of(characters.HYPHENS),
    characters.any_of(characters.SURROGATES),
    characters.any_of(characters.SQUARED),
)
# The flags of England, Scotland and Wales are spelt with tags after a black flag; elsewhere tags are hidden text.
_HIDDEN = re.compile(f"(\U0001f3f4[\U000e0030-\U000e007a]+\U000e007f)|[{characters.INVISIBLE}]")
_MARKS, _FOLDABLE, _JOINING = (
    re.compile(f"[{characters.WIDE_MARKS}]+"),
    re.compile(f"[{characters.FOLDED}]+"),
    re.compile(f"[{characters.JOINERS}]+"),
)
_SUBSCRIPT = re.compile(f"(?<=[A-Za-z)])[{characters.SUBSCRIPTS}]+(?![0-9])")
_SARA_AM = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32|\u0ecd([\u0ec8-\u0ecb]?)\u0eb2")

_CJK = re.compile("[\u3001-\u303f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]")
_INDIC = re.compile("[\u0900-\u0dff]")
_ARABIC = re.compile("[\u0620-\u074f\u0750-\u077f\u08a0-\u08ff]")
_PICTURE = re.compile("[\xa9\xae\u20e3\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]")
_VIRAMAS = "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca"  # the signs that join or part two consonants


def folded(text: str) -> str:
    """What `form.normal` gives for a text that holds a character of its classes."""
    text = _SURROGATE.sub("\ufffd", _LINE_END.sub("\n", text))
    text = unicodedata.normalize("NFC", _HIDDEN.sub(lambda found: found[1] or "", text))
    text = _HYPHEN.sub("-", _SPACE.sub(" ", text))
    text = _MARKS.sub(_narrow_or_kept, _SQUARE.sub(_one_level, text))
    text = _JOINING.sub(_meant, _FOLDABLE.sub(_compatible, text))
    text = _SARA_AM.sub(_composed, _SUBSCRIPT.sub(_compatible, text))
    return unicodedata.normalize("NFC", text)


def _compatible(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", found[0])


def _one_level(found: re.Match[str]) -> str:
    """ "m²" of "㎡": the full decomposition would lower the exponent too."""
    return "".join(chr(int(code, 16)) for code in unicodedata.decomposition(found[0]).split()[1:]) or found[0]


def _narrow_or_kept(found: re.Match[str]) -> str:
    before, after = _beside(found)
    return found[0] if _CJK.match(before) or _CJK.match(after) else _compatible(found)


def _beside(found: re.Match[str]) -> tuple[str, str]:
    """The characters before and after what was found; empty at the ends of the text."""
    return found.string[max(0, found.start() - 1) : found.start()], found.string[found.end() : found.end() + 1]


def _meant(found: re.Match[str]) -> str:
    """What a run of joiners and emoji selectors says to its neighbours: parts of an emoji, an Indic or a Persian letter's shape."""
    before, after = _beside(found)
    if _PICTURE.match(before):
        return "\ufe0f" * ("\ufe0f" in found[0]) + "\u200d" * ("\u200d" in found[0] and bool(_PICTURE.match(after)))
    if after == "\u20e3":
        return "\ufe0f" * ("\ufe0f" in found[0])
    if before and before in _VIRAMAS and _INDIC.match(after):
        return found[0].strip("\ufe0f")[:1]
    return "\u200c" * ("\u200c" in found[0] and bool(_ARABIC.match(before) and _ARABIC.match(after)))


def _composed(found: re.Match[str]) -> str:
    """The Thai or Lao vowel "am" in one character, as keyboards write it; many PDF files hold it in two."""
    return f"{found[1]}\u0e33" if found[0][0] == "\u0e4d" else f"{found[2]}\u0eb3"
