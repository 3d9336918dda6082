"""An answer that a user may appeal, and what a person decides of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from causeway.conversations.conversation import Message
from causeway.conversations.keys import Owner
from causeway.permissions.access import Access

KEPT_HOURS = 72  # of an answer that nobody has appealed
REVIEW_HOURS = 90 * 24  # from the last change of a review

State = Literal["kept", "open", "decided"]
Why = Literal["low-confidence", "not-grounded", "disagreement", "appealed"]
Verdict = Literal["right", "wrong", "not-answerable"]


class Shown(BaseModel):
    """A passage that the answer was made from.

    passage: its id in the index, empty where only its citation is remembered. document: its document's id.
    quote: the words that the answer rests on, or, of a passage that it does not cite, those nearest to the question.
    n: its number in the answer. page: where it begins. heading: above it. cited: by the answer.
    Data class: confidential; n, passage, document, page, cited: internal.
    """

    n: int
    passage: str
    document: str
    title: str
    page: int | None
    heading: str
    quote: str
    cited: bool


class Opinion(BaseModel):
    """What one of two models answered, where they differ.

    answer: in words.
    Data class: restricted; model: internal.
    """

    model: str
    answer: str


class Asked(BaseModel):
    """A question with its answer. outcome: as the log of turns names it. asked_at: ISO 8601. opinions: see ReviewBody.

    sources: names of the documents that it says something of; who may not read them all does not see it.
    question, answer: in words. confidence: 0 to 1. passages: that it was made from.
    Data class: restricted; request_id, outcome, confidence, asked_at: internal; sources, passages: confidential.
    """

    request_id: str
    question: str
    answer: str
    outcome: str
    confidence: float
    asked_at: str
    passages: tuple[Shown, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    sources: tuple[str, ...] = ()

    @classmethod
    def of_message(cls, message: Message) -> "Asked":
        """A turn as its conversation remembers it: of its passages only those cited, and of its confidence nothing (0)."""
        cited = (
            Shown(passage="", cited=True, **{name: citation[name] for name in ("n", "document", "title", "page", "heading", "quote")})
            for citation in message.citations
        )
        return cls(
            request_id=message.request_id,
            question=message.standalone or message.question,
            answer=message.answer,
            outcome=message.outcome,
            confidence=0.0,
            asked_at=message.asked_at,
            passages=tuple(cited),
            sources=tuple(message.sources),
        )


class Evidence(BaseModel):
    """Where the right answer stands. document: its name, as `GET /v1/documents` lists it. quote: words of it, verbatim.

    Data class: confidential.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    document: Annotated[str, StringConstraints(min_length=1, max_length=512)]
    quote: Annotated[str, StringConstraints(min_length=1, max_length=400)]


class Appeal(BaseModel):
    """What the user has against the answer. id: of the request that appealed.

    reason: in the user's words. at: ISO 8601.
    Data class: restricted; id, at: internal.
    """

    id: str
    reason: str | None
    at: str


class Decision(BaseModel):
    """What a person decided. question: as it may be kept for good; None: as it was asked. by: the user's id in the user pool.

    verdict: on the answer. answer: the right one. evidence: where it stands. at: ISO 8601.
    Data class: restricted; verdict, at: internal; evidence: confidential.
    """

    verdict: Verdict
    answer: str | None
    evidence: tuple[Evidence, ...]
    question: str | None
    by: str
    at: str

    def is_open_to(self, access: Access) -> bool:
        return all(access.may_read(piece.document) for piece in self.evidence)


class Review(BaseModel):
    """One answer with what became of it.

    owner: a digest of who asked. state: "kept" until someone appeals, for a time; "open" while it waits for a person; "decided".
    why: what brought it before a person. version: changes with every write. since: when it came into its state.
    asked: the answer. appeal: what its user has against it. decision: of a person.
    Data class: restricted; state, why, version, since: internal.
    """

    owner: str
    asked: Asked
    state: State
    why: tuple[Why, ...] = ()
    version: int = 1
    since: str
    appeal: Appeal | None = None
    decision: Decision | None = None

    @property
    def hours(self) -> int:
        """How long it is kept from its last change."""
        return KEPT_HOURS if self.state == "kept" else REVIEW_HOURS

    @property
    def until(self) -> str:
        """When it is deleted if nothing changes; a little later if it was appealed while it waited."""
        return (datetime.fromisoformat(self.since) + timedelta(hours=self.hours)).isoformat(timespec="seconds")

    def is_open_to(self, access: Access) -> bool:
        """Whether someone may read every document that the answer says something of, and the decision quotes."""
        return all(map(access.may_read, self.asked.sources)) and (self.decision is None or self.decision.is_open_to(access))

    def appealed(self, appeal: Appeal) -> "Review":
        """It waits for a person from now on, if it does not already."""
        waiting = {} if self.state == "open" else {"state": "open", "since": moment()}
        return self.model_copy(update={**waiting, "appeal": appeal, "why": (*self.why, "appealed"), "version": self.version + 1})

    def decided(self, decision: Decision) -> "Review":
        return self.model_copy(update={"state": "decided", "since": moment(), "decision": decision, "version": self.version + 1})


def opened(owner: Owner, asked: Asked, why: Sequence[Why]) -> Review:
    """The record of an answer: before a person where there is a reason, else kept for an appeal."""
    return Review(owner=digest(owner), asked=asked, state="open" if why else "kept", why=tuple(why), since=moment())


def digest(owner: Owner) -> str:
    """Who asked, so that the same user is known again and nobody reads who it was."""
    return sha256(owner.key.encode()).hexdigest()


def moment() -> str:
    """Now, to the millisecond, so that reviews sort by it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
