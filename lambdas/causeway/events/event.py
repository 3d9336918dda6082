"""What an event of ours is: a typed detail, with the name by which rules and the schema registry know it."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from causeway.runtime.json_schemas import whole

SOURCE = "causeway"
DRAFT = "http://json-schema.org/draft-04/schema#"
TEXT = {"type": "string"}


class Event(BaseModel):
    """The detail of an event. It holds ids, names of ours, counts and money, and no words of people: whoever reads the bus reads it.

    detail_type: for people and rules, such as "Order placed".
    """

    model_config = ConfigDict(frozen=True)
    detail_type: ClassVar[str]

    @classmethod
    def schema_name(cls) -> str:
        """As EventBridge names schemas of custom events, such as `causeway@OrderPlaced`."""
        return f"{SOURCE}@{cls.detail_type.title().replace(' ', '').replace('-', '')}"

    @classmethod
    def schema_of_event(cls) -> dict[str, Any]:
        """JSON Schema, draft 4, of the whole event as a rule's target gets it."""
        detail = whole(cls.model_json_schema())
        return {
            "$schema": DRAFT,
            "title": cls.schema_name().partition("@")[2],
            "type": "object",
            "properties": {
                "id": TEXT,
                "version": TEXT,
                "source": {"type": "string", "enum": [SOURCE]},
                "detail-type": {"type": "string", "enum": [cls.detail_type]},
                "account": TEXT,
                "region": TEXT,
                "time": {"type": "string", "format": "date-time"},
                "resources": {"type": "array", "items": TEXT},
                "detail": detail,
            },
            "required": ["id", "version", "source", "detail-type", "account", "region", "time", "resources", "detail"],
        }
