"""Which properties of a resource CloudFormation cannot change in place, as the registry of its types says it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER, ResourceNotFoundError

REFERENCE = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[^}]*)?\}")
NAME = re.compile(r"\w+Name")
ANSWERED_BY_CODE = ("Custom::", "AWS::CloudFormation::CustomResource")

Path = tuple[str, ...]


@dataclass(frozen=True)
class Rules:
    """Paths below `Properties`. fixed: another value makes a new resource. perhaps: it depends on more than the two values.
    name: what no two resources may share.
    """

    fixed: tuple[Path, ...] = ()
    perhaps: tuple[Path, ...] = ()
    name: tuple[Path, ...] = ()


@cache
def rules(kind: str, region: str) -> Rules | None:
    """Of a type of resource; None where no registry says it, as for custom resources."""
    if kind.startswith(ANSWERED_BY_CODE):
        return None
    try:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, kind).schema
    except ResourceNotFoundError:
        return None
    fixed = _paths(schema.get("createOnlyProperties", ()))
    return Rules(fixed, _paths(schema.get("conditionalCreateOnlyProperties", ())), _name(kind, schema, fixed))


def _name(kind: str, schema: Mapping[str, Any], fixed: tuple[Path, ...]) -> tuple[Path, ...]:
    """The identifier, if a template may write all of it; else a property such as QueueName of a queue, whose identifier is its address."""
    identifier = schema.get("primaryIdentifier", ())
    if identifier and not set(identifier) & set(schema.get("readOnlyProperties", ())):
        return _paths(identifier)
    return tuple(path for path in fixed if len(path) == 1 and NAME.fullmatch(path[0]) and kind.endswith(path[0].removesuffix("Name")))


def _paths(pointers: Any) -> tuple[Path, ...]:
    """`/properties/Volumes/*/Size` → (Volumes, *, Size)."""
    return tuple(tuple(pointer.removeprefix("/properties/").replace("/properties/", "/").split("/")) for pointer in pointers)


def values(properties: Any, path: Path) -> list[Any]:
    """What stands at a path; none where nothing does. A function of CloudFormation on the way stands for all below it."""
    if not path:
        return [properties]
    if isinstance(properties, Mapping):
        if path[0] in properties:
            return values(properties[path[0]], path[1:])
        inside = [each for value in properties.values() for each in values(value, path[1:])] if path[0] == "*" else []
        return [properties] if is_function(properties) else inside
    if isinstance(properties, list) and path[0] == "*":
        return [each for item in properties for each in values(item, path[1:])]
    return []


def is_function(value: Any) -> bool:
    return isinstance(value, Mapping) and len(value) == 1 and next(iter(value)).startswith(("Fn::", "Ref"))


def references(value: Any) -> Iterator[str]:
    """The logical ids that a value names, by any function."""
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::GetAtt": str(name)}:
            yield name.partition(".")[0]
        case {"Fn::Sub": given}:
            text = given if isinstance(given, str) else given[0]
            yield from REFERENCE.findall(text)
            yield from () if isinstance(given, str) else references(given[1])
        case Mapping():
            for each in value.values():
                yield from references(each)
        case list():
            for each in value:
                yield from references(each)


def same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
