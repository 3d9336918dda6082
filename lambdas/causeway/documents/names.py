"""The names that uploaders may give: what is accepted, said once for the handler and once, in the same terms, as a JSON schema."""

import re
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, WithJsonSchema

MAX_ASCII = 512
MAX_OTHERWISE = 239  # of four bytes at most: S3 takes keys of 1,024 bytes, and a tenant of 64 and a slash come before the name
MAX_BYTES = 4 * MAX_OTHERWISE
FILENAME = "${filename}"  # S3 puts the file's own name here; botocore then signs for every key with the same beginning

# Characters that show nothing, one by one, because engines differ in what they know of Unicode's classes.
_HIDDEN = (
    r"\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
_SPACE = r" \xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_SLASH = r"/\\"
FORBIDDEN = rf"[{_HIDDEN}]|\$\{{filename\}}|(?:^|[{_SLASH}])[{_SPACE}]*\.\.?[{_SPACE}]*(?:[{_SLASH}]|$)|^[{_SPACE}{_SLASH}]*$"

_HIDING = re.compile(f"[{_HIDDEN}]")
SCHEMA: dict[str, Any] = {
    "type": "string",
    "minLength": 1,
    "not": {"pattern": FORBIDDEN},
    "anyOf": [{"maxLength": MAX_OTHERWISE}, {"maxLength": MAX_ASCII, "not": {"pattern": r"[^\x20-\x7e]"}}],
    "description": (
        f"The path under which the document is kept: at most {MAX_ASCII} characters, or {MAX_OTHERWISE} if one is not ASCII; "
        "no control characters, and neither '.' nor '..' as a part. The same name replaces the document."
    ),
}


def clean_name(name: str) -> str:
    """The path under which a document is kept: NFC, forward slashes, no empty parts.

    Raises ValueError, in a sentence for the caller, for a name that has "." or ".." as a part or control characters, that is
    empty or too long, or that S3 would replace by another.
    """
    normal = unicodedata.normalize("NFC", name)
    parts = [part.strip() for part in normal.replace("\\", "/").split("/")]
    cleaned = "/".join(part for part in parts if part)
    if _HIDING.search(normal):
        raise ValueError("must not contain control characters or characters that show nothing")
    if any(part in {".", ".."} for part in parts):
        raise ValueError("must not contain '.' or '..' as a part")
    if FILENAME in cleaned:
        raise ValueError(f"must not contain {FILENAME}: storage would put the file's own name there")
    if not cleaned or len(name) > (MAX_ASCII if name.isascii() else MAX_OTHERWISE) or len(cleaned.encode()) > MAX_BYTES:
        raise ValueError(f"must have 1 to {MAX_ASCII} characters, or {MAX_OTHERWISE} if one is not ASCII")
    return cleaned


Name = Annotated[str, AfterValidator(clean_name), WithJsonSchema(SCHEMA)]
