"""A queue emptied outside Lambda: its messages go to a function's handler as Lambda delivers them, until no more come."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from causeway.runtime.deadlines import Deadline
from causeway.runtime.deliveries import AT_ONCE, HIDDEN_SECONDS
from causeway.runtime.dependencies import Dependency

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

RECEIVING = Dependency("queue", attempt_seconds=25.0, budget_seconds=120.0, connect_seconds=1.0)
EMPTY = 3  # times in a row that none came
CALL_SECONDS = 300.0  # that a call of the handler may last: as long as the function itself

Handler = Callable[[dict[str, Any], Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Source:
    """A queue. arn: by which the handler knows it."""

    arn: str
    url: str


class Invocation:
    """What Lambda would tell the handler of its invocation."""

    function_name = invoked_function_arn = "outside-lambda"
    memory_limit_in_mb = 0

    def __init__(self) -> None:
        self.aws_request_id = str(uuid4())
        self._deadline = Deadline.after(CALL_SECONDS)

    def get_remaining_time_in_millis(self) -> int:
        return int(self._deadline.left() * 1000)


class Drain:
    """client: one that has the patience of `RECEIVING`. idle_seconds: without a message, after which nothing waits any more; at most 60."""

    def __init__(self, client: "SQSClient", source: Source, handler: Handler, idle_seconds: int) -> None:
        self._client, self._source, self._handler, self._wait_seconds = client, source, handler, idle_seconds // EMPTY

    def run(self, deadline: Deadline) -> int:
        """The number of messages that the handler got, those that came again counted again.

        Begins no call that might outlast the deadline. What the handler leaves comes again by itself. Raises what the handler raises,
        and Throttled, DependencyUnavailable or DependencyRejected of the queue.
        """
        taken = empty = 0
        while empty < EMPTY and deadline.left() >= CALL_SECONDS:
            records = self._received()
            if records:
                self._handler({"Records": records}, Invocation())
            taken, empty = taken + len(records), 0 if records else empty + 1
        return taken

    def _received(self) -> list[dict[str, Any]]:
        asked: dict[str, Any] = {
            "QueueUrl": self._source.url,
            "MaxNumberOfMessages": AT_ONCE,
            "WaitTimeSeconds": self._wait_seconds,
            "VisibilityTimeout": HIDDEN_SECONDS,
            "AttributeNames": ["ApproximateReceiveCount"],
            "MessageAttributeNames": ["All"],
        }
        found = RECEIVING.call(lambda: self._client.receive_message(**asked))
        return [self._record(message) for message in found.get("Messages", [])]

    def _record(self, message: Mapping[str, Any]) -> dict[str, Any]:
        attributes = message.get("MessageAttributes", {})
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "messageAttributes": {name: {"stringValue": value["StringValue"]} for name, value in attributes.items()},
            "eventSource": "aws:sqs",
            "eventSourceARN": self._source.arn,
        }


class Outcomes(logging.Handler):
    """Counts what `Told` logs of documents: `read`, `duplicate`, `quarantined empty`, ..., and `failed`. Metrics stay in Lambda."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.counts: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        said, outcome = record.getMessage(), getattr(record, "outcome", "")
        if said in ("taken", "refused") and outcome:
            self.counts[" ".join(filter(None, [outcome, getattr(record, "reason", "") if said == "refused" else ""]))] += 1
        elif said == "failed":
            self.counts["failed"] += 1
