"""The routes of batches: `POST /v1/answers/batch`, and `GET` and `DELETE /v1/answers/batch/{batch_id}`, with their bodies."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from causeway.answering.contract import DEFAULT_TOP_K, AnswerResponse, Filters, Question
from causeway.answering.turn import Answer, Turn
from causeway.batches.batch import Batch, Priority, Progress, State
from causeway.conversations.repeats import REQUEST_NAME
from causeway.conversations.statements import NotKept
from causeway.retrieval.links import PictureLinks
from causeway.runtime.routes import Parameter, Reply, Route
from causeway.runtime.schemas import WHOLE

MAX_QUESTIONS, MAX_BYTES = 500, 256 * 1024
PAGE = 25
BATCH_ID = r"^[0-9a-f]{32}$"
AFTER = r"[0-9]{1,3}"


class BatchQuestion(BaseModel):
    """A question as `POST /v1/answers` takes it, outside any conversation.

    question: in words. filters: of the search.
    Data class: restricted; id, top_k: internal.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    id: Annotated[
        str | None, StringConstraints(min_length=1, max_length=64), Field(description="the caller's own name of it, given back")
    ] = None
    question: Question
    filters: Filters = Filters()
    top_k: Annotated[int, Field(ge=1, le=20, description="passages given to the model"), WHOLE] = DEFAULT_TOP_K


class BatchRequest(BaseModel):
    """Questions that nobody waits for: at most 500, and 256 KiB of JSON."""

    model_config = ConfigDict(extra="forbid", strict=True)

    client_token: Annotated[
        str,
        StringConstraints(pattern=REQUEST_NAME),
        Field(description="names the batch: the same request with the same token is taken once, for as long as its results are kept"),
    ]
    questions: Annotated[list[BatchQuestion], Field(min_length=1, max_length=MAX_QUESTIONS)]
    priority: Priority = "normal"
    deadline_minutes: Annotated[
        int, Field(ge=1, le=1440, description="a question that is not answered by then has failed, and its result says why"), WHOLE
    ] = 360


class Counts(BaseModel):
    """How many questions are in each state."""

    waiting: int = 0
    running: int = 0
    answered: int = 0
    failed: int = 0
    cancelled: int = 0

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class BatchUsage(BaseModel):
    """What the model counted so far, attempts that failed included."""

    input_tokens: int
    output_tokens: int


class BatchStatus(BaseModel):
    """state: "finished" once no question waits or runs. expires_at: until when results are kept. Times are in UTC."""

    batch_id: str
    state: Literal["running", "finished"]
    priority: Priority
    total: int
    counts: Counts
    usage: BatchUsage
    created_at: str
    deadline_at: str
    expires_at: str

    @classmethod
    def of(cls, batch: Batch, rows: Sequence[Progress], now: int, **more: Any) -> Self:
        """rows: of the questions that an attempt was made of; the others wait, or are over with their batch."""
        counts: Counter[str] = Counter(row.state(batch, now) for row in rows)
        counts[Progress(0).state(batch, now)] += batch.total - len(rows)
        return cls(
            batch_id=batch.id,
            state="running" if counts["waiting"] + counts["running"] else "finished",
            priority=batch.priority,
            total=batch.total,
            counts=Counts(**counts),
            usage=BatchUsage(input_tokens=sum(row.input_tokens for row in rows), output_tokens=sum(row.output_tokens for row in rows)),
            created_at=_time(batch.created_at),
            deadline_at=_time(batch.deadline_at),
            expires_at=_time(batch.expires_at),
            **more,
        )


class QuestionProblem(BaseModel):
    """A problem without request: why a question failed, or why its last attempt did."""

    type: str
    title: str
    status: int
    detail: str


class KeptAnswer(AnswerResponse):
    """An answer as it is kept. sources: names of the documents that it says something of.

    A field that answers got after some were kept has a default here: those are still given.
    """

    sources: Sequence[str]
    noted: list[str] = Field(default_factory=list)
    not_noted: list[NotKept] = Field(default_factory=list)

    @classmethod
    def of(cls, turn: Turn, answer: Answer, links: PictureLinks | None = None) -> Self:
        return cls(**AnswerResponse.of(turn, answer, links).model_dump(), sources=turn.sources)

    @property
    def shown(self) -> AnswerResponse:
        return AnswerResponse.model_validate(self.model_dump())


class BatchResult(BaseModel):
    """number: of the question in the request, from 1. answer: as `POST /v1/answers` gives it; null unless `state` is "answered".

    An answer that rests on a document that its user may no longer read is null too; then `problem` says so.
    problem: of a failed question, or of the last attempt of one that waits for the next.
    """

    number: int
    id: str | None
    question: str
    state: State
    attempts: int
    answer: AnswerResponse | None
    problem: QuestionProblem | None


class BatchPage(BatchStatus):
    """results: of 25 questions in the order of the request. next: pass it as ?after= for the next page; null on the last."""

    results: list[BatchResult]
    next: int | None


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


_BATCH = {"batch_id": Parameter(Annotated[str, StringConstraints(pattern=BATCH_ID)])}

SEND = Route(
    "POST",
    "/v1/answers/batch",
    "Ask many questions, to be answered later",
    Reply(202, "The batch is accepted, or was before", BatchStatus),
    body=BatchRequest,
    problems=(409, 413),
)
SHOW = Route(
    "GET",
    "/v1/answers/batch/{batch_id}",
    "See how far a batch is, and its results",
    Reply(200, "Counts, and a page of results", BatchPage),
    in_path=_BATCH,
    in_query={"after": Parameter(Annotated[int, Field(ge=0, le=999)], "`next` of the page before")},
    problems=(404,),
)
CANCEL = Route(
    "DELETE",
    "/v1/answers/batch/{batch_id}",
    "Cancel the questions that have not begun",
    Reply(200, "What has begun is still answered; results are kept", BatchStatus),
    in_path=_BATCH,
    problems=(404,),
)
ROUTES = (SEND, SHOW, CANCEL)
