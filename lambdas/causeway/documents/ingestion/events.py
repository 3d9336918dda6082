"""Events of documents, for whoever has a rule for them; an event may come twice. Names of documents stand in S3's own events as well."""

from typing import ClassVar, Self

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.identity import ordered
from causeway.events.event import Event


class _OfDocument(Event):
    """upload: tells one upload of the document from another.

    name: of the document.
    Data class: confidential; tenant, document_id, upload: internal.
    """

    tenant: str
    document_id: str
    name: str
    upload: str

    @classmethod
    def of(cls, change: Change) -> Self:
        return cls(tenant=change.tenant, document_id=change.document_id, name=change.name, upload=ordered(change.sequencer))


class DocumentIndexed(_OfDocument):
    """The upload can be searched."""

    detail_type: ClassVar[str] = "Document indexed"


class DocumentFailed(_OfDocument):
    """A fault on our side keeps the upload from being searched; a version that was current before stays so."""

    detail_type: ClassVar[str] = "Document failed"


EVENTS = (DocumentIndexed, DocumentFailed)
