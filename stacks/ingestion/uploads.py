"""How ingestion hears of uploads and deletions."""

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

A_DAY = 86400
MAX_ATTEMPTS = 185


def route_uploads(scope: Construct, environment: str, bucket: s3.IBucket, queue: sqs.Queue, dead_letters: sqs.Queue) -> events.CfnRule:
    """Events of objects made or deleted in `bucket` go to `queue`; those it does not take for a day go to `dead_letters`."""
    name = f"causeway-{environment}-uploads"
    rule = events.CfnRule(
        scope,
        "Uploads",
        name=name,
        description="Objects put into or deleted from the incoming bucket",
        event_pattern={
            "source": ["aws.s3"],
            "detail-type": ["Object Created", "Object Deleted"],
            "detail": {"bucket": {"name": [bucket.bucket_name]}},
        },
        targets=[
            events.CfnRule.TargetProperty(
                id="queue",
                arn=queue.queue_arn,
                dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=dead_letters.queue_arn),
                retry_policy=events.CfnRule.RetryPolicyProperty(maximum_event_age_in_seconds=A_DAY, maximum_retry_attempts=MAX_ATTEMPTS),
            )
        ],
    )
    for each in (queue, dead_letters):
        _let_send(each, name)
    return rule


def _let_send(queue: sqs.Queue, rule: str) -> None:
    """Written by hand: CDK's own grant opens an encrypted queue wider than to this one rule."""
    arn = Stack.of(queue).format_arn(service="events", resource="rule", resource_name=rule)
    queue.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal("events.amazonaws.com")],
            actions=["sqs:SendMessage"],
            resources=[queue.queue_arn],
            conditions={"ArnEquals": {"aws:SourceArn": arn}},
        )
    )
