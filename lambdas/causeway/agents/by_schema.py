"""Arguments that a JSON Schema describes in place of a class: those of other people's services."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

MOST_FAULTS = 5


class BySchema(BaseModel):
    """As any arguments of a tool. Fields are those of the schema, under their own names."""

    model_config = ConfigDict(extra="allow")
    checks: ClassVar["_Checks"]

    @classmethod
    def model_json_schema(cls, *arguments: Any, **options: Any) -> dict[str, Any]:
        return dict(cls.checks.schema)

    @model_validator(mode="before")
    @classmethod
    def fits_the_schema(cls, values: Any) -> Any:
        if faults := cls.checks.faults(values):
            raise PydanticCustomError("schema", "{faults}", {"faults": "; ".join(faults)})
        return values


class _Checks:
    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = schema

    @cached_property
    def _validator(self) -> Any:
        import jsonschema_rs  # only where a domain has such tools

        return jsonschema_rs.validator_for(dict(self.schema))

    def faults(self, values: Any) -> list[str]:
        found = [f"{'.'.join(map(str, each.instance_path)) or 'arguments'}: {each.message}" for each in self._validator.iter_errors(values)]
        return [*found[:MOST_FAULTS], *([f"and {len(found) - MOST_FAULTS} more"] if len(found) > MOST_FAULTS else [])]


def arguments_of(name: str, schema: Mapping[str, Any]) -> type[BySchema]:
    """A class for the arguments of the tool `name`. Raises ValueError for what is no schema of an object, or names a reserved field."""
    if schema.get("type") != "object":
        raise ValueError(f"{name}: the schema of its arguments is not that of an object")
    reserved = sorted(set(schema.get("properties", {})) & set(dir(BaseModel)))
    if reserved:
        raise ValueError(f"{name}: an argument may not be called {', '.join(reserved)}")
    checks = _Checks(schema)
    checks.faults({})  # a schema that is none is told now
    return type(f"Arguments_{name}", (BySchema,), {"__module__": __name__, "checks": checks})
