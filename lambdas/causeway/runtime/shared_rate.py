"""A rate that all workers of an environment share, such as a model's quota: each reserves its part in one row of a table.

The row says until when the rate is spoken for. Whoever takes a part moves that on by the time that the part takes, and begins when the
parts before it are over: nobody has to ask again, and nobody is overtaken. A worker that dies wastes its part and nothing else.
"""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import Throttled

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

RATE = Dependency("rate", attempt_seconds=4.0, budget_seconds=8.0, connect_seconds=1.0)
RACES = 10  # that are lost to other workers before the rate counts as busy


def rate_of(model: str) -> Mapping[str, Any]:
    """The key of an embedding model's row in the document registry, which is of no tenant."""
    return {"tenant": {"S": "#rate"}, "document_id": {"S": f"embedding {model}"}}


class SharedRate:
    """client: one that has the patience of `RATE`. key: of the row. a_minute: what all workers may take together."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        key: Mapping[str, Any],
        a_minute: float,
        clock: Callable[[], float] = time.time,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """clock: seconds since the epoch, the same for all workers but for some milliseconds."""
        self._client, self._table, self._key = client, table, key
        self._seconds_each = 60 / a_minute
        self._clock, self._pause = clock, pause

    def take(self, parts: int, patience: float) -> None:
        """Returns when it is the turn of so many parts.

        patience: seconds. Raises Throttled, and takes nothing, when it would take longer; `retry_after` says how much longer. Raises the
        errors of the dependency "rate".
        """
        took = round(parts * self._seconds_each * 1000)
        for _ in range(RACES):
            now = round(self._clock() * 1000)
            latest = now + round(patience * 1000)
            until = self._moved("busy_until > :now AND busy_until <= :latest", "busy_until + :took", took, now, latest)
            if until is None:
                until = self._moved("attribute_not_exists(busy_until) OR busy_until <= :now", ":now + :took", took, now)
            if until is not None:
                self._pause(max(0.0, (until - took) / 1000 - self._clock()))
                return
            if (beyond := self._busy_until() - latest) > 0:
                raise Throttled("rate", f"spoken for {beyond / 1000:.0f} s beyond what may be waited", retry_after=beyond / 1000)
        raise Throttled("rate", "lost every race", retry_after=patience)

    def _moved(self, condition: str, value: str, took: int, now: int, latest: int | None = None) -> int | None:
        """Until when the rate is spoken for now, in milliseconds; None when the condition does not hold."""
        given = {":took": took, ":now": now, ":latest": latest}
        update = {
            "TableName": self._table,
            "Key": self._key,
            "UpdateExpression": f"SET busy_until = {value}",
            "ConditionExpression": condition,
            "ExpressionAttributeValues": {name: {"N": str(each)} for name, each in given.items() if name in f"{condition} {value}"},
            "ReturnValues": "UPDATED_NEW",
        }
        return RATE.call(lambda: self._updated(update))

    def _updated(self, update: Mapping[str, Any]) -> int | None:
        try:
            return int(self._client.update_item(**update)["Attributes"]["busy_until"]["N"])
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return None
            raise

    def _busy_until(self) -> int:
        asked = {"TableName": self._table, "Key": self._key, "ConsistentRead": True}
        found = RATE.call(lambda: self._client.get_item(**asked))  # type: ignore[arg-type]
        return int(found.get("Item", {}).get("busy_until", {}).get("N", 0))
