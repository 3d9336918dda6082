"""The routes of feedback: `POST` and `GET /v1/feedback`, with their bodies."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from causeway.runtime.routes import Reply, Route


class FeedbackRequest(BaseModel):
    """What a user thinks of one answer.

    rating: of the answer. reason: in the user's words.
    Data class: restricted; request_id, rating: internal.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    request_id: Annotated[str, StringConstraints(min_length=1, max_length=128), Field(description="of the answer")]
    rating: Literal["up", "down"]
    reason: Annotated[str | None, StringConstraints(max_length=1000)] = None


class FeedbackBody(FeedbackRequest):
    """at: when it was given."""

    at: str


class FeedbackList(BaseModel):
    feedback: Sequence[FeedbackBody]


GIVE = Route("POST", "/v1/feedback", "Rate an answer", Reply(201, "It is kept for 90 days", FeedbackBody), body=FeedbackRequest)
GIVEN = Route("GET", "/v1/feedback", "List one's own ratings", Reply(200, "At most 100 of them", FeedbackList))
ROUTES = (GIVE, GIVEN)
