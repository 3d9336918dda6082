"""The templates of one environment, and which resource a reference names, whatever template it stands in."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Resource:
    """One resource of a template."""

    stack: str
    id: str
    type: str
    properties: Mapping[str, Any] = field(hash=False, compare=False)

    def __str__(self) -> str:
        return f"{self.stack}/{self.id}" if self.stack else self.id


class Templates:
    """templates: name of a stack → its template. there: what they name by its id and do not make; it belongs to the stack ""."""

    def __init__(self, templates: Mapping[str, Mapping[str, Any]], there: Iterable[Resource] = ()) -> None:
        self._templates = templates
        self._there = {each.id: each for each in there}

    @cached_property
    def _resources(self) -> dict[tuple[str, str], Resource]:
        made = {
            (stack, id): Resource(stack, id, raw["Type"], raw.get("Properties", {}))
            for stack, template in self._templates.items()
            for id, raw in template.get("Resources", {}).items()
        }
        return made | {(each.stack, each.id): each for each in self._there.values()}

    @cached_property
    def _exports(self) -> dict[str, tuple[str, Any]]:
        return {
            output["Export"]["Name"]: (stack, output["Value"])
            for stack, template in self._templates.items()
            for output in template.get("Outputs", {}).values()
            if isinstance(output.get("Export", {}).get("Name"), str)
        }

    def all(self, *types: str) -> list[Resource]:
        """The resources of these types, or every one."""
        return [each for each in self._resources.values() if not types or each.type in types]

    def target(self, stack: str, value: Any) -> Resource | None:
        """The resource that a Ref, GetAtt or import in the template of `stack` names; None if it names none."""
        match value:
            case {"Fn::ImportValue": str(name)} if name in self._exports:
                return self.target(*self._exports[name])
            case {"Ref": str(id)} | {"Fn::GetAtt": [str(id), _]}:
                return self._resources.get((stack, id))
            case str(id):
                return self._there.get(id)
        return None

    def text(self, stack: str, value: Any) -> str:
        """A value of the template of `stack` in one line; a resource stands in it as `<stack/LogicalId>`."""
        if found := self.target(stack, value):
            return f"<{found}>"
        match value:
            case str():
                return value
            case {"Fn::Join": [delimiter, items]}:
                return str(delimiter).join(self.text(stack, item) for item in items)
            case {"Ref": str(name)}:
                return f"<{name}>"
            case {"Fn::Sub": str(name)}:
                return name
        return str(value)

    def targets(self, stack: str, values: Any) -> tuple[Resource, ...]:
        """What each of a list names. Raises ValueError for one that names no resource of these templates."""
        found = [(value, self.target(stack, value)) for value in values or ()]
        strange = [value for value, target in found if target is None]
        if strange:
            raise ValueError(f"{json.dumps(strange[0])} in {stack} names no resource of the templates")
        return tuple(target for _, target in found if target)

    def document(self, stack: str, value: Any) -> Any:
        """The JSON that a text of a template holds, references in it as a template writes them."""
        parts = value["Fn::Join"][1] if isinstance(value, Mapping) else [value]
        marks = {f"\ue000{number}\ue001": part for number, part in enumerate(parts) if not isinstance(part, str)}
        names = iter(marks)
        text = "".join(part if isinstance(part, str) else next(names) for part in parts)
        return _put_back(json.loads(text), marks)


def _put_back(value: Any, marks: Mapping[str, Any]) -> Any:
    match value:
        case str() if value in marks:
            return marks[value]
        case dict():
            return {name: _put_back(inner, marks) for name, inner in value.items()}
        case list():
            return [_put_back(inner, marks) for inner in value]
    return value


# What reading a template raises where it has a function of CloudFormation in the place of a list, a mapping or a text.
UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)


def within(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key below a value, with what it has."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield key, inner
            yield from within(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from within(inner)


def many(value: Any) -> list[Any]:
    """CloudFormation writes one or many; this reads many."""
    return value if isinstance(value, list) else [value]
