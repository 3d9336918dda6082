"""Operations of an HTTP API as tools, from its OpenAPI 3 document, which the domain keeps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from causeway.agents.chosen import Chosen
from causeway.agents.outside import Operation
from causeway.agents.places import Place, place_of
from causeway.agents.secret import Secret
from causeway.agents.tool import Tool

METHODS = ("get", "head", "post", "put", "patch", "delete")
READS = ("get", "head")
STYLES = {"path": "simple", "query": "form", "header": "simple"}  # the document's defaults; others are refused
BODY = "body"
_DEEPEST = 40


def http_api(document: Path, *chosen: Chosen, server: str = "", secret: Secret | None = None) -> tuple[Tool[BaseModel], ...]:
    """One tool for each chosen operation, in their order. server: in place of the document's own. secret: sent with each request.

    The arguments are the parameters and the fields of the JSON body. Raises ValueError that says what cannot be used.
    """
    api = _Api(document.name, yaml.safe_load(document.read_text(encoding="utf-8")), secret)
    base = place_of(server or api.server())
    return tuple(api.tool(each, base) for each in chosen)


@dataclass(frozen=True)
class _Found:
    method: str
    path: str
    described: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]


class _Api:
    def __init__(self, file: str, document: Mapping[str, Any], secret: Secret | None) -> None:
        if not str(document.get("openapi", "")).startswith("3."):
            raise ValueError(f"{file} is no OpenAPI 3 document")
        self._file, self._document, self._secret = file, document, secret

    def server(self) -> str:
        servers = self._document.get("servers") or [{}]
        return str(servers[0].get("url", ""))

    def tool(self, chosen: Chosen, server: Place) -> Tool[BaseModel]:
        found = self._operation(chosen.called)
        schema, places, whole = self._arguments(found)
        errand = Operation(found.method.upper(), server, found.path, places, whole, self._secret)
        described = str(found.described.get("description") or found.described.get("summary") or "")
        return chosen.tool(schema, errand, changes=found.method not in READS, described=described)

    def _operation(self, id: str) -> _Found:
        found = next((each for each in self._operations() if each.described.get("operationId") == id), None)
        if found is None:
            known = ", ".join(sorted(str(each.described.get("operationId")) for each in self._operations()))
            raise ValueError(f"{self._file} has no operation {id}; it has {known}")
        if found.described.get("security", self._document.get("security")) and self._secret is None:
            raise ValueError(
                f"{self._file}: {id} asks for credentials: name the key that is sent, http_api(..., secret=Secret(...)); "
                "what signs in otherwise than by a header is called by a Lambda function that does so"
            )
        return found

    def _operations(self) -> Iterator[_Found]:
        for path, item in self._document.get("paths", {}).items():
            shared = item.get("parameters", [])
            for method in METHODS:
                if method in item:
                    own = [self._whole(each) for each in [*shared, *item[method].get("parameters", [])]]
                    latest = {(each["in"], each["name"]): each for each in own}
                    yield _Found(method, path, item[method], tuple(latest.values()))

    def _arguments(self, found: _Found) -> tuple[dict[str, Any], dict[str, str], bool]:
        """The schema of all arguments, where each goes, and whether "body" is the whole body."""
        properties: dict[str, Any] = {}
        required: list[str] = []
        places: dict[str, str] = {}
        for each in found.parameters:
            self._check(each)
            if each["in"] == "cookie" or _is_set_by_us(each, self._secret):
                continue
            properties[each["name"]] = _described(each)
            places[each["name"]] = each["in"]
            required += [each["name"]] if each.get("required") or each["in"] == "path" else []
        whole = self._add_body(found, properties, required, places)
        schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
        return schema, places, whole

    def _add_body(self, found: _Found, properties: dict[str, Any], required: list[str], places: dict[str, str]) -> bool:
        """Its fields beside the parameters, or as one argument where it is no object or has a field of a parameter's name."""
        body = self._whole(found.described.get("requestBody") or {})
        if not body:
            return False
        schema = self._whole(body.get("content", {}).get("application/json", {}).get("schema") or {})
        if not schema:
            raise ValueError(f"{self._file}: the body of {found.described['operationId']} is no JSON with a schema")
        fields = schema.get("properties", {})
        whole = schema.get("type") != "object" or not fields or bool(fields.keys() & properties.keys()) or BODY in properties
        added = {BODY: schema} if whole else fields
        if added.keys() & properties.keys():
            raise ValueError(f"{self._file}: a parameter of {found.described['operationId']} is called {BODY}")
        properties |= added
        places |= dict.fromkeys(added, BODY)
        if body.get("required"):
            required += [BODY] if whole else schema.get("required", [])
        return whole

    def _check(self, parameter: Mapping[str, Any]) -> None:
        name, place = parameter["name"], parameter["in"]
        if place == "cookie" and parameter.get("required"):
            raise ValueError(f"{self._file}: the parameter {name} is a cookie, and no cookies are sent")
        plain = parameter.get("style", STYLES.get(place)) == STYLES.get(place) and parameter.get("explode", place == "query") == (
            place == "query"
        )
        if place in STYLES and ("schema" not in parameter or not plain):
            raise ValueError(f"{self._file}: the parameter {name} is not written in the usual style")

    def _whole(self, value: Any, depth: int = 0) -> Any:
        """The same value with what it refers to in its place, in today's JSON Schema."""
        if depth > _DEEPEST:
            raise ValueError(f"{self._file} has schemas that contain themselves")
        if isinstance(value, list):
            return [self._whole(each, depth + 1) for each in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return self._whole(self._referred(str(value["$ref"])), depth + 1)
        return _of_today({name: self._whole(each, depth + 1) for name, each in value.items()})

    def _referred(self, reference: str) -> Any:
        found: Any = self._document
        if not reference.startswith("#/"):
            raise ValueError(f"{self._file} refers to {reference}; it has to be one file")
        for part in reference[2:].split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        return found


def _described(parameter: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **parameter["schema"],
        "description": str(parameter.get("description") or parameter["schema"].get("description") or parameter["name"]),
    }


def _is_set_by_us(parameter: Mapping[str, Any], secret: Secret | None) -> bool:
    ours = {"idempotency-key", "accept", "content-type", "authorization", *([secret.header.lower()] if secret else [])}
    return parameter["in"] == "header" and parameter["name"].lower() in ours


def _of_today(schema: dict[str, Any]) -> dict[str, Any]:
    """What OpenAPI 3.0 says in its own way, as JSON Schema says it."""
    if schema.pop("nullable", False) is True and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    for bound in ("minimum", "maximum"):
        exclusive = f"exclusive{bound.capitalize()}"
        if schema.get(exclusive) is True:
            schema[exclusive] = schema.pop(bound)
        elif schema.get(exclusive) is False:
            del schema[exclusive]
    return schema
