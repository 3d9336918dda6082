"""Alarms that every function has whose failures nobody else watches."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns

from stacks.constructs.alarms import alarm
from stacks.constructs.function import CausewayFunction

MINUTE = Duration.minutes(1)


def errors(function: CausewayFunction, topic: sns.ITopic) -> cloudwatch.Alarm:
    """Throttles and errors. Returns the alarm on errors, which also takes a release back."""
    alarm(
        function,
        "Throttles",
        metric=function.function.metric_throttles(period=MINUTE, statistic="Sum"),
        threshold=5,
        unit="calls a minute, 3 minutes in a row",
        periods=3,
        meaning=f"{function.name} is at its reserved concurrency",
        topic=topic,
    )
    return alarm(
        function,
        "Errors",
        metric=function.invoked.metric_errors(period=MINUTE, statistic="Sum"),
        threshold=3,
        unit="calls a minute",
        meaning=f"{function.name} fails without an answer",
        topic=topic,
    )


def questions_uncounted(function: CausewayFunction, topic: sns.ITopic) -> None:
    _for_minutes(function, "QuestionsUncounted", "questions", "cannot count questions, and lets all of them in", topic)


def switches_unread(function: CausewayFunction, topic: sns.ITopic) -> None:
    meaning = "cannot read the switches: what operators switch now has no effect"
    _for_minutes(function, "SwitchesUnread", "failed reads", meaning, topic)


def _for_minutes(function: CausewayFunction, counter: str, what: str, meaning: str, topic: sns.ITopic) -> None:
    """It counts something in each of five minutes. counter: of the function, which names the alarm too."""
    alarm(
        function,
        counter,
        metric=function.counted(counter, MINUTE),
        threshold=1,
        unit=f"{what} a minute, 5 minutes in a row",
        periods=5,
        meaning=f"{function.name} {meaning}",
        topic=topic,
    )
