"""Queues for what could not be handled, watched by an alarm."""

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.alarms import alarm
from stacks.constructs.nag import acknowledge


def dead_letter_queue(scope: Construct, id: str, *, key: kms.IKey, topic: sns.ITopic) -> sqs.Queue:
    """A queue that keeps dead letters for 14 days, encrypted with `key`, with an alarm from the first message on."""
    queue = sqs.Queue(scope, id, encryption_master_key=key)
    acknowledge(
        queue,
        ["Serverless-SQSRedrivePolicy"],
        reasons.DEAD_LETTERS,
        "Its alarm watches the age of the first message.",
    )
    watch_age(queue, topic=topic, seconds=1)
    return queue


def watch_age(queue: sqs.Queue, *, topic: sns.ITopic, seconds: int) -> None:
    """Alarm when the oldest message of `queue` has waited for `seconds`."""
    alarm(
        queue,
        "Age",
        metric=queue.metric_approximate_age_of_oldest_message(period=Duration.minutes(1), statistic="Maximum"),
        threshold=seconds,
        unit="seconds",
        meaning=f"The oldest message of {queue.node.path} has waited too long",
        topic=topic,
    )
