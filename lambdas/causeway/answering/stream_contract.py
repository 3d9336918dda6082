"""The route that answers while the model writes: `POST /v1/answers/stream`, with its events."""

from pydantic import BaseModel, Field

from causeway.answering.contract import AnswerRequest, AnswerResponse, Source
from causeway.runtime.routes import Reply, Route


class Found(Source):
    """A passage as it was found."""

    relevance: float | None = Field(description="as the reranker sees it, higher is better; null when it was not asked")


class Retrieved(BaseModel):
    """The passages that were given to the model; the answer cites some of them."""

    searched: str = Field(description="the question as it was searched for, with the one it follows")
    citations: list[Found]


class Delta(BaseModel):
    """What comes next of the answer."""

    text: str


class Replaced(BaseModel):
    """A part of the answer is taken back."""

    text: str = Field(description="the whole answer up to here, in place of all text before")


SAYS = (
    "Server-sent events: `retrieved`, then `delta` and `replaced` while the answer grows, then `done` with the whole answer. "
    "After the first event a failure is an `error` event with a problem, and the stream ends."
)
STREAM = Route(
    "POST",
    "/v1/answers/stream",
    "Ask a question and read along",
    Reply(200, SAYS, AnswerResponse, events={"retrieved": Retrieved, "delta": Delta, "replaced": Replaced, "done": AnswerResponse}),
    body=AnswerRequest,
    problems=(400, 404),
)
ROUTES = (STREAM,)
