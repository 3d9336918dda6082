"""A reviewer's decision."""

from causeway.conversations.keys import Owner
from causeway.reviews.contract import DecisionRequest
from causeway.reviews.problems import already_decided, changed_meanwhile, no_review
from causeway.reviews.review import Decision, Review, moment
from causeway.reviews.store import Overtaken, Reviews


def decided(reviews: Reviews, person: Owner, request_id: str, given: DecisionRequest) -> Review:
    """The review with its decision. Raises a 404 Problem without one, and a 409 Problem when another was faster or it has changed."""
    review = reviews.get(person.tenant, request_id)
    if review is None or review.state == "kept":
        raise no_review()
    if review.state == "decided":
        raise already_decided()
    if review.version != given.version:
        raise changed_meanwhile()
    decision = Decision(**given.model_dump(exclude={"version"}), by=person.user, at=moment())
    try:
        return reviews.decide(person.tenant, review, decision)
    except Overtaken:
        raise changed_meanwhile() from None
