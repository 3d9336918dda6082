"""Creates, changes and deletes resources of types that ministack's CloudFormation lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from local.cloud.recorded import Handler, Properties

Made = tuple[str, Properties]


@dataclass(frozen=True)
class Recipe:
    """create: takes properties and a name, returns (Ref, GetAtt values). update: takes (Ref, properties); the resource is replaced if None.
    delete: takes (Ref, properties); a resource that does not exist counts as deleted.
    """

    create: Callable[[Properties, str], Made]
    delete: Callable[[str, Properties], Any]
    update: Callable[[str, Properties], Made] | None = None

    def handler(self) -> Handler:
        def create(logical_id: str, properties: Properties, stack_name: str) -> Made:
            return self.create(properties, f"{stack_name}-{logical_id}")

        def update(id: str, old: Properties, new: Properties, stack_name: str, logical_id: str) -> Made:
            if self.update:
                return self.update(id, new)
            replacement = create(logical_id, new, stack_name)
            if replacement[0] != id:
                delete(id, old)
            return replacement

        def delete(id: str, properties: Properties) -> None:
            try:
                self.delete(id, properties)
            except ClientError as error:
                if "NotFound" not in error.response["Error"]["Code"]:
                    raise

        return {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}
