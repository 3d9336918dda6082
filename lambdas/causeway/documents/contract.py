"""The routes of documents: `POST` and `GET /v1/documents`, `GET` and `DELETE /v1/documents/{document_id}`,
`GET /v1/documents/{document_id}/passages` and `/pictures`, `POST /v1/uploads` and `GET /v1/changes`, with their bodies.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from causeway.documents.content import Tally
from causeway.documents.ingestion.album import ListedPicture
from causeway.documents.ingestion.reasons import Reason
from causeway.documents.ingestion.record import Record, State
from causeway.documents.names import Name
from causeway.retrieval.links import PictureLinks
from causeway.retrieval.passage import Passage, PassageKind
from causeway.runtime.routes import Parameter, Reply, Route
from causeway.runtime.schemas import WHOLE

_WORD = r"[A-Za-z0-9_.+-]+"
CONTENT_TYPE = rf"^{_WORD}/{_WORD}(; ?[A-Za-z0-9_-]+={_WORD})*$"
ID = r"^[0-9a-f]{32}$"

CHANGED = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?\+00:00(~[0-9a-f]{32})?$"
MOST_UPLOADS = 100
PLACE = r"^[0-9a-f]{16}\.[0-9]{1,12}$"
Listed = Literal["processing", "read", "ready", "partial", "quarantined", "failed", "deleting"]

Since = Annotated[str, StringConstraints(pattern=CHANGED)]
DocumentId = Annotated[str, StringConstraints(pattern=ID)]


class UploadRequest(BaseModel):
    """bytes: the file's size, if known; a file larger than the limit is refused before it is sent."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name
    content_type: str | None = Field(None, min_length=3, max_length=255, pattern=CONTENT_TYPE)
    bytes: Annotated[int, Field(ge=0), WHOLE] | None = None


class UploadForm(BaseModel):
    url: str
    fields: dict[str, str]


class UploadResponse(BaseModel):
    document_id: str
    name: str
    upload: UploadForm
    expires_at: str


class UploadOfMany(BaseModel):
    """bytes: exactly the file's size."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name
    bytes: Annotated[int, Field(ge=0), WHOLE]


class UploadsRequest(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    documents: list[UploadOfMany] = Field(min_length=1, max_length=MOST_UPLOADS)


class Refusal(BaseModel):
    """code, message: as in a problem's `type` and `detail`."""

    code: str
    message: str


class UploadAddress(BaseModel):
    """url: takes the file by `PUT`, for 15 minutes, with exactly so many bytes as were asked for. refused: why there is none."""

    document_id: str
    name: str
    url: str | None
    refused: Refusal | None


class UploadsResponse(BaseModel):
    """uploads: in the order of the request."""

    uploads: list[UploadAddress]
    expires_at: str


class DocumentResponse(BaseModel):
    """What is known of a document.

    state, object_version, content_hash, bytes: of the latest upload; an uploader knows its own upload by the middle two.
    processing is being read, read waits to be embedded and indexed. duplicate: answers use another document that says the same, whose id
    is `duplicate_of`; this one is indexed when that is deleted or changed.
    version: the one that answers use, null while there is none. title, language, passages, report and lost_share describe it.
    reason: why the state is quarantined, failed, partial or duplicate. A partial document can be asked about; too much of it was not read.
    text_hash: equal for documents with the same words, whatever their format.
    report: what of it was read and what was not, and why; personal data that was found, and what was done about it.
    lost_share: of its visible text, 0 to 1, estimated.
    """

    document_id: str
    name: str
    state: State
    version: str | None
    title: str | None
    language: str | None
    passages: int | None
    report: Sequence[Tally] | None
    lost_share: float | None = Field(ge=0, le=1)
    bytes: int | None
    object_version: str | None
    content_hash: str | None
    text_hash: str | None
    duplicate_of: str | None
    reason: Reason | None
    created_at: str | None
    updated_at: str | None

    @classmethod
    def of(cls, record: Record) -> "DocumentResponse":
        derived = {"version", "report", "lost_share", "reason"}
        read = record.report
        return cls(
            **record.model_dump(include=cls.model_fields.keys() - derived),
            version=record.current_version,
            report=read.tallies if read else None,
            lost_share=round(read.lost_share, 3) if read else None,
            reason=record.why_not_ready,
        )


class DocumentList(BaseModel):
    """next: pass it as ?after= for the next page; null on the last."""

    documents: list[DocumentResponse]
    next: str | None


