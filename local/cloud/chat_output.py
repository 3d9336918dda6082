"""Converse's `outputConfig` as the `response_format` of a chat completion; what Bedrock refuses of a schema is refused here too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from local.cloud.chat_server import ChatFailed

# By AWS's page "Get validated JSON results from models"; of minItems, 0 and 1 are taken.
NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
LENGTHS = ("minLength", "maxLength", "maxItems", "uniqueItems", "minProperties", "maxProperties")
REFUSED = frozenset((*NUMBERS, *LENGTHS))


def response_format(output: dict[str, Any]) -> dict[str, Any]:
    """Raises ChatFailed, which names what Bedrock does not take, or what is not served here."""
    unknown = sorted(output.keys() - {"textFormat"})
    if unknown:
        raise ChatFailed(400, f"the local AWS serves no outputConfig.{', outputConfig.'.join(unknown)}")
    wanted = output["textFormat"]
    if wanted.get("type") != "json_schema":
        raise ChatFailed(400, f"outputConfig.textFormat.type is {wanted.get('type')!r}; available: json_schema")
    definition = wanted["structure"]["jsonSchema"]
    schema = _read(definition["schema"])
    refuse_schema(schema, "outputConfig.textFormat.structure.jsonSchema.schema")
    return {"type": "json_schema", "json_schema": {"name": definition.get("name", "output"), "schema": schema, "strict": True}}


def refuse_schema(schema: Any, place: str) -> None:
    """Raises ChatFailed for what Bedrock does not take of a schema that a model is held to."""
    if problem := next(_problems(schema), None):
        raise ChatFailed(400, f"{place}: {problem}")


def _read(schema: str) -> Any:
    try:
        return json.loads(schema)
    except ValueError:
        raise ChatFailed(400, "outputConfig.textFormat.structure.jsonSchema.schema is no JSON") from None


def _problems(schema: Any) -> Iterator[str]:
    """What Bedrock does not take of a schema and the schemas within it."""
    if isinstance(schema, list):
        for each in schema:
            yield from _problems(each)
    if not isinstance(schema, dict):
        return
    yield from (f"{keyword} is not supported" for keyword in sorted(REFUSED & schema.keys()))
    if schema.get("minItems", 0) not in (0, 1):
        yield "minItems can be 0 or 1"
    if str(schema.get("$ref", "#"))[:1] != "#":
        yield "$ref to another document is not supported"
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        yield "an object needs additionalProperties: false"
    for keyword, value in schema.items():
        yield from _problems(list(value.values()) if keyword in ("properties", "$defs", "definitions") else value)
