"""What is wrong with the values of an environment's file, in sentences."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel

SCALARS = (str, bool, int, float, date, type(None))

# Pydantic's kinds of error, in words of the file. What stands in braces is the limit.
WORDS = {
    "bool_type": "must be true or false, without quotes",
    "date_parsing": "must be a date, as in 2026-01-31",
    "date_type": "must be a date, as in 2026-01-31",
    "dict_type": "must hold keys",
    "finite_number": "must be a number",
    "float_type": "must be a number, without quotes",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "int_type": "must be a whole number, without quotes or a point",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "model_type": "must hold keys",
    "string_pattern_mismatch": "is not of the form {pattern}",
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must have at least {min_length} character(s)",
    "string_type": "must be a text: put it in quotes",
    "too_long": "must have at most {max_length} entries",
    "too_short": "must have at least {min_length} entries",
    "tuple_type": "must be a list",
}


def sentences(error: Any) -> list[str]:
    """One pydantic error as lines. A rule over several keys names them itself; any other gets its key and value put before it."""
    key = ".".join(str(each) for each in error["loc"] if each != "[key]")
    message = str(error["msg"]).removeprefix("Value error, ")
    if isinstance(error["input"], BaseModel) or (error["type"] == "value_error" and isinstance(error["input"], dict)):
        return message.split("\n")
    if error["type"] == "extra_forbidden":
        return [f"{key}={error['input']!r}: unknown key"]
    if error["type"] == "missing":
        return [f"{key}: missing"]
    if error["type"] in WORDS:
        message = WORDS[error["type"]].format(**error.get("ctx", {}))
    return [f"{key}={error['input']!r}: {message}"]


def unsound(value: Any, key: str = "") -> Iterator[str]:
    """A sentence for each key and value that no file should hold, whatever its section says."""
    if isinstance(value, dict):
        for name, each in value.items():
            if isinstance(name, str):
                yield from _unsound_text(name, f"the key {key}{name!r}")
                yield from unsound(each, f"{key}{name}.")
            else:
                yield f"{key}{name}: YAML reads this key as {type(name).__name__}; put it in quotes"
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from unsound(each, f"{key}{at}.")
    elif isinstance(value, str):
        yield from _unsound_text(value, f"{key.removesuffix('.')}={value!r}")
    elif not isinstance(value, SCALARS):
        yield f"{key.removesuffix('.')}={value!r}: write a text, a number, a list or keys"


def _unsound_text(text: str, told: str) -> Iterator[str]:
    if "${" in text:
        yield f"{told}: only templates have ${{...}}; write the value itself"
    if text != text.strip() or not text.isprintable():
        yield f"{told}: take out spaces at its ends, line breaks, and characters that nobody sees"
