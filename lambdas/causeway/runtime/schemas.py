"""Types of request fields whose JSON schema admits exactly what they admit.

Patterns name their characters one by one: \\s, \\w and . mean different characters to each engine that reads a schema.
"""

from pydantic import BeforeValidator

# A character that is neither white space nor a control character.
VISIBLE = r"[^\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"


def _whole(value: object) -> object:
    """JSON Schema calls 5.0 an integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
