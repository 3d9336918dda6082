"""The routes of a user's own conversations: `/v1/sessions` and `/v1/sessions/{session_id}`, with their bodies."""

import time
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, StringConstraints

from causeway.conversations.conversation import Conversation, Message, State
from causeway.conversations.items import Item
from causeway.conversations.transaction import OPEN
from causeway.runtime.routes import Parameter, Reply, Route

SESSION_ID = r"^[0-9a-f]{32}$"

SessionId = Annotated[str, StringConstraints(pattern=SESSION_ID)]


class SessionCreated(BaseModel):
    """Send the id with each question of the conversation."""

    session_id: str


class SessionRow(BaseModel):
    """title: the beginning of the first question. turns: how many there have been.

    state: "open"; "archived", when it comes back from the archive with the next question; "erasing", when deleting it was interrupted.
    """

    session_id: str
    title: str
    state: str
    turns: int
    created_at: str
    updated_at: str

    @classmethod
    def of(cls, item: Item) -> Self:
        values: dict[str, Any] = {name: item[name]["S"] for name in cls.model_fields.keys() - {"turns", "state"}}
        state = item["state"]["S"]
        if state == OPEN and int(item["open_until"]["N"]) <= time.time():
            state = "archived"
        return cls(**values, turns=int(item["turns"]["N"]), state=state)


class SessionList(BaseModel):
    """Newest first. next: pass it as ?after= for the next page; null on the last."""

    sessions: list[SessionRow]
    next: str | None


class TurnBody(BaseModel):
    """outcome: "answered", or why not. state: "partial" when its reader went away before the end.

    intent: what kind of question it was taken for, empty for none that the domain names.
    """

    number: int
    question: str
    answer: str
    outcome: str
    state: State
    intent: str
    asked_at: str
    citations: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, number: int, message: Message) -> Self:
        return cls(number=number, **{name: getattr(message, name) for name in cls.model_fields.keys() - {"number"}})


class SessionExport(BaseModel):
    """Everything that is kept of a conversation, its archive included.

    summary: earlier turns in short, a line each. forgotten: turns of which nothing is known any more.
    """

    session_id: str
    turns: list[TurnBody]
    summary: Sequence[str]
    forgotten: int = Field(ge=0)

    @classmethod
    def of(cls, conversation: Conversation, messages: Sequence[tuple[int, Message]]) -> Self:
        return cls(
            session_id=conversation.session_id,
            turns=[TurnBody.of(number, message) for number, message in messages],
            summary=conversation.earlier,
            forgotten=conversation.forgotten,
        )


class Deleted(BaseModel):
    """deleted: how many conversations are gone. more: ask again, for there are more than one request deletes.

    facts: how many facts about the user, said in these conversations last, went with them.
    """

    deleted: int
    more: bool
    facts: int


_SESSION = {"session_id": Parameter(SessionId)}

CREATE = Route("POST", "/v1/sessions", "Begin a conversation", Reply(201, "Its id", SessionCreated))
LIST = Route(
    "GET",
    "/v1/sessions",
    "List one's own conversations",
    Reply(200, "A page of them", SessionList),
    in_query={"after": Parameter(SessionId, "`next` of the page before")},
)
KEEPS_APPEALS = "; what was appealed stays until `DELETE /v1/appeals/{request_id}`, or for 90 days"
DELETE_ALL = Route(
    "DELETE", "/v1/sessions", "Delete all of one's own conversations", Reply(200, f"What was deleted{KEEPS_APPEALS}", Deleted)
)
SHOW = Route(
    "GET",
    "/v1/sessions/{session_id}",
    "Export a conversation",
    Reply(200, "All that is kept of it", SessionExport),
    in_path=_SESSION,
    problems=(404,),
)
DELETE = Route(
    "DELETE",
    "/v1/sessions/{session_id}",
    "Delete a conversation",
    Reply(200, f"It is gone{KEEPS_APPEALS}", Deleted),
    in_path=_SESSION,
    problems=(404,),
)
ROUTES = (CREATE, LIST, DELETE_ALL, SHOW, DELETE)
