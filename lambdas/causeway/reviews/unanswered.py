"""Questions of a tenant that no document answers: refusals that are kept, until their users erase them or they expire."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from causeway.conversations.items import Item, is_live, text
from causeway.conversations.keys import META
from causeway.permissions.access import Access
from causeway.reviews.items import QUEUES, UNANSWERED, queue_of, review_of
from causeway.reviews.review import Review
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import Throttled
from causeway.runtime.tables import every_item
from causeway.safety.sensitive import is_sensitive

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# Refused for what they ask, not because nothing answers them.
NOT_TO_BE_ANSWERED = ("question-refused", "guardrail")
AT_ONCE = 100  # items that DynamoDB reads in one call


class Unanswered:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "reviews"."""

    def __init__(self, client: "DynamoDBClient", table: str, memory_table: str, dependency: Dependency) -> None:
        """client: one that has the patience of `dependency`. memory_table: of conversations."""
        self._client, self._table, self._memory_table, self._dependency = client, table, memory_table, dependency

    def since(self, tenant: str, moment: str, access: Access, deadline: Deadline) -> Iterator[str]:
        """Oldest first, without who asked. moment: ISO 8601, as `review.moment`.

        access: of who reads them; what says something of a document that they may not read is left out, and so is
        what holds numbers of accounts, addresses of mail or secrets, and what belongs to a conversation that its user has deleted.
        """
        found = [(item, review) for item in self._kept(tenant, moment, deadline) if _may_be_told(review := review_of(item), access)]
        there = self._there({item["conversation"]["S"] for item, _ in found if "conversation" in item}, deadline)
        for item, review in found:
            if "conversation" not in item or item["conversation"]["S"] in there:
                yield review.asked.question

    def _kept(self, tenant: str, moment: str, deadline: Deadline) -> Iterator[Item]:
        query: Any = {
            "TableName": self._table,
            "IndexName": QUEUES,
            "KeyConditionExpression": "queue = :queue AND since >= :since",
            "ExpressionAttributeValues": {":queue": text(queue_of(tenant, UNANSWERED)), ":since": text(moment)},
        }
        items = every_item(lambda start: self._dependency.call(lambda: self._client.query(**query, **start), deadline))
        return (item for item in items if is_live(item))

    def _there(self, conversations: set[str], deadline: Deadline) -> set[str]:
        """Those that have not been deleted: the first thing that deleting takes away is the META item."""
        keys = [{"conversation": text(each), "item": text(META)} for each in sorted(conversations)]
        chunks = (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
        return {item["conversation"]["S"] for chunk in chunks for item in self._read(chunk, deadline) if is_live(item)}

    def _read(self, keys: list[Any], deadline: Deadline) -> list[Item]:
        found, left = list[Item](), keys

        def attempt() -> None:
            nonlocal left
            asked: Any = {self._memory_table: {"Keys": left, "ConsistentRead": True}}
            answer: Any = self._client.batch_get_item(RequestItems=asked)
            found.extend(answer["Responses"][self._memory_table])
            left = answer.get("UnprocessedKeys", {}).get(self._memory_table, {}).get("Keys", [])
            if left:
                raise Throttled(self._dependency.name, "unprocessed keys")

        self._dependency.call(attempt, deadline)
        return found


def _may_be_told(review: Review, access: Access) -> bool:
    is_about_documents = not review.asked.outcome.startswith(NOT_TO_BE_ANSWERED)
    return is_about_documents and review.is_open_to(access) and not is_sensitive(review.asked.question)
