"""What users think of answers."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from causeway.conversations.feedback_contract import FeedbackBody, FeedbackRequest
from causeway.conversations.items import expiry, is_live, text
from causeway.conversations.keys import Owner
from causeway.conversations.transaction import now
from causeway.runtime.dependencies import Dependency

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_HOURS = 90 * 24
NEWEST = 100


class Feedback:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "memory"."""

    def __init__(self, client: "DynamoDBClient", table: str, dependency: Dependency) -> None:
        """table: of conversations' memory."""
        self._client, self._table, self._dependency = client, table, dependency

    def keep(self, owner: Owner, given: FeedbackRequest) -> FeedbackBody:
        """One opinion for each answer: a second one takes the first one's place."""
        kept = FeedbackBody(**given.model_dump(), at=now())
        item = {"conversation": text(owner.feedback), "item": text(given.request_id), "expires_at": expiry(KEPT_HOURS)}
        item["content"] = text(kept.model_dump_json())
        self._dependency.call(lambda: self._client.put_item(TableName=self._table, Item=item))
        return kept

    def given(self, owner: Owner) -> Sequence[FeedbackBody]:
        """The owner's own, at most 100."""
        answer = self._dependency.call(
            lambda: self._client.query(
                TableName=self._table,
                KeyConditionExpression="conversation = :feedback",
                ExpressionAttributeValues={":feedback": text(owner.feedback)},
                Limit=NEWEST,
            )
        )
        items: list[Any] = [item for item in answer["Items"] if is_live(item)]
        return [FeedbackBody(**json.loads(item["content"]["S"])) for item in items]
