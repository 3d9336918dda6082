"""A user's appeal: where the answer is found again, and what is written."""

from causeway.conversations.keys import Owner
from causeway.conversations.memory import Memory
from causeway.reviews.contract import AppealRequest
from causeway.reviews.problems import already_appealed, no_answer
from causeway.reviews.review import Appeal, Asked, Review, moment
from causeway.reviews.store import Overtaken, Reviews


class Appeals:
    """An answer is found in its record if it was a refusal or in doubt, else in its conversation."""

    def __init__(self, reviews: Reviews, memory: Memory) -> None:
        self._reviews, self._memory = reviews, memory

    def appeal(self, owner: Owner, given: AppealRequest, id: str) -> Review:
        """id: of this request. Raises a 404 Problem without such an answer of the owner, and a 409 Problem for a second appeal."""
        review = self._reviews.of_owner(owner, given.request_id) or self._of_conversation(owner, given)
        try:
            return self._reviews.appeal(owner, review, Appeal(id=id, reason=given.reason, at=moment()))
        except Overtaken:
            known = self._reviews.of_owner(owner, given.request_id) or review
            raise already_appealed(known.appeal.at if known.appeal else known.since) from None

    def _of_conversation(self, owner: Owner, given: AppealRequest) -> Review:
        turns = self._memory.messages(owner, given.session_id) if given.session_id else []
        for _, message in turns:
            if message.request_id == given.request_id:
                return self._reviews.keep(owner, Asked.of_message(message), why=())
        raise no_answer()
