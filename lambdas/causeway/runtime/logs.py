"""The process's logger and metrics (Powertools): JSON lines on standard output, metrics in CloudWatch's embedded format."""

from hashlib import sha256
from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit, single_metric
from pydantic_core import to_json

from causeway.runtime.breakers import State
from causeway.runtime.errors import DependencyError


def _json(line: dict[str, Any]) -> str:
    return to_json(line, fallback=str, inf_nan_mode="strings").decode()


logger = Logger(utc=True, json_serializer=_json)
metrics = Metrics()


def hashed(identifier: str) -> str:
    """An identifier as logs may show it: the same for the same input, 12 hex digits, not to be read back."""
    return sha256(identifier.encode()).hexdigest()[:12]


def record_failure(error: DependencyError) -> None:
    """One log line and one metric that name the dependency and how it failed."""
    logger.error("dependency failed", extra={"dependency": error.dependency, "kind": error.kind, "reason": error.reason})
    with single_metric(name="DependencyFailed", unit=MetricUnit.Count, value=1) as metric:
        metric.add_dimension(name="dependency", value=error.dependency)
        metric.add_dimension(name="kind", value=error.kind)


def record_unread(error: DependencyError) -> None:
    """As `record_failure`, for switches that could not be read: what was known of them holds. One metric more, for the alarm."""
    record_failure(error)
    metrics.add_metric(name="SwitchesUnread", unit=MetricUnit.Count, value=1)


def record_uncounted(error: DependencyError) -> None:
    """As `record_failure`, for a question that is let in although it could not be counted. One metric more, for the alarm."""
    record_failure(error)
    metrics.add_metric(name="QuestionsUncounted", unit=MetricUnit.Count, value=1)


def record_unusable(secret: str, why: str) -> None:
    """One log line and one metric for a key of somebody else's service that could not be read, or that the service refused."""
    logger.error("secret unusable", extra={"secret": secret, "reason": why})
    metrics.add_metric(name="SecretsUnusable", unit=MetricUnit.Count, value=1)


def record_breaker(dependency: str, state: State) -> None:
    """One log line for each change of a breaker, and one metric when it opens."""
    logger.warning("breaker", extra={"dependency": dependency, "state": state})
    if state == "open":
        with single_metric(name="BreakerOpened", unit=MetricUnit.Count, value=1) as metric:
            metric.add_dimension(name="dependency", value=dependency)


def record_fallback(error: DependencyError) -> None:
    """One log line and one metric for a call that another dependency of the same kind takes over."""
    logger.warning("fallback", extra={"dependency": error.dependency, "kind": error.kind, "reason": error.reason})
    with single_metric(name="Fallbacks", unit=MetricUnit.Count, value=1) as metric:
        metric.add_dimension(name="dependency", value=error.dependency)
        metric.add_dimension(name="kind", value=error.kind)


def record_rebuild(turns: int) -> None:
    """One log line and one metric for a conversation that is brought back from the archive. turns: how many of it."""
    logger.info("rebuild", extra={"turns": turns})
    with single_metric(name="Rebuilds", unit=MetricUnit.Count, value=1):
        pass