class PassageBody(BaseModel):
    """A passage as answers find it.

    id: in the search index. position: in the document, from 0. heading: its headings, outermost first, joined by " > ".
    pages: all that it is on, from 1; empty in formats without pages. instructions: how many of its sentences instruct a language model,
    which answers do not follow. pictures: ids of those that it shows or speaks of.
    """

    id: str
    position: int
    heading: str
    pages: Sequence[int]
    kind: PassageKind
    language: str
    tokens: int
    instructions: int
    pictures: Sequence[str]
    text: str

    @classmethod
    def of(cls, passage: Passage) -> Self:
        first = [] if passage.page is None else [passage.page]
        return cls(
            **passage.model_dump(include={"position", "heading", "kind", "language", "tokens", "text"}),
            id=passage.index_id,
            pages=[*first, *(page for _, page in passage.pages if page not in first)],
            instructions=len(passage.instructions),
            pictures=[picture.id for picture in passage.pictures],
        )


class PassageList(BaseModel):
    """A page of a document's passages, in order, and where they came from.

    version: the one that answers use, null while there is none, and then there are no passages.
    read_from: S3's version of the uploaded file that it was read from. file: where its passages are kept, null if that is not known: of
    a document that was indexed before this was kept, until it is uploaded again. total: how many passages the version has.
    next: pass it as ?after= for the next page; null on the last.
    """

    document_id: str
    version: str | None
    read_from: str | None
    file: str | None
    total: int
    passages: list[PassageBody]
    next: str | None


class PictureOfDocument(BaseModel):
    """page: from 1; null where the format has no pages. caption: what the document says of it, "" for nothing.
    width, height: in pixels. url: shows it for five minutes.
    """

    id: str
    page: int | None
    caption: str
    width: int
    height: int
    bytes: int
    url: str

    @classmethod
    def of(cls, picture: ListedPicture, links: PictureLinks) -> Self:
        kept = {name: getattr(picture, name) for name in cls.model_fields.keys() - {"url"}}
        return cls(**kept, url=links.of(picture.key))


class PictureList(BaseModel):
    """The pictures that passages of a document show or speak of. version: the one that answers use, null while there is none."""

    document_id: str
    version: str | None
    pictures: list[PictureOfDocument]


class ChangeList(BaseModel):
    """next: pass it as ?since= for what follows, now or later. more: whether there is more already.

    A change may be listed some seconds late: whoever must miss none asks again from ten seconds before.
    """

    documents: list[DocumentResponse]
    next: str
    more: bool


_DOCUMENT = {"document_id": Parameter(DocumentId)}
_GONE = "Answers drop the document at once; its passages and files go soon after"

UPLOAD = Route(
    "POST",
    "/v1/documents",
    "Get a form to upload a document with",
    Reply(201, "The form", UploadResponse),
    body=UploadRequest,
    problems=(413,),
)
LIST = Route(
    "GET",
    "/v1/documents",
    "List the documents",
    Reply(200, "A page of them", DocumentList),
    in_query={
        "after": Parameter(DocumentId, "`next` of the page before"),
        "state": Parameter(Listed, "Only documents in this state; a page may hold none of them although more follow"),
    },
)
SHOW = Route(
    "GET",
    "/v1/documents/{document_id}",
    "Describe a document",
    Reply(200, "The document", DocumentResponse),
    in_path=_DOCUMENT,
    problems=(404,),
)
DELETE = Route(
    "DELETE",
    "/v1/documents/{document_id}",
    "Delete a document",
    Reply(202, _GONE, DocumentResponse),
    in_path=_DOCUMENT,
    problems=(404,),
)
UPLOADS = Route(
    "POST",
    "/v1/uploads",
    "Get addresses to upload many documents to; they do not delay what is uploaded by a form",
    Reply(201, "An address or a refusal for each", UploadsResponse),
    body=UploadsRequest,
)
CHANGES = Route(
    "GET",
    "/v1/changes",
    "List the documents that changed since a time, deleted ones too",
    Reply(200, "A page of them, the first changed first", ChangeList),
    in_query={"since": Parameter(Since, "A time, or `next` of the page before", required=True)},
)
PASSAGES = Route(
    "GET",
    "/v1/documents/{document_id}/passages",
    "List a document's passages, with what they were made from",
    Reply(200, "A page of them", PassageList),
    in_path=_DOCUMENT,
    in_query={"after": Parameter(Annotated[str, StringConstraints(pattern=PLACE)], "`next` of the page before")},
    problems=(404, 409),
)
PICTURES = Route(
    "GET",
    "/v1/documents/{document_id}/pictures",
    "List a document's pictures, with an address of each",
    Reply(200, "All of them", PictureList),
    in_path=_DOCUMENT,
    problems=(404,),
)
ROUTES = (UPLOAD, LIST, SHOW, DELETE, UPLOADS, CHANGES, PASSAGES, PICTURES)
