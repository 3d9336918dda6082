"""Alarms on the API and on the functions behind it."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.assistant.api import SecuredApi
from stacks.constructs.alarms import alarm
from stacks.constructs.function import CausewayFunction
from stacks.constructs.function_alarms import MINUTE

SLOW_ANSWER = Duration.seconds(10)


def the_api(api: SecuredApi, scope: Construct, topic: sns.ITopic) -> cloudwatch.Alarm:
    """Server errors and latency. scope: of the alarms. Returns the alarm on server errors."""
    alarm(
        scope,
        "Latency",
        metric=api.metric_latency(period=Duration.minutes(5), statistic="p95"),
        threshold=SLOW_ANSWER.to_milliseconds(),
        unit="milliseconds, 15 minutes",
        periods=3,
        meaning="One answer in twenty is slow",
        topic=topic,
    )
    return alarm(
        scope,
        "ServerErrors",
        metric=api.metric_server_error(period=MINUTE, statistic="Sum"),
        threshold=5,
        unit="requests a minute, 3 minutes in a row",
        periods=3,
        meaning="The API answers with 5xx",
        topic=topic,
    )


def degraded_answers(function: CausewayFunction, topic: sns.ITopic) -> None:
    alarm(
        function,
        "Degraded",
        metric=function.counted("DegradedAnswers", MINUTE),
        threshold=5,
        unit="answers a minute, 3 minutes in a row",
        periods=3,
        meaning=f"{function.name} answers without a service that it should have",
        topic=topic,
    )
