"""The two queues of questions that wait, one for each priority."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Self

from causeway.batches.batch import Batch, Priority
from causeway.conversations.keys import Owner
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

AT_ONCE = 10  # messages in one request, SQS's limit


@dataclass(frozen=True)
class Message:
    """One question to be answered. tries: how often it has been put back.

    batch_id, number: of the question. priority: of its batch.
    Data class: restricted; batch_id, number, priority, tries: internal.
    """

    owner: Owner
    batch_id: str
    number: int
    priority: Priority
    tries: int = 0

    @classmethod
    def of(cls, batch: Batch, number: int) -> Self:
        return cls(batch.owner, batch.id, number, batch.priority)

    @classmethod
    def read(cls, body: str) -> Self:
        """Raises ValueError, TypeError or KeyError for what no message of ours looks like."""
        content = json.loads(body)
        return cls(**{**content, "owner": Owner(**content["owner"])})

    def written(self) -> str:
        return json.dumps({**vars(self), "owner": vars(self.owner)})

    def next_try(self) -> Self:
        return replace(self, tries=self.tries + 1)


class Queues:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "queue"."""

    def __init__(self, client: "SQSClient", urls: Mapping[Priority, str], dependency: Dependency) -> None:
        """client: one that has the patience of `dependency`."""
        self._client, self._urls, self._dependency = client, urls, dependency

    def send(self, messages: Iterable[Message], delay_seconds: int = 0) -> None:
        """Put messages of one priority into its queue. What was sent before an error stays there: whoever reads it meets it twice."""
        waiting = iter(messages)
        while several := list(islice(waiting, AT_ONCE)):
            self._send(several, delay_seconds)

    def _send(self, messages: Sequence[Message], delay_seconds: int) -> None:
        entries: list[Any] = [
            {"Id": str(index), "MessageBody": each.written(), "MessageGroupId": each.owner.queue_group, "DelaySeconds": delay_seconds}
            for index, each in enumerate(messages)
        ]

        def attempt() -> None:
            nonlocal entries
            answer = self._client.send_message_batch(QueueUrl=self._urls[messages[0].priority], Entries=entries)
            failed = {each["Id"] for each in answer.get("Failed", [])}
            entries = [entry for entry in entries if entry["Id"] in failed]
            if entries:
                raise DependencyUnavailable(self._dependency.name, "messages were not taken")

        self._dependency.call(attempt)
