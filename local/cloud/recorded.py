"""Resources that are only recorded: CloudFormation sees them created, and nothing acts on them.

The record is a file of the state folder, so it exists as long as the stacks.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Required, TypedDict

from local.settings import ACCOUNT, REGION

Properties = dict[str, Any]


class Handler(TypedDict, total=False):
    """How ministack's CloudFormation makes, changes and deletes a type; "update" may be missing."""

    create: Required[Callable[..., Any]]
    update: Callable[..., Any]
    update_with_logical_id: bool
    delete: Callable[..., Any]


class Records:
    """The properties of recorded resources, by type and physical id."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        stored = json.loads(file.read_text()) if file.exists() else []
        self._known: dict[tuple[str, str], Properties] = {(kind, id): properties for kind, id, properties in stored}

    def put(self, kind: str, id: str, properties: Properties) -> None:
        with self._lock:
            self._known[kind, id] = properties
            self._save()

    def drop(self, kind: str, id: str) -> None:
        with self._lock:
            self._known.pop((kind, id), None)
            self._save()

    def get(self, kind: str, id: str) -> Properties:
        """Raises KeyError, naming both, when there is no such record."""
        return self._known[kind, id]

    def of(self, kind: str) -> dict[str, Properties]:
        """Every record of a type by its physical id."""
        return {id: properties for (each, id), properties in self._known.items() if each == kind}

    def _save(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".writing")
        fresh.write_text(json.dumps([[kind, id, properties] for (kind, id), properties in self._known.items()]))
        fresh.replace(self._file)


@dataclass(frozen=True)
class Recipe:
    """The names of a recorded type.

    id: the value of Ref; attributes: the values of GetAtt. Both are format strings over the resource's text properties and
    {name} (the property called `named_by`, or one made from stack and logical id), {unique}, {region} and {account}.
    """

    id: str = "{name}"
    attributes: Mapping[str, str] = field(default_factory=dict)
    named_by: str = "Name"

    def values(self, logical_id: str, properties: Properties, stack_name: str) -> dict[str, str]:
        texts = {key: value for key, value in properties.items() if isinstance(value, str)}
        name = texts.get(self.named_by) or f"{stack_name}-{logical_id}"
        return {**texts, "name": name, "unique": uuid.uuid4().hex[:17], "region": REGION, "account": ACCOUNT}


def handler(kind: str, recipe: Recipe, records: Records) -> Handler:
    """CloudFormation's create, update and delete of a recorded type."""

    def create(logical_id: str, properties: Properties, stack_name: str) -> tuple[str, Properties]:
        values = recipe.values(logical_id, properties, stack_name)
        id = recipe.id.format(**values)
        records.put(kind, id, properties)
        return id, {name: text.format(**values) for name, text in recipe.attributes.items()}

    def update(id: str, old: Properties, new: Properties, stack_name: str, logical_id: str) -> tuple[str, Properties]:
        renewed, attributes = create(logical_id, new, stack_name)
        if renewed == id or "{unique}" not in recipe.id:
            return renewed, attributes
        records.drop(kind, renewed)
        records.put(kind, id, new)
        return id, {}

    return {"create": create, "update": update, "update_with_logical_id": True, "delete": lambda id, properties: records.drop(kind, id)}
