"""Differences between an expected value and an observed one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from local.comparison.template import Pattern

UNSET: tuple[Any, ...] = (None, False, "", [], {})


class Gap(NamedTuple):
    """A property, as a dotted path, that differs from the template."""

    path: str
    expected: Any
    observed: Any


def gaps(expected: Any, observed: Any, path: str = "") -> Iterator[Gap]:
    """Every place where `observed` lacks or changes something of `expected`. Additions in `observed` do not count.

    Lists are compared as sets, and additional tags are accepted. A template's false, empty text, list or map equals absence;
    numbers and booleans equal their texts; a JSON text equals its value; one element equals a list of that element.
    """
    if not isinstance(expected, Pattern):
        expected, observed = _parsed(expected), _parsed(observed)
    if isinstance(expected, dict) and isinstance(observed, dict):
        for name, value in expected.items():
            yield from gaps(value, observed.get(name), f"{path}.{name}" if path else name)
    elif isinstance(expected, list) and isinstance(observed, list):
        yield from _gaps_of_lists(expected, observed, path)
    elif not _same(expected, observed):
        yield Gap(path, expected, observed)


def equal(expected: Any, observed: Any) -> bool:
    """Whether there is no gap."""
    return next(gaps(expected, observed), None) is None


def _gaps_of_lists(expected: list[Any], observed: list[Any], path: str) -> Iterator[Gap]:
    left = list(observed)
    for position, value in enumerate(expected):
        match = next((index for index, each in enumerate(left) if equal(value, each)), None)
        if match is not None:
            left.pop(match)
        elif len(expected) == len(observed) == 1:
            yield from gaps(value, observed[0], f"{path}[0]")
            return
        else:
            yield Gap(f"{path}[{position}]", value, left)
    if left and len(observed) > len(expected) and not path.endswith("Tags"):
        yield Gap(path, f"{len(expected)} elements", f"{len(observed)}: also {left}")


def _same(expected: Any, observed: Any) -> bool:
    if isinstance(expected, Pattern):
        return observed is not None and re.fullmatch(expected.regex, str(observed), re.DOTALL) is not None
    if isinstance(expected, list) and len(expected) == 1:
        return equal(expected[0], observed)
    if isinstance(observed, list) and len(observed) == 1:
        return equal(expected, observed[0])
    if expected in UNSET or str(expected).lower() == "false":
        return observed in UNSET or str(observed).lower() == "false"
    return bool(_scalar(expected) == _scalar(observed))


def _scalar(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    try:
        return float(value)
    except (TypeError, ValueError):
        return value.lower() if isinstance(value, str) and value.lower() in ("true", "false") else value


def _parsed(value: Any) -> Any:
    """A JSON object or list in a text, as AWS returns policies and definitions."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
