"""How many questions a user may ask in a minute, counted by all functions together. See docs/decisions/263-questions-a-minute.md."""

import math
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from causeway.conversations.items import number, text
from causeway.conversations.keys import Owner
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError
from causeway.runtime.problems import Problem

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MINUTE = 60  # seconds
KEPT = 2 * MINUTE


class Allowance:
    """One row counts what one user asks in one minute of the clock; DynamoDB deletes it later."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        dependency: Dependency,
        a_minute: Mapping[str, int],
        uncounted: Callable[[DependencyError], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """client: one that has the patience of `dependency`. table: that of sessions.

        a_minute: questions by tier; who is in none of these has the least. uncounted: hears why a question could not be counted.
        clock: seconds since the epoch, the same for all processes but for some milliseconds.
        """
        self._client, self._table, self._dependency = client, table, dependency
        self._a_minute, self._uncounted, self._clock = a_minute, uncounted, clock

    def take(self, owner: Owner, tier: str) -> None:
        """Count one question of the user. Raises a 429 Problem, and counts nothing, when the minute's questions are used up.

        A question that cannot be counted is let in.
        """
        known = tier if tier in self._a_minute else min(self._a_minute, key=lambda each: self._a_minute[each])
        limit, now = self._a_minute[known], self._clock()
        try:
            is_within = self._dependency.call(lambda: self._counted(owner, limit, now))
        except DependencyError as error:
            self._uncounted(error)
            return
        if not is_within:
            left = max(1, math.ceil(MINUTE - now % MINUTE))
            detail = f"You may ask {limit} questions a minute, as {known}; ask again in {left} s."
            raise Problem("too-many-questions", "Too many questions", 429, detail, retry_after=left)

    def _counted(self, owner: Owner, limit: int, now: float) -> bool:
        """Whether the minute had a question left, which is then used."""
        minute = int(now // MINUTE)
        update: Mapping[str, Any] = {
            "TableName": self._table,
            "Key": {"owner": text(owner.asked), "session_id": text(str(minute))},
            "UpdateExpression": "ADD asked :one SET expires_at = :expires",
            "ConditionExpression": "attribute_not_exists(asked) OR asked < :limit",
            "ExpressionAttributeValues": {":one": number(1), ":limit": number(limit), ":expires": number(minute * MINUTE + KEPT)},
        }
        try:
            self._client.update_item(**update)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True
