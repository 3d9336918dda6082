"""A document's language by its commonest words: enough to filter by, with no model to load."""

import re
from collections import Counter

_WORDS = {
    "en": "the and of to in is that for with as are this be you from",
    "de": "der die und das nicht ist mit den ein eine von für auf sich werden",
    "fr": "le les des est et une dans pour qui que pas sur avec vous nous",
    "es": "el los las que una por con para del se es como más su al",
    "it": "il di che è per una sono con non della gli nel anche più alla",
    "pt": "não uma para em mais ao dos das pelo são foi seu também isso você muito",
    "nl": "de het een van en niet dat zijn op voor met ook aan bij wordt",
}
_LANGUAGES = {word: [code for code, words in _WORDS.items() if word in words.split()] for word in set(" ".join(_WORDS.values()).split())}
_WORD = re.compile(r"[^\W\d_]+")
UNKNOWN = "und"


def language_of(text: str) -> str:
    """An ISO 639-1 code, or "und" when no known language's common words make up 5% of the first 20,000 characters' words."""
    words = _WORD.findall(text[:20_000].lower())
    votes = Counter(code for word in words for code in _LANGUAGES.get(word, ()))
    best = votes.most_common(1)
    return best[0][0] if best and best[0][1] >= 0.05 * len(words) else UNKNOWN
