"""An alarm that reaches people: every alarm of the app is made here."""

import re

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

AT_LEAST = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
AT_MOST = cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD


def alarm(
    scope: Construct,
    id: str,
    *,
    metric: cloudwatch.IMetric,
    threshold: float,
    unit: str,
    meaning: str,
    topic: sns.ITopic,
    periods: int = 1,
    comparison: cloudwatch.ComparisonOperator = AT_LEAST,
) -> cloudwatch.Alarm:
    """Tell `topic` when `metric` stays at or over the threshold, and when it recovers. A metric without data raises no alarm.

    unit: of the threshold, for people: it is in the description they are sent, which ends with the path of the runbook.
    periods: how many of the metric's periods in a row have to breach.
    """
    side = "at most" if comparison == AT_MOST else "at least"
    made = cloudwatch.Alarm(
        scope,
        id,
        metric=metric,
        threshold=threshold,
        evaluation_periods=periods,
        comparison_operator=comparison,
        alarm_description=f"{meaning} ({side} {threshold:,.10g} {unit}). See {runbook(scope, id)}",
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )
    action = actions.SnsAction(topic)
    made.add_alarm_action(action)
    made.add_ok_action(action)
    return made


def runbook(scope: Construct, id: str) -> str:
    """Path of the page that says what to do: named for what is watched (one page for all functions) and for the alarm."""
    watched = scope.node.id.rpartition("-")[2] if Stack.is_stack(scope) else scope.node.id
    if scope.node.try_find_child("Function"):
        watched = "Function"
    return f"docs/operations/{_dashed(watched)}-{_dashed(id)}.md"


def _dashed(name: str) -> str:
    """`WritesBlocked` as `writes-blocked`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()
