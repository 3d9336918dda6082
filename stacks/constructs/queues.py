"""Queues for what could not be handled, watched by an alarm."""

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs.alarms import alarm
from stacks.constructs.nag import acknowledge


def dead_letter_queue(scope: Construct, id: str, *, key: kms.IKey, topic: sns.ITopic) -> sqs.Queue:
    """A queue that keeps dead letters for 14 days, encrypted with `key`, and tells people from the first one on."""
    queue = sqs.Queue(scope, id, encryption_master_key=key)
    acknowledge(
        queue, ["Serverless-SQSRedrivePolicy"], "It is the end of the line: an alarm calls people to the first message, who redrive it."
    )
    watch_age(queue, topic, Duration.seconds(0))
    return queue


def watch_age(queue: sqs.Queue, topic: sns.ITopic, longest: Duration) -> None:
    """Alarm when the oldest message of `queue` has waited for longer than `longest`."""
    alarm(
        queue,
        "Age",
        queue.metric_approximate_age_of_oldest_message(period=Duration.minutes(1), statistic="Maximum"),
        longest.to_seconds() + 1,
        topic,
        f"The oldest message of {queue.node.path} waits for more than {int(longest.to_seconds())} s",
    )
