"""Items of the table: what keys, index and expiry need as attributes, the review itself as one JSON text."""

from collections.abc import Callable
from typing import Any, Literal, TypedDict

from botocore.exceptions import ClientError

from causeway.conversations.items import Item, expiry, number, text
from causeway.reviews.review import Review
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency

QUEUES = "queues"  # the index of what waits for a person, was decided by one, or was not answered
CURSOR = r"^([0-9T:.+-]{20,40})~([A-Za-z0-9-]{1,128})$"

Queue = Literal["open", "decided"]
UNANSWERED: Literal["unanswered"] = "unanswered"  # of refusals that are only kept: reviewers list none of them


class ReviewItem(TypedDict, total=False):
    """queue, since: keys of the index of what waits; the tenant with the state, and when it came into that.

    conversation: the partition of the one that it belongs to. owner: a digest of who asked.
    Data class: restricted; tenant, request_id, queue, since, version, expires_at: internal.
    """

    tenant: str
    request_id: str
    queue: str
    since: str
    conversation: str
    owner: str
    version: int
    expires_at: int
    content: str


def item_of(tenant: str, review: Review, conversation: str = "") -> dict[str, Any]:
    """conversation: the partition of the one that it belongs to; reviewers do not see it, and no later write of a review keeps it."""
    queue = UNANSWERED if review.state == "kept" else review.state
    queued = {"queue": text(queue_of(tenant, queue)), "since": text(review.since)}
    return {
        **key_of(tenant, review.asked.request_id),
        **queued,
        **({"conversation": text(conversation)} if conversation else {}),
        "owner": text(review.owner),
        "version": number(review.version),
        "expires_at": expiry(review.hours),
        "content": text(review.model_dump_json()),
    }


def review_of(item: Item) -> Review:
    return Review.model_validate_json(item["content"]["S"])


def key_of(tenant: str, request_id: str) -> dict[str, Any]:
    return {"tenant": text(tenant), "request_id": text(request_id)}


def queue_of(tenant: str, queue: Queue | Literal["unanswered"]) -> str:
    """A tenant's name holds no "#"."""
    return f"{tenant}#{queue}"


def cursor(last: Item) -> str:
    """Where a page ended, as its reader sends it back."""
    return f"{last['since']['S']}~{last['request_id']['S']}"


def start_of(tenant: str, queue: Queue, after: str) -> dict[str, Any]:
    """The key to go on after. after: of the form CURSOR."""
    since, _, request_id = after.partition("~")
    return {**key_of(tenant, request_id), "queue": text(queue_of(tenant, queue)), "since": text(since)}


def unless_overtaken(dependency: Dependency, operation: Callable[[], Any], deadline: Deadline | None = None) -> bool:
    """Make a conditional write; False when its condition did not hold."""

    def attempt() -> bool:
        try:
            operation()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "ConditionalCheckFailedException":
                raise
            return False
        return True

    return dependency.call(attempt, deadline)
