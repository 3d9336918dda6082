"""A function that a rule of EventBridge starts by a schedule."""

import json
from collections.abc import Mapping

from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.constructs.shared import Shared


def run_every(
    minutes: int,
    function: CausewayFunction,
    scope: Construct,
    *,
    shared: Shared,
    key: kms.Key,
    why: str,
    event: Mapping[str, str] | None = None,
) -> None:
    """A start that fails three times, or comes too late for the next one, is a dead letter of the function.

    key: of its dead letters. event: what the function gets; None for EventBridge's own.
    """
    rule = _rule(minutes, function, scope, shared, why, event)
    lambda_.CfnPermission(
        scope,
        "BySchedule",
        action="lambda:InvokeFunction",
        function_name=function.invoked.function_arn,
        principal="events.amazonaws.com",
        source_arn=rule.attr_arn,
    )
    _let_report_failures(function, rule, key)


def _rule(
    minutes: int, function: CausewayFunction, scope: Construct, shared: Shared, why: str, event: Mapping[str, str] | None
) -> events.CfnRule:
    dead_letters = events.CfnRule.DeadLetterConfigProperty(arn=function.dead_letters.queue_arn)
    retry = events.CfnRule.RetryPolicyProperty(maximum_event_age_in_seconds=minutes * 60, maximum_retry_attempts=2)
    target = events.CfnRule.TargetProperty(
        id="function",
        arn=function.invoked.function_arn,
        dead_letter_config=dead_letters,
        retry_policy=retry,
        input=json.dumps(event) if event else None,
    )
    return events.CfnRule(
        scope,
        "Schedule",
        name=f"causeway-{shared.environment.name}-{function.name}",
        description=why,
        schedule_expression=f"rate({minutes} minutes)",
        targets=[target],
    )


def _let_report_failures(function: CausewayFunction, rule: events.CfnRule, key: kms.Key) -> None:
    """EventBridge encrypts its dead letters. AWS documents no condition for that; the queue's policy names the rule."""
    queue, by_events = function.dead_letters, [iam.ServicePrincipal("events.amazonaws.com")]
    from_rule = {"ArnEquals": {"aws:SourceArn": rule.attr_arn}}
    queue.add_to_resource_policy(
        iam.PolicyStatement(principals=by_events, actions=["sqs:SendMessage"], resources=[queue.queue_arn], conditions=from_rule)
    )
    actions = ["kms:Decrypt", "kms:GenerateDataKey"]
    key.add_to_resource_policy(iam.PolicyStatement(sid="EventsIntoTheQueues", principals=by_events, actions=actions, resources=["*"]))
