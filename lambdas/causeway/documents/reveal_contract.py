"""The route that turns a token in a document back, `POST /v1/documents/{document_id}/tokens/{token}`, with its bodies."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from causeway.documents.contract import DocumentId
from causeway.runtime.routes import Parameter, Reply, Route
from causeway.safety.personal.kinds import Kind

TOKEN = r"^[a-z2-7]{16}$"  # noqa: S105


class RevealRequest(BaseModel):
    """reason: why the value is needed; it is kept with who asked, and nobody can change it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    reason: Annotated[str, Field(min_length=8, max_length=500, pattern=r"\S")]


class RevealResponse(BaseModel):
    """value: as the document has it. kind: of personal data. reveal_id: of the record that was written."""

    document_id: str
    token: str
    kind: Kind
    value: str
    reveal_id: str


class RevealRecord(BaseModel):
    """What is written down of a token that was turned back. reveal: id of this record. at: ISO 8601. user: id of the officer.

    document: id of the document. token: in the document. kind: of personal data. reason: why the value was needed, in the officer's words.
    Data class: restricted; reveal, at, tenant, document, token, kind: internal.
    """

    reveal: str
    at: str
    tenant: str
    user: str
    document: str
    token: str
    kind: Kind
    reason: str


REVEAL = Route(
    "POST",
    "/v1/documents/{document_id}/tokens/{token}",
    "Turn a token in a document back, for privacy officers",
    Reply(200, "What the token stands for", RevealResponse),
    body=RevealRequest,
    in_path={"document_id": Parameter(DocumentId), "token": Parameter(Annotated[str, StringConstraints(pattern=TOKEN)])},
    problems=(404, 409),
)
ROUTES = (REVEAL,)
