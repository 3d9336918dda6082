"""The queue of runs that have to be looked at: a run that nobody works on any more goes on from there."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from causeway.conversations.keys import Owner
from causeway.runtime.dependencies import Dependency

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_DELAY = 900  # seconds, SQS's limit


@dataclass(frozen=True)
class Look:
    """A message: whether this run is still worked on is to be looked at.

    Data class: restricted; run_id: internal.
    """

    owner: Owner
    run_id: str

    @classmethod
    def read(cls, body: str) -> Self:
        """Raises ValueError, TypeError or KeyError for what no message of ours looks like."""
        content = json.loads(body)
        return cls(Owner(**content["owner"]), content["run_id"])

    def written(self) -> str:
        return json.dumps({"owner": vars(self.owner), "run_id": self.run_id})


class RunQueue:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "queue"."""

    def __init__(self, client: "SQSClient", url: str, dependency: Dependency) -> None:
        """client: one that has the patience of `dependency`."""
        self._client, self._url, self._dependency = client, url, dependency

    def send(self, look: Look, delay_seconds: int = 0) -> None:
        """delay_seconds: at most 900. A message that is sent twice does no harm: a run that is worked on is left alone."""
        delay = min(delay_seconds, LONGEST_DELAY)
        group = look.owner.queue_group
        self._dependency.call(
            lambda: self._client.send_message(QueueUrl=self._url, MessageBody=look.written(), MessageGroupId=group, DelaySeconds=delay)
        )
