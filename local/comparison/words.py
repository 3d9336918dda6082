"""Small translations between the names of APIs and of CloudFormation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def pascal(value: Any) -> Any:
    """The camelCase of REST JSON APIs as CloudFormation's PascalCase, in keys at every depth."""
    if isinstance(value, dict):
        return {name[:1].upper() + name[1:]: pascal(each) for name, each in value.items()}
    return [pascal(each) for each in value] if isinstance(value, list) else value


def renamed(values: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The values with some keys renamed: {theirs: CloudFormation's}."""
    return {names.get(name, name): value for name, value in values.items()}


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    """A map of tags as CloudFormation's list."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def only(found: Iterable[Any]) -> Any:
    """The one element of what a describe call returned. Raises LookupError when it is not one."""
    elements = list(found)
    if len(elements) != 1:
        raise LookupError(f"the describe call returned {len(elements)} resources")
    return elements[0]
