"""The routes of what users have said of themselves: `/v1/facts` and `/v1/facts/{fact_id}`, with their bodies."""

from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import BaseModel, StringConstraints

from causeway.conversations.facts import Fact
from causeway.conversations.statements import Kind
from causeway.runtime.routes import Parameter, Reply, Route

FACT_ID = r"^[0-9a-f]{32}$"

FactId = Annotated[str, StringConstraints(pattern=FACT_ID)]


class FactBody(BaseModel):
    """kind: "about" is neither a preference nor a decision, such as a name. text: the user's own words.

    session_id, turn: where they were said last.
    """

    fact_id: str
    kind: Kind
    text: str
    session_id: str
    turn: int
    said_at: str
    expires_at: str

    @classmethod
    def of(cls, fact: Fact) -> Self:
        ends = datetime.fromtimestamp(fact.expires_at, UTC).isoformat(timespec="seconds")
        return cls(
            fact_id=fact.id, expires_at=ends, **{name: getattr(fact, name) for name in ("kind", "text", "session_id", "turn", "said_at")}
        )


class FactList(BaseModel):
    """Newest first on each page. next: pass it as ?after= for the next page; null on the last."""

    facts: list[FactBody]
    next: str | None


class FactsErased(BaseModel):
    """erased: how many facts are gone."""

    erased: int


LIST_FACTS = Route(
    "GET",
    "/v1/facts",
    "List what is kept of what one has said of oneself",
    Reply(200, "A page of it", FactList),
    in_query={"after": Parameter(FactId, "`next` of the page before")},
)
ERASE_ALL = Route("DELETE", "/v1/facts", "Erase all of it", Reply(200, "What was erased", FactsErased))
ERASE = Route(
    "DELETE",
    "/v1/facts/{fact_id}",
    "Erase one fact",
    Reply(200, "It is gone", FactsErased),
    in_path={"fact_id": Parameter(FactId)},
    problems=(404,),
)
ROUTES = (LIST_FACTS, ERASE_ALL, ERASE)
