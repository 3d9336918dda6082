"""What the functions of ingestion hand on by queues.

read:  Change (an event of S3)  -> WasRead, or a Change that removes or withdraws
index: what read hands on       -> nothing more
"""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, TypeAdapter

from causeway.documents.chunkings import FIRST
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.reasons import Reason
from causeway.documents.ingestion.report import Report


class Cut(BaseModel):
    """A version's passages by one chunking. key: in the documents bucket, as JSON lines. passages: how many.

    Data class: internal.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    passages: int


class Replaced(BaseModel):
    """A document whose place another one takes. version: the one that had it.

    Data class: internal.
    """

    model_config = ConfigDict(frozen=True)

    document_id: str
    version: str


class Embedded(BaseModel):
    """What a batch job gave a document. model: the label of an embedding. key: of the vectors, in the documents bucket; "" for none.

    Data class: internal.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    key: str


class WasRead(Change):
    """A version that is to be indexed.

    version: as `identity.version` makes it. passages_key, passages: as in `Cut`, by the chunking of the index that answers.
    cuts: by each chunking; empty as long as there was one.
    read_at: ISO 8601, before any of its passages was indexed.
    shortfall: why the document is not called ready, None if it is.
    text_hash: equal for documents with the same words. replaces: the older one whose place it takes, None for none.
    embedded: once it has been in a batch.
    report: of the reading.
    Data class: confidential; version, passages_key, passages, cuts, read_at, language, text_hash, replaces, embedded: internal.
    """

    version: str
    passages_key: str
    passages: int
    cuts: Mapping[str, Cut] = {}
    read_at: str
    title: str
    language: str
    report: Report
    shortfall: Reason | None = None
    text_hash: str = ""
    replaces: Replaced | None = None
    embedded: Embedded | None = None

    def cut(self, chunking: str) -> Cut | None:
        """None when it was not cut so."""
        if not self.cuts and chunking == FIRST:
            return Cut(key=self.passages_key, passages=self.passages)
        return self.cuts.get(chunking)


Handed = WasRead | Change
_HANDED: TypeAdapter[Handed] = TypeAdapter(Handed)


def handed(body: str) -> Handed:
    """What a message of read's holds. Raises pydantic.ValidationError."""
    return _HANDED.validate_json(body)
