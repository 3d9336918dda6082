"""What a user is told while a service fails: right, marked as degraded, wrong, or an error by its name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from evaluation.golden import Question
from local.app.api import Reply, call
from local.app.people import Person

TURNED_AWAY = {"service-busy", "too-many-requests"}


@dataclass(frozen=True)
class Asked:
    question: Question
    person: Person
    reply: Reply
    seconds: float
    turned_away: int = 0

    @property
    def is_turned_away(self) -> bool:
        return self.reply.status != HTTPStatus.OK and problem(self.reply) in TURNED_AWAY

    @property
    def said(self) -> tuple[str, list[str]]:
        """What of an answer is compared."""
        return self.reply.body["answer"], [citation["quote"] for citation in self.reply.body["citations"]]


class Judge:
    """usual: the answers without faults, by question. own: the ids of each tenant's documents."""

    def __init__(self, usual: Sequence[Asked], people: dict[str, Person]) -> None:
        self._usual = {asked.question.id: asked.said for asked in usual}
        self._own = {tenant: set(_documents(person)) for tenant, person in people.items()}

    def verdict(self, asked: Asked) -> str:
        """ "answered", "degraded" or "wrong"; else the last part of the problem's type, or "raw" for an error that is none."""
        reply = asked.reply
        if reply.status != HTTPStatus.OK:
            return problem(reply)
        if not {citation["document"] for citation in reply.body["citations"]} <= self._own[asked.question.tenant]:
            return "wrong"
        if reply.body["degraded"]:
            return "degraded"
        return "answered" if asked.said == self._usual[asked.question.id] else "wrong"

    def against(self, asked: Asked) -> str:
        """What a wrong answer said, and what is said without faults."""
        return f"{asked.question.id}: {asked.said} in place of {self._usual[asked.question.id]}"


def _documents(person: Person) -> Iterator[str]:
    query: str | None = ""
    while query is not None:
        page = call("GET", f"/v1/documents{query}", person).require("no list of documents")
        yield from (each["document_id"] for each in page["documents"])
        query = f"?after={page['next']}" if page.get("next") else None


def problem(reply: Reply) -> str:
    """The last part of a problem's type, or "raw" for an error that is none or does not say when to come again."""
    is_problem = isinstance(reply.body, dict) and "type" in reply.body and "retry-after" in reply.headers
    return str(reply.body["type"]).rpartition(":")[2] if is_problem else "raw"
