"""One change of one object of the incoming bucket: what an event says of it, and what is handed on about it."""

import json
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from causeway.documents.ingestion.identity import document_id

# withdraw: of a document that stands behind another one now, what is in the index.
Action = Literal["ingest", "remove", "withdraw", "cut"]
_ACTIONS: dict[str, Action] = {"Object Created": "ingest", "Object Deleted": "remove"}


def of_textract(body: str) -> tuple[str, str] | None:
    """The bucket and key of the object that a notice of Textract is about; None for another message."""
    said = json.loads(body)
    try:
        place = said["DocumentLocation"] if said.get("JobId") else None
        return (place["S3Bucket"], place["S3ObjectName"]) if place else None
    except (AttributeError, KeyError, TypeError):
        return None


class UnknownEvent(ValueError):
    """The event is of another kind, or its object belongs to no tenant."""


class Change(BaseModel):
    """A change of an object; or, with `cut`, that the file of a current version is to be cut by chunkings that are new.

    object_version: S3's version id, None when the event names none.
    sequencer: as S3 sent it. size: bytes, 0 for a removal.
    permanent: one version was erased, rather than a delete marker set.
    action: what is to be done. bucket, key: of the object. name: of the document.
    Data class: confidential; action, bucket, object_version, sequencer, size, tenant, document_id, permanent: internal.
    """

    model_config = ConfigDict(frozen=True)

    action: Action
    bucket: str
    key: str
    object_version: str | None = None
    sequencer: str
    size: int
    tenant: str
    name: str
    document_id: str
    permanent: bool = False

    @classmethod
    def of_message(cls, body: str) -> Self | None:
        """A change that is handed on, or that an event describes, as `of_event`. Raises UnknownEvent, or ValueError for no JSON."""
        said = json.loads(body)
        return cls.model_validate(said) if isinstance(said, dict) and "action" in said else cls.of_event(said)

    @classmethod
    def of_event(cls, event: Mapping[str, Any]) -> Self | None:
        """The change that an EventBridge event of S3 describes; None for the placeholder of a folder. Raises UnknownEvent."""
        try:
            detail, action = event["detail"], _ACTIONS[event["detail-type"]]
            bucket, thing = detail["bucket"]["name"], detail["object"]
            tenant, _, name = thing["key"].partition("/")
        except (KeyError, TypeError) as error:
            raise UnknownEvent(f"not an object event: {error}") from error
        if thing["key"].endswith("/"):
            return None
        if not tenant or not name:
            raise UnknownEvent("the object's key is not <tenant>/<name>")
        return cls(
            action=action,
            bucket=bucket,
            key=thing["key"],
            object_version=thing.get("version-id"),
            sequencer=thing.get("sequencer", "0"),
            size=int(thing.get("size", 0)),
            tenant=tenant,
            name=name,
            document_id=document_id(tenant, name),
            permanent=detail.get("deletion-type") == "Permanently Deleted",
        )
