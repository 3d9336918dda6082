"""The routes of appeals, `/v1/appeals`, and of those who decide them, `/v1/reviews`, with their bodies."""

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.config import JsonDict

from causeway.conversations.contract import SessionId
from causeway.permissions.access import Access
from causeway.reviews.items import CURSOR, Queue
from causeway.reviews.review import Decision, Evidence, Opinion, Review, Shown, State, Verdict, Why
from causeway.runtime.routes import Parameter, Reply, Route
from causeway.runtime.schemas import WHOLE

REVIEWERS = "reviewers"  # the group of the tenant whose members decide
REQUEST_ID = r"^[A-Za-z0-9-]{1,128}$"

RequestId = Annotated[str, StringConstraints(pattern=REQUEST_ID)]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class AppealRequest(BaseModel):
    """An answer or a refusal that its user wants a person to look at."""

    model_config = ConfigDict(extra="forbid", strict=True)

    request_id: Annotated[RequestId, Field(description="of the answer")]
    session_id: Annotated[SessionId | None, Field(description="of the answer's conversation, if it has one")] = None
    reason: Annotated[Sentence | None, Field(description="what is wrong with it")] = None


class DecisionSeen(BaseModel):
    """What a person decided. answer, evidence: the right answer and where it stands, of a wrong one.

    withheld: both are left out, since they rest on a folder that the reader may not read.
    """

    verdict: Verdict
    answer: str | None
    evidence: Sequence[Evidence]
    withheld: bool
    decided_at: str

    @classmethod
    def of(cls, decision: Decision, access: Access) -> Self:
        is_open = decision.is_open_to(access)
        answer, evidence = (decision.answer, decision.evidence) if is_open else (None, ())
        return cls(verdict=decision.verdict, answer=answer, evidence=evidence, withheld=not is_open, decided_at=decision.at)


class AppealBody(BaseModel):
    """What became of an answer.

    state: "kept", nobody looks at it unless it is appealed; "open", it waits for a person; "decided". until: kept at least so long.
    """

    request_id: str
    state: State
    appealed_at: str | None
    reason: str | None
    decision: DecisionSeen | None
    until: str

    @classmethod
    def of(cls, review: Review, access: Access) -> Self:
        return cls(
            request_id=review.asked.request_id,
            state=review.state,
            appealed_at=review.appeal.at if review.appeal else None,
            reason=review.appeal.reason if review.appeal else None,
            decision=DecisionSeen.of(review.decision, access) if review.decision else None,
            until=review.until,
        )


class Withdrawn(BaseModel):
    """The answer, its appeal and its decision are deleted."""

    request_id: str


class ReviewBody(BaseModel):
    """An answer that a person decides, or has decided. It does not say who asked.

    why: what brought it here. since: when it came here, or was decided. version: send it with the decision.
    opinions: what each of two models answered, where they differ, or what one was not sure enough of. decided_by: the reviewer's id in
    the user pool.
    """

    request_id: str
    version: int
    state: State
    why: Sequence[Why]
    since: str
    question: str
    answer: str
    outcome: str
    confidence: float
    asked_at: str
    passages: Sequence[Shown]
    opinions: Sequence[Opinion]
    appeal_reason: str | None
    decision: DecisionSeen | None
    decided_by: str | None
    reworded: str | None = Field(description="the question as the reviewer wants it to be kept, if not as it was asked")

    @classmethod
    def of(cls, review: Review, access: Access) -> Self:
        asked, decision = review.asked, review.decision
        return cls(
            **asked.model_dump(exclude={"passages", "opinions", "sources"}),
            passages=asked.passages,
            opinions=asked.opinions,
            version=review.version,
            state=review.state,
            why=review.why,
            since=review.since,
            appeal_reason=review.appeal.reason if review.appeal else None,
            decision=DecisionSeen.of(decision, access) if decision else None,
            decided_by=decision.by if decision else None,
            reworded=decision.question if decision else None,
        )


