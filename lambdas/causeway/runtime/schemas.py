"""Types of request fields whose JSON schema admits exactly what they admit.

Patterns name their characters one by one: \\s, \\w and . mean different characters to each engine that reads a schema. What must
not be is said by `not`: generators of test data find strings for that, and none for a pattern beside a length.
"""

from pydantic import BeforeValidator

# Nothing but white space, control characters and characters that show nothing.
BLANK = (
    r"^[\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    r"\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*$"  # beyond four digits no two engines share a notation
)


def _whole(value: object) -> object:
    """JSON Schema calls 5.0 an integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
