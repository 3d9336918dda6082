"""Questions of a tenant that no document answers: refusals that are kept, until their users erase them or they expire."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from causeway.conversations.items import is_live, text
from causeway.permissions.access import Access
from causeway.reviews.items import QUEUES, UNANSWERED, queue_of, review_of
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.tables import every_item
from causeway.safety.sensitive import is_sensitive

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# Refused for what they ask, not because nothing answers them.
NOT_TO_BE_ANSWERED = ("question-refused", "guardrail")


class Unanswered:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "reviews"."""

    def __init__(self, client: "DynamoDBClient", table: str, dependency: Dependency) -> None:
        """client: one that has the patience of `dependency`."""
        self._client, self._table, self._dependency = client, table, dependency

    def since(self, tenant: str, moment: str, access: Access, deadline: Deadline) -> Iterator[str]:
        """Oldest first, without who asked. moment: ISO 8601, as `review.moment`.

        access: of who reads them; what says something of a document that they may not read is left out, and so is
        what holds numbers of accounts, addresses of mail or secrets.
        """
        query: Any = {
            "TableName": self._table,
            "IndexName": QUEUES,
            "KeyConditionExpression": "queue = :queue AND since >= :since",
            "ExpressionAttributeValues": {":queue": text(queue_of(tenant, UNANSWERED)), ":since": text(moment)},
        }
        for item in every_item(lambda start: self._dependency.call(lambda: self._client.query(**query, **start), deadline)):
            review = review_of(item)
            asked_for = not review.asked.outcome.startswith(NOT_TO_BE_ANSWERED)
            if asked_for and is_live(item) and review.is_open_to(access) and not is_sensitive(review.asked.question):
                yield review.asked.question
