"""Events of EventBridge, routed into an encrypted queue by a rule, with alarms for those that do not arrive."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs.alarms import alarm

A_DAY = 86400
MAX_ATTEMPTS = 185
FAILED, LOST = "FailedInvocations", "InvocationsFailedToBeSentToDlq"


def route(
    scope: Construct,
    id: str,
    *,
    name: str,
    description: str,
    pattern: Mapping[str, Any],
    queue: sqs.Queue,
    dead_letters: sqs.Queue,
    bus: str | None = None,
    part: str | None = None,
) -> events.CfnRule:
    """Events that fit `pattern` go to `queue`; those it does not take for a day go to `dead_letters`.

    bus: name, None for that of the account. part: a path such as `$.detail.look`, of what the queue gets in place of the whole event.
    Both queues are encrypted with a key that EventBridge may use: see `let_events_encrypt`.
    """
    rule = events.CfnRule(
        scope,
        id,
        name=name,
        description=description,
        event_bus_name=bus,
        event_pattern=pattern,
        targets=[
            events.CfnRule.TargetProperty(
                id="queue",
                arn=queue.queue_arn,
                input_path=part,
                dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=dead_letters.queue_arn),
                retry_policy=events.CfnRule.RetryPolicyProperty(maximum_event_age_in_seconds=A_DAY, maximum_retry_attempts=MAX_ATTEMPTS),
            )
        ],
    )
    arn = Stack.of(scope).format_arn(service="events", resource="rule", resource_name=f"{bus}/{name}" if bus else name)
    for each in (queue, dead_letters):
        let_send(each, arn)
    return rule


def let_send(queue: sqs.Queue, arn: str) -> None:
    """Let EventBridge send to `queue` for one rule or bus. By hand: CDK's own grant opens an encrypted queue wider than to this one."""
    queue.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal("events.amazonaws.com")],
            actions=["sqs:SendMessage"],
            resources=[queue.queue_arn],
            conditions={"ArnEquals": {"aws:SourceArn": arn}},
        )
    )


def let_events_encrypt(key: kms.Key) -> None:
    """EventBridge encrypts what it puts into queues. AWS documents no condition for that; the queues' policies name the rule."""
    key.add_to_resource_policy(
        iam.PolicyStatement(
            sid="EventsIntoTheQueues",
            principals=[iam.ServicePrincipal("events.amazonaws.com")],
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resources=["*"],
        )
    )


def watch_route(scope: Construct, *, rule: str, what: str, topic: sns.ITopic, bus: str | None = None) -> None:
    """Alarm at the first event that a rule could not put into its queue, or into the dead letters either.

    rule: its name. what: such as "an upload's event", for people.
    """
    _alarm(scope, "EventsFailed", _metric(FAILED, rule, bus), f"EventBridge could not put {what} into the queue", topic)
    _alarm(scope, "EventsLost", _metric(LOST, rule, bus), f"EventBridge could not put {what} into the dead letters either", topic)


def _alarm(scope: Construct, id: str, metric: cloudwatch.Metric, meaning: str, topic: sns.ITopic) -> None:
    alarm(scope, id, metric=metric, threshold=1, unit="events in 5 minutes", meaning=meaning, topic=topic)


def _metric(name: str, rule: str, bus: str | None) -> cloudwatch.Metric:
    """Rules of a bus of its own have its name as a dimension beside theirs."""
    return cloudwatch.Metric(
        namespace="AWS/Events",
        metric_name=name,
        statistic="Sum",
        period=Duration.minutes(5),
        dimensions_map={"RuleName": rule, **({"EventBusName": bus} if bus else {})},
    )