class ReviewList(BaseModel):
    """Oldest first. next: pass it as ?after= for the next page; null on the last.

    closed: how many of the page are left out, since they show documents of folders that the reviewer may not read.
    """

    reviews: list[ReviewBody]
    closed: int
    next: str | None


# What `DecisionRequest` checks of the verdict, for clients that read the schema.
_BY_VERDICT: JsonDict = {
    "oneOf": [
        {"properties": {"verdict": {"const": "right"}, "answer": {"type": "null"}}},
        {
            "properties": {"verdict": {"const": "wrong"}, "answer": {"type": "string"}, "evidence": {"minItems": 1}},
            "required": ["answer", "evidence"],
        },
        {"properties": {"verdict": {"const": "not-answerable"}, "answer": {"type": "null"}, "evidence": {"maxItems": 0}}},
    ]
}


class DecisionRequest(BaseModel):
    """What a person says of an answer or a refusal.

    verdict: "right"; "wrong", with the right answer and where it stands; "not-answerable", the documents do not say.
    evidence: may be given for a right answer too. version: of the review that was looked at.
    """

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra=_BY_VERDICT)

    version: Annotated[int, Field(ge=1), WHOLE]
    verdict: Verdict
    answer: Annotated[str, StringConstraints(min_length=1, max_length=4000)] | None = None
    evidence: Annotated[list[Evidence], Field(max_length=10)] = []
    question: Annotated[Sentence | None, Field(description="the question as it may be kept for good, without personal data")] = None

    @model_validator(mode="after")
    def the_verdict_has_what_it_needs(self) -> Self:
        if self.verdict == "wrong" and not (self.answer and self.evidence):
            raise ValueError("a wrong answer needs the right `answer`, and `evidence` of where it stands")
        if self.verdict != "wrong" and self.answer:
            raise ValueError("`answer` belongs to the verdict wrong")
        if self.verdict == "not-answerable" and self.evidence:
            raise ValueError("what is not answerable has no `evidence`")
        return self


_OF_REQUEST = {"request_id": Parameter(RequestId, "of the answer")}

APPEAL = Route(
    "POST",
    "/v1/appeals",
    "Have a person look at one of one's own answers",
    Reply(201, "It waits for a person, or was decided by one already", AppealBody),
    body=AppealRequest,
    problems=(404, 409),
)
APPEALED = Route(
    "GET",
    "/v1/appeals/{request_id}",
    "What became of one of one's own answers",
    Reply(200, "Its state, and the decision if there is one", AppealBody),
    in_path=_OF_REQUEST,
    problems=(404,),
)
WITHDRAW = Route(
    "DELETE",
    "/v1/appeals/{request_id}",
    "Delete what is kept of one of one's own answers",
    Reply(200, "It is gone", Withdrawn),
    in_path=_OF_REQUEST,
    problems=(404,),
)
LIST = Route(
    "GET",
    "/v1/reviews",
    "List answers that wait for a person, or were decided: for reviewers",
    Reply(200, "A page of them", ReviewList),
    in_query={
        "state": Parameter(Queue, "`open` if left out"),
        "after": Parameter(Annotated[str, StringConstraints(pattern=CURSOR)], "`next` of the page before"),
    },
)
SHOW = Route(
    "GET",
    "/v1/reviews/{request_id}",
    "Show an answer that waits for a person, or was decided: for reviewers",
    Reply(200, "It", ReviewBody),
    in_path=_OF_REQUEST,
    problems=(404,),
)
DECIDE = Route(
    "POST",
    "/v1/reviews/{request_id}/decision",
    "Decide what an answer is worth, once: for reviewers",
    Reply(201, "The decision is kept", ReviewBody),
    body=DecisionRequest,
    in_path=_OF_REQUEST,
    problems=(404, 409),
)
ROUTES = (APPEAL, APPEALED, WITHDRAW, LIST, SHOW, DECIDE)
