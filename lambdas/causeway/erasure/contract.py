"""The routes of erasures, `/v1/erasures`, with their bodies."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.config import JsonDict

from causeway.conversations.repeats import REQUEST_NAME
from causeway.documents.contract import DocumentId
from causeway.erasure.erasure import Action, Erasure, State
from causeway.erasure.trace import Outcome
from causeway.erasure.words import LONG_ENOUGH, MIN_CHARACTERS
from causeway.runtime.routes import Parameter, Reply, Route

OFFICERS = "privacy-officers"  # the group of the tenant whose members erase
ERASURE_ID = r"^[0-9a-f]{32}$"
MOST_WORDS = 20

ErasureId = Annotated[str, StringConstraints(pattern=ERASURE_ID)]


def _long_enough(words: str) -> str:
    if not re.search(LONG_ENOUGH, words):
        raise ValueError(f"give at least {MIN_CHARACTERS} letters or digits: a shorter word is in too many documents; give the whole name")
    return words


_Words = Annotated[str, StringConstraints(max_length=200), AfterValidator(_long_enough), Field(json_schema_extra={"pattern": LONG_ENOUGH})]


# What `ErasureRequest` checks of the whole, for clients that read the schema.
_SOMEBODY: JsonDict = {
    "anyOf": [
        {"properties": {"user": {"type": "string"}}, "required": ["user"]},
        {"properties": {"name": {"type": "string"}}, "required": ["name"]},
        {"properties": {"about": {"minItems": 1}}, "required": ["about"]},
    ]
}


class ErasureRequest(BaseModel):
    """A person whose traces are to be erased: as a user, by `user` and `name`; as somebody whom documents mention, by `about`.

    documents: what is done with documents that mention the person. "list": nothing; "redact": files of plain text are stored again
    without the words, and others are listed; "delete": they are deleted. dry_run: everything is found and counted, and nothing is erased.
    client_token: of the caller's own; the same request sent again with it begins nothing new.
    """

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra=_SOMEBODY)

    user: Annotated[str | None, Field(min_length=1, max_length=128, description="the user's id in the user pool, the token's `sub`")] = None
    name: Annotated[str | None, Field(min_length=1, max_length=128, description="the user's name in the user pool")] = None
    about: Annotated[list[_Words], Field(max_length=MOST_WORDS, description="names, addresses or numbers that documents mention")] = []
    documents: Action = "list"
    dry_run: bool = False
    client_token: Annotated[str | None, Field(pattern=REQUEST_NAME)] = None

    @model_validator(mode="after")
    def somebody_is_named(self) -> Self:
        if not (self.user or self.name or self.about):
            raise ValueError("name somebody: by user, name or about")
        return self


class ErasureBody(BaseModel):
    """How far an erasure is.

    state: "working"; "settling", everything was erased once, and what came meanwhile is looked for after a while; "done".
    found: units of each kind of trace, in either pass. outcomes: of those that were looked at twice. looked_at: how much was read.
    certificate: null until it is done, and after a dry run. key: the words in the certificate are HMACs by SHA-256 under this key.
    """

    erasure_id: str
    state: State
    dry_run: bool
    documents: Action
    asked_at: str
    found: Mapping[str, int]
    outcomes: Mapping[str, Mapping[str, int]]
    looked_at: Mapping[str, int]
    certificate: Mapping[str, Any] | None
    key: str

    @classmethod
    def of(cls, erasure: Erasure) -> Self:
        found = {trace: count + erasure.late.get(trace, 0) for trace, count in erasure.units.items()}
        return cls(
            erasure_id=erasure.id,
            asked_at=erasure.created_at,
            found=found,
            **erasure.model_dump(include={"state", "dry_run", "documents", "outcomes", "looked_at", "key"}),
            certificate=erasure.certificate if erasure.state == "done" else None,
        )


class ErasedDocument(BaseModel):
    """A document that mentions the person, or may. name: null when the document is gone, or in a folder that the officer may not read.

    outcome: "erased"; "listed"; "clean", it was changed meanwhile; "by-hand", its format or its name has to be changed by a person;
    "unreadable", nothing was read of it; "waiting", it is being read again; "remains", after a day it still mentions the person.
    """

    document_id: str
    name: str | None
    outcome: Outcome


class ErasedDocuments(BaseModel):
    """next: pass it as ?after= for the next page; null on the last."""

    documents: Sequence[ErasedDocument]
    next: str | None


_ERASURE = {"erasure_id": Parameter(ErasureId)}

ERASE = Route(
    "POST",
    "/v1/erasures",
    "Erase a person: for members of the group privacy-officers",
    Reply(202, "It has begun", ErasureBody),
    body=ErasureRequest,
    problems=(409,),
)
SHOW = Route(
    "GET",
    "/v1/erasures/{erasure_id}",
    "Show how far an erasure is, and its certificate",
    Reply(200, "The erasure", ErasureBody),
    in_path=_ERASURE,
    problems=(404,),
)
DOCUMENTS = Route(
    "GET",
    "/v1/erasures/{erasure_id}/documents",
    "List the documents that an erasure has found",
    Reply(200, "A page of them", ErasedDocuments),
    in_path=_ERASURE,
    in_query={"after": Parameter(DocumentId, "`next` of the page before")},
    problems=(404,),
)
ROUTES = (ERASE, SHOW, DOCUMENTS)
