"""An alarm that reaches people: every alarm of the app is made here."""

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

AT_LEAST = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
AT_MOST = cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD


def alarm(
    scope: Construct,
    id: str,
    metric: cloudwatch.IMetric,
    threshold: float,
    topic: sns.ITopic,
    description: str,
    periods: int = 1,
    comparison: cloudwatch.ComparisonOperator = AT_LEAST,
) -> cloudwatch.Alarm:
    """Tell `topic` when `metric` stays at or over the threshold, and when it recovers. Silence of the metric is no alarm.

    periods: how many of the metric's periods in a row have to breach.
    """
    made = cloudwatch.Alarm(
        scope,
        id,
        metric=metric,
        threshold=threshold,
        evaluation_periods=periods,
        comparison_operator=comparison,
        alarm_description=description,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )
    action = actions.SnsAction(topic)
    made.add_alarm_action(action)
    made.add_ok_action(action)
    return made
