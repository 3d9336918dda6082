"""Mail of a topic to a person, with a queue for what SNS could not hand over."""

from collections.abc import Mapping

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs

from stacks.constructs.queues import dead_letter_queue

DEAD_LETTERS = "DeadLetters"


def send_mail(
    topic: sns.Topic, address: str, *, key: kms.IKey, alarms: sns.ITopic, only: Mapping[str, sns.SubscriptionFilter] | None = None
) -> None:
    """Subscribe an address, whose owner has to confirm. key: encrypts what could not be handed over. alarms: hears of it.

    only: the messages that are sent, by their attributes; None for all.
    """
    queue = _dead_letters(topic, key, alarms)
    topic.add_subscription(subscriptions.EmailSubscription(address, dead_letter_queue=queue, filter_policy=dict(only) if only else None))


def _dead_letters(topic: sns.Topic, key: kms.IKey, alarms: sns.ITopic) -> sqs.IQueue:
    """One of each topic, made for its first address."""
    found = topic.node.try_find_child(DEAD_LETTERS)
    if isinstance(found, sqs.Queue):
        return found
    key.add_to_resource_policy(
        iam.PolicyStatement(
            sid=f"UndeliveredOf{topic.node.id}",
            principals=[iam.ServicePrincipal("sns.amazonaws.com")],
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resources=["*"],
            conditions={"StringEquals": {"aws:SourceAccount": Stack.of(topic).account}},
        )
    )
    return dead_letter_queue(topic, DEAD_LETTERS, key=key, topic=alarms)
