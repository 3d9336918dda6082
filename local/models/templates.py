"""Texts and arguments of a script with {values} in them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

PLACE = re.compile(r"\{(\w+(?:\.\w+)*)\}")


class Missing(Exception):
    """The message is what the model says in place of what it cannot do."""


def filled(template: Any, values: Mapping[str, Any]) -> Any:
    """The template with its values; a text that is one place and nothing else becomes the value itself. Raises Missing."""
    if isinstance(template, dict):
        return {name: filled(each, values) for name, each in template.items()}
    if isinstance(template, list):
        return [filled(each, values) for each in template]
    if not isinstance(template, str):
        return template
    whole = PLACE.fullmatch(template)
    return _value(whole[1], values) if whole else PLACE.sub(lambda place: in_words(_value(place[1], values)), template)


def in_words(value: Any) -> str:
    """Of several sentences one behind the other, of anything else with commas between."""
    if not isinstance(value, list):
        return str(value)
    words = [*map(in_words, value)]
    return (" " if all(each.endswith((".", "!", "?")) for each in words) else ", ").join(words)


def _value(path: str, values: Mapping[str, Any]) -> Any:
    found: Any = values
    for name in path.split("."):
        found = _first(found)
        if isinstance(found, Mapping) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        elif isinstance(found, list) and not name.isdecimal():
            found = [*_of_each(found, name)]
        else:
            raise Missing(f"I could not find {path} in what I was told.")
    return _first(found)


def _of_each(values: list[Any], name: str) -> Iterator[Any]:
    """What those have under the name that have it; of lists their members."""
    for each in values:
        if isinstance(each, Mapping) and name in each:
            yield from each[name] if isinstance(each[name], list) else [each[name]]


def _first(value: Any) -> Any:
    return value.first if isinstance(value, Several) else value


class Several:
    """Values of one name, at least one; a template that names it gets the first."""

    def __init__(self, values: list[Any]) -> None:
        self.all, self.first = values, values[0]
