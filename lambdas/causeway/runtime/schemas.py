"""Types of request fields whose JSON schema admits exactly what they admit.

Patterns name their characters one by one: \\s, \\w and . mean different characters to each engine that reads a schema. What must
not be is said by `not`: generators of test data find strings for that, and none for a pattern beside a length.
"""

import re

from pydantic import AfterValidator, BeforeValidator, Field

# Nothing but white space and control characters.
BLANK = r"^[\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]*$"


def _whole(value: object) -> object:
    """JSON Schema calls 5.0 an integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)


def _not_blank(text: str) -> str:
    if re.search(BLANK, text):
        raise ValueError("must not be blank")
    return text.strip()


NOT_BLANK = (AfterValidator(_not_blank), Field(json_schema_extra={"not": {"pattern": BLANK}}))
