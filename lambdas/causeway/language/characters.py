"""The classes of characters that the normal form of a text changes, each as the inside of a regular expression's brackets."""

import re

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


ODD = any_of(
    LINE_ENDS, SPACES, HYPHENS, SQUARED, WIDE_MARKS, FOLDED, SUBSCRIPTS, SARA, INVISIBLE, JOINERS, SURROGATES
)  # fmt: skip
