"""Queues for what could not be handled, watched by an alarm."""

from typing import cast

from aws_cdk import Duration, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.alarms import alarm
from stacks.constructs.nag import acknowledge

OF_FUNCTIONS = "FunctionDeadLetters"


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


def dead_letters_of_functions(scope: Construct, *, key: kms.IKey, topic: sns.ITopic) -> sqs.Queue:
    """The one queue of a stack for calls that its functions did not survive, made for the first of them. Its key is the first one's."""
    stack = Stack.of(scope)
    found = stack.node.try_find_child(OF_FUNCTIONS)
    return cast(sqs.Queue, found) if found else dead_letter_queue(stack, OF_FUNCTIONS, key=key, topic=topic)


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
