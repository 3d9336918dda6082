"""Batches wait in two queues, one for each priority, and are answered by a function with places of its own."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.assistant.settings import Assistant
from stacks.constructs.alarms import alarm
from stacks.constructs.deliveries import deliver
from stacks.constructs.function import CausewayFunction
from stacks.constructs.queues import dead_letter_queue, watch_age
from stacks.constructs.shared import Shared

BATCH_SECONDS = 40  # a whole answer, and time to keep it
MAX_DELIVERIES = 5  # of a message that cannot be handled; a question that is to be tried again is a new message
LONGEST_WAIT_SECONDS = 3 * 3600


class Batches(Construct):
    """Both queues with their dead letters.

    A priority has its own share of the places: the high one has more of them, and neither can take the other's.
    """

    def __init__(self, scope: Construct, id: str, *, shared: Shared, key: kms.IKey) -> None:
        super().__init__(scope, id)
        self.shared, self.key = shared, key
        self.dead_letters = dead_letter_queue(self, "DeadLetters", key=key, topic=shared.alarm_topic)
        self.high, self.normal = self._queue("High"), self._queue("Normal")

    def variables(self) -> Mapping[str, str]:
        return {"HIGH_QUEUE": self.high.queue_url, "NORMAL_QUEUE": self.normal.queue_url}

    def allow_send(self, function: CausewayFunction) -> None:
        function.allow(["sqs:SendMessage"], [self.high.queue_arn, self.normal.queue_arn])

    def answer_by(self, worker: CausewayFunction, size: Assistant) -> None:
        """One question at a time: an attempt that dies takes no other with it."""
        for queue, places in ((self.high, size.batch_high_concurrency), (self.normal, size.batch_normal_concurrency)):
            deliver(queue, "Deliveries", queue=queue, function=worker, at_once=1, concurrency=places)
        self._watch_failures(worker)

    def _queue(self, priority: str) -> sqs.Queue:
        queue = sqs.Queue(
            Construct(self, priority),
            "BatchQueue",
            encryption_master_key=self.key,
            visibility_timeout=Duration.seconds(6 * BATCH_SECONDS),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=MAX_DELIVERIES),
        )
        watch_age(queue, topic=self.shared.alarm_topic, seconds=LONGEST_WAIT_SECONDS)
        return queue

    def _watch_failures(self, worker: CausewayFunction) -> None:
        alarm(
            self,
            "Failed",
            metric=worker.counted("BatchQuestionsFailed", Duration.minutes(5)),
            threshold=1,
            unit="questions in 5 minutes",
            meaning="Questions of batches failed: their deadline passed, or every attempt ended by a fault of ours",
            topic=self.shared.alarm_topic,
        )
