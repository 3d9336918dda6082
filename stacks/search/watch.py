"""Alarms of the search domain."""

from dataclasses import dataclass

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns

from stacks.constructs.alarms import AT_MOST, alarm

DISK_LEFT = 0.25


@dataclass(frozen=True)
class Sign:
    """A metric of the domain and from where on it means trouble. Thresholds are AWS's recommendations for the service."""

    id: str
    metric: str
    threshold: float
    unit: str
    meaning: str
    minutes: int = 1
    periods: int = 1
    statistic: str = "Maximum"


SIGNS = (
    Sign("Red", "ClusterStatus.red", 1, "state", "A primary shard has no node: passages are missing"),
    Sign("Yellow", "ClusterStatus.yellow", 1, "state, 5 minutes in a row", "A replica shard has no node", periods=5),
    Sign("WritesBlocked", "ClusterIndexWritesBlocked", 1, "state", "The domain refuses writes"),
    Sign("Memory", "JVMMemoryPressure", 95, "%, 3 minutes in a row", "The heap of a node is nearly full", periods=3),
    Sign("Processor", "CPUUtilization", 80, "%, 45 minutes", "Nodes are busy all the time", minutes=15, periods=3, statistic="Average"),
    Sign("Snapshot", "AutomatedSnapshotFailure", 1, "state", "The hourly snapshot failed"),
    Sign("KeyError", "KMSKeyError", 1, "state", "The domain's key is disabled"),
)


def watch(stack: Stack, *, domain: str, volume_gb: int, topic: sns.ITopic) -> None:
    """One alarm for each sign of trouble. volume_gb: disk of each data node."""
    for sign in SIGNS:
        metric = _metric(stack, domain, sign.metric, sign.statistic, Duration.minutes(sign.minutes))
        alarm(
            stack,
            sign.id,
            metric=metric,
            threshold=sign.threshold,
            unit=sign.unit,
            periods=sign.periods,
            meaning=sign.meaning,
            topic=topic,
        )
    alarm(
        stack,
        "Disk",
        metric=_metric(stack, domain, "FreeStorageSpace", "Minimum", Duration.hours(1)),
        threshold=volume_gb * 1024 * DISK_LEFT,
        unit="MiB",
        comparison=AT_MOST,
        meaning="A node has less than a quarter of its disk left",
        topic=topic,
    )


def _metric(stack: Stack, domain: str, name: str, statistic: str, period: Duration) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/ES",
        metric_name=name,
        statistic=statistic,
        period=period,
        dimensions_map={"DomainName": domain, "ClientId": stack.account},
    )
