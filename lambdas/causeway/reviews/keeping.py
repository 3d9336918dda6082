"""Writing the record of an answer: all that a function does which answers questions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from causeway.conversations.keys import Owner
from causeway.reviews.items import item_of, unless_overtaken
from causeway.reviews.review import Asked, Review, Why, opened
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Keeping:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "reviews"."""

    def __init__(self, client: "DynamoDBClient", table: str, dependency: Dependency) -> None:
        """client: one that has the patience of `dependency`."""
        self._client, self._table, self._dependency = client, table, dependency

    def keep(
        self, owner: Owner, asked: Asked, why: Sequence[Why], deadline: Deadline | None = None, session_id: str | None = None
    ) -> Review:
        """Record an answer. why: what brings it before a person; without a reason it is kept in case its user appeals.

        session_id: of the conversation that it belongs to, if any.
        What is there under its request id stays: it is this very record, whose writing was not acknowledged.
        """
        review = opened(owner, asked, why)
        item = item_of(owner.tenant, review, owner.conversation(session_id) if session_id else "")
        unless_overtaken(
            self._dependency,
            lambda: self._client.put_item(TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(request_id)"),
            deadline,
        )
        return review
