"""Days on which more is spent than the days before let one expect: by mail, once a day."""

import json

from aws_cdk import Stack
from aws_cdk import aws_ce as ce

from stacks.environment import Environment


def watch_costs(stack: Stack, environment: Environment, usd: int) -> ce.CfnAnomalyMonitor:
    """Over what carries the tag `application`, for those whom alarms reach. usd: from how much a day on it is told.

    An account may have one monitor of all its services, and new accounts begin with it; one by tag is ours.
    """
    tagged = {"Tags": {"Key": "application", "MatchOptions": ["EQUALS"], "Values": ["causeway"]}}
    monitor = ce.CfnAnomalyMonitor(
        stack, "Costs", monitor_name=stack.stack_name, monitor_type="CUSTOM", monitor_specification=json.dumps(tagged)
    )
    people = environment.foundation.people_to_alarm
    if people:
        least = {"Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE", "MatchOptions": ["GREATER_THAN_OR_EQUAL"], "Values": [str(usd)]}
        ce.CfnAnomalySubscription(
            stack,
            "CostsToPeople",
            subscription_name=stack.stack_name,
            frequency="DAILY",
            monitor_arn_list=[monitor.attr_monitor_arn],
            subscribers=[ce.CfnAnomalySubscription.SubscriberProperty(type="EMAIL", address=person) for person in people],
            threshold_expression=json.dumps({"Dimensions": least}),
        )
    return monitor
