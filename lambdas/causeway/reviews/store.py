"""Reviews in DynamoDB: one item for each answer, under its tenant and request id. See docs/decisions/194."""

from typing import Any

from causeway.conversations.items import is_live, number, text
from causeway.conversations.keys import Owner
from causeway.reviews.items import QUEUES, Queue, cursor, item_of, key_of, queue_of, review_of, start_of, unless_overtaken
from causeway.reviews.keeping import Keeping
from causeway.reviews.review import Appeal, Decision, Review, digest
from causeway.runtime.errors import Throttled

ATTEMPTS = 5


class Overtaken(Exception):
    """Another writer has changed the review since it was read."""


class Reviews(Keeping):
    """Everything that is done with a record once it is written."""

    def get(self, tenant: str, request_id: str) -> Review | None:
        """Of anyone in the tenant; None too when it has expired."""
        key = key_of(tenant, request_id)
        found = self._dependency.call(lambda: self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True))
        item = found.get("Item")
        return review_of(item) if item and is_live(item) else None

    def of_owner(self, owner: Owner, request_id: str) -> Review | None:
        """The owner's own answer, if it is still kept."""
        review = self.get(owner.tenant, request_id)
        return review if review and review.owner == digest(owner) else None

    def page(self, tenant: str, queue: Queue, limit: int, after: str | None = None) -> tuple[list[Review], str | None]:
        """Of one queue the oldest first, and what to go on after, None at the end. after: of the form CURSOR."""
        start: dict[str, Any] = {"ExclusiveStartKey": start_of(tenant, queue, after)} if after else {}
        answer = self._dependency.call(
            lambda: self._client.query(
                TableName=self._table,
                IndexName=QUEUES,
                KeyConditionExpression="queue = :queue",
                ExpressionAttributeValues={":queue": text(queue_of(tenant, queue))},
                Limit=limit,
                **start,
            )
        )
        last = answer.get("LastEvaluatedKey")
        return [review_of(item) for item in answer["Items"] if is_live(item)], cursor(last) if last else None

    def appeal(self, owner: Owner, review: Review, appeal: Appeal) -> Review:
        """The review with the appeal; as it is when a person has decided it meanwhile.

        Raises Overtaken when another request of the owner has appealed it.
        """
        for _ in range(ATTEMPTS):
            if review.state == "decided":
                return review
            if review.appeal:
                raise Overtaken
            wanted = review.appealed(appeal)
            try:
                self._replace(owner.tenant, wanted, before=review.version)
            except Overtaken:
                review = self.of_owner(owner, review.asked.request_id) or review
            else:
                return wanted
        raise Throttled(self._dependency.name, "other writers of this review were always faster")

    def decide(self, tenant: str, review: Review, decision: Decision) -> Review:
        """Raises Overtaken when the review is no longer as it was read: no two people decide the same one."""
        wanted = review.decided(decision)
        self._replace(tenant, wanted, before=review.version)
        return wanted

    def withdraw(self, owner: Owner, request_id: str) -> bool:
        """Delete the owner's answer with everything that a person said of it, and return whether there was one."""
        return unless_overtaken(
            self._dependency,
            lambda: self._client.delete_item(
                TableName=self._table,
                Key=key_of(owner.tenant, request_id),
                ConditionExpression="#owner = :owner",
                ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues={":owner": text(digest(owner))},
            ),
        )

    def ids_of(self, owner: Owner, after: str | None) -> tuple[list[str], str | None, int]:
        """Request ids of the owner's answers among a page of the tenant's, the id to go on after, and how many answers were looked at."""
        start: dict[str, Any] = {"ExclusiveStartKey": key_of(owner.tenant, after)} if after else {}
        answer = self._dependency.call(
            lambda: self._client.query(
                TableName=self._table,
                KeyConditionExpression="tenant = :tenant",
                FilterExpression="#owner = :owner",
                ProjectionExpression="request_id",
                ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues={":tenant": text(owner.tenant), ":owner": text(digest(owner))},
                ConsistentRead=True,
                **start,
            )
        )
        last = answer.get("LastEvaluatedKey")
        found = [item["request_id"]["S"] for item in answer["Items"]]
        return found, last["request_id"]["S"] if last else None, answer["ScannedCount"]

    def _replace(self, tenant: str, wanted: Review, before: int) -> None:
        """before: the item's version until now. The same write once more, whose first answer was lost, is no other writer."""
        item = item_of(tenant, wanted)
        written = unless_overtaken(
            self._dependency,
            lambda: self._client.put_item(
                TableName=self._table,
                Item=item,
                ConditionExpression="#version = :before",
                ExpressionAttributeNames={"#version": "version"},
                ExpressionAttributeValues={":before": number(before)},
            ),
        )
        if not written and self.get(tenant, wanted.asked.request_id) != wanted:
            raise Overtaken
