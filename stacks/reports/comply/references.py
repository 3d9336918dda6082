"""What a value of one template names in another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Template = Mapping[str, Any]


@dataclass(frozen=True)
class Resource:
    """One resource of a template."""

    stack: str
    id: str
    type: str
    properties: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        return self.stack, self.id

    def __str__(self) -> str:
        return f"{self.stack}/{self.id}"


@dataclass(frozen=True)
class Templates:
    """The templates of one environment by the names of their stacks."""

    by_stack: Mapping[str, Template]

    def resources(self, *types: str) -> Iterator[Resource]:
        """Those of these types, or all."""
        for stack, template in self.by_stack.items():
            for id, raw in template.get("Resources", {}).items():
                if not types or raw["Type"] in types:
                    yield Resource(stack, id, raw["Type"], raw.get("Properties", {}))

    def named(self, stack: str, value: Any) -> Resource | None:
        """The resource that a Ref, a GetAtt, or an import in a template of `stack` names; None when it names none."""
        match value:
            case {"Fn::ImportValue": str(name)} if name in self._exports:
                return self.named(*self._exports[name])
            case {"Fn::GetAtt": [id, _]} | {"Ref": id}:
                raw = self.by_stack[stack].get("Resources", {}).get(id)
                return Resource(stack, id, raw["Type"], raw.get("Properties", {})) if raw else None
        return None

    @cached_property
    def _exports(self) -> Mapping[str, tuple[str, Any]]:
        """Name of an export → its stack and the value as that stack's template writes it."""
        return {
            output["Export"]["Name"]: (stack, output["Value"])
            for stack, template in self.by_stack.items()
            for output in template.get("Outputs", {}).values()
            if isinstance(output.get("Export", {}).get("Name"), str)
        }


def text(value: Any) -> str:
    """A value of a template in one line: `<LogicalId.Arn>/raw/*`, or the name of the export it comes from."""
    match value:
        case str():
            return value
        case {"Fn::Join": [delimiter, items]}:
            return str(delimiter).join(text(item) for item in items)
        case {"Fn::GetAtt": [id, attribute]}:
            return f"<{id}.{attribute}>"
        case {"Ref": name} | {"Fn::ImportValue": name}:
            return f"<{text(name)}>"
        case {"Fn::Sub": name}:
            return text(name)
    return str(value)


def many(value: Any) -> list[Any]:
    """CloudFormation writes one or many; this reads many."""
    return value if isinstance(value, list) else [value]
