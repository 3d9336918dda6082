"""JSON schemas as every reader can read them."""

from collections.abc import Mapping
from typing import Any

_REF = "#/$defs/"


def whole(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON schema without references: not every model, and not every registry, follows them."""
    parts = schema.get("$defs", {})

    def resolved(value: Any) -> Any:
        if isinstance(value, list):
            return [resolved(each) for each in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return resolved({**parts[value["$ref"].removeprefix(_REF)], **{name: each for name, each in value.items() if name != "$ref"}})
        return {name: resolved(each) for name, each in value.items() if name != "$defs"}

    found: dict[str, Any] = resolved(dict(schema))
    return found
