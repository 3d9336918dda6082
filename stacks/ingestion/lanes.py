"""The two lanes of ingestion, each with a queue of files to be read and one of documents to be indexed."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs.queues import watch_age
from stacks.constructs.shared import Shared
from stacks.ingestion.uploads import LaneName

LONGEST_WAIT_SECONDS: Mapping[LaneName, int] = {"uploads": 15 * 60, "bulk": 24 * 3600}


@dataclass(frozen=True)
class Batch:
    """How many messages one call gets, and how many seconds it may wait until there are so many."""

    at_once: int
    window: int


@dataclass(frozen=True)
class Lane:
    """A busy service or a worker's death keeps a message here; the dead letters get what no call could handle at all."""

    name: LaneName
    inside: Construct
    to_read: sqs.Queue
    to_index: sqs.Queue
    read: Batch
    index: Batch

    @property
    def by_step(self) -> Mapping[str, sqs.Queue]:
        return {"read": self.to_read, "index": self.to_index}


READ: Mapping[LaneName, Batch] = {"uploads": Batch(5, 0), "bulk": Batch(25, 2)}
INDEX: Mapping[LaneName, Batch] = {"uploads": Batch(10, 0), "bulk": Batch(100, 5)}


def made_lane(
    scope: Construct, name: LaneName, *, shared: Shared, key: kms.IKey, dead_letters: sqs.Queue, seconds: int, receives: int
) -> Lane:
    """seconds: how long a call may take. receives: deliveries before a message goes to the dead letters."""
    inside = Construct(scope, name.capitalize())

    def queue(id: str) -> sqs.Queue:
        made = sqs.Queue(
            inside,
            id,
            encryption_master_key=key,
            visibility_timeout=Duration.seconds(seconds),
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=receives),
        )
        watch_age(made, topic=shared.alarm_topic, seconds=LONGEST_WAIT_SECONDS[name])
        return made

    return Lane(name, inside, queue("ToRead"), queue("ToIndex"), READ[name], INDEX[name])
