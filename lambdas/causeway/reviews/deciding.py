"""What a reviewer is shown, and decides."""

from causeway.conversations.keys import Owner
from causeway.permissions.access import Access
from causeway.reviews.contract import DecisionRequest
from causeway.reviews.problems import already_decided, changed_meanwhile, no_review
from causeway.reviews.review import Decision, Review, moment
from causeway.reviews.store import Overtaken, Reviews


def shown(reviews: Reviews, tenant: str, access: Access, request_id: str) -> Review:
    """A review as someone with such rights may see it. Raises a 404 Problem."""
    review = reviews.get(tenant, request_id)
    if review is None or review.state == "kept" or not review.is_open_to(access):
        raise no_review()
    return review


def decided(reviews: Reviews, person: Owner, access: Access, request_id: str, given: DecisionRequest) -> Review:
    """The review with its decision. Raises a 404 Problem without one, and a 409 Problem when another was faster or it has changed."""
    review = shown(reviews, person.tenant, access, request_id)
    if review.state == "decided":
        raise already_decided()
    if review.version != given.version:
        raise changed_meanwhile()
    decision = Decision(**given.model_dump(exclude={"version"}), by=person.user, at=moment())
    try:
        return reviews.decide(person.tenant, review, decision)
    except Overtaken:
        raise changed_meanwhile() from None
