"""CloudWatch metrics from the functions' output: the embedded metric format becomes data points, as in CloudWatch Logs."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterator
from typing import Any, NamedTuple

from local.cloud import emulator


class Log(str):
    """A function's output, of which only a line feed ends a line, as in CloudWatch Logs: JSON may hold the others that Python cuts at."""

    __slots__ = ()

    def splitlines(self, keepends: bool = False) -> list[str]:
        """The lines, without an empty one after the last line feed."""
        lines = [f"{line}\n" for line in self.split("\n")]
        lines[-1] = lines[-1][:-1]
        return [line if keepends else line.removesuffix("\n") for line in lines if line]


class Point(NamedTuple):
    """One value of one metric under one set of dimensions."""

    namespace: str
    name: str
    value: float
    unit: str
    dimensions: dict[str, str]


def points(log: str) -> Iterator[Point]:
    """The data points in a function's log; lines without embedded metrics are ignored."""
    for line in Log(log).splitlines():
        if '"CloudWatchMetrics"' in line and line.lstrip().startswith("{"):
            yield from _points_of(line)


def _points_of(line: str) -> Iterator[Point]:
    try:
        document = json.loads(line)
        directives = document["_aws"]["CloudWatchMetrics"]
    except (ValueError, KeyError, TypeError):
        return
    for directive in directives:
        for names in directive.get("Dimensions") or [[]]:
            dimensions = {name: str(document[name]) for name in names if name in document}
            for metric in directive["Metrics"]:
                for value in _values(document.get(metric["Name"])):
                    yield Point(directive["Namespace"], metric["Name"], float(value), metric.get("Unit", "None"), dimensions)


def _values(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def install() -> None:
    """Read every function log on its way to CloudWatch Logs, and cut it into lines as Lambda does."""
    functions = emulator.part("services.lambda_svc")
    logs = emulator.part("services.cloudwatch_logs")
    kept = _into_groups_that_stand(functions._emit_lambda_logs, lambda: logs._log_groups)
    functions._emit_lambda_logs = _with_metrics(kept, emulator.part("services.cloudwatch").record_metric)


def _with_metrics(emit: Callable[..., None], record: Callable[..., None]) -> Callable[..., None]:
    def run(function: Any, request_id: str, log: str, *arguments: Any, **options: Any) -> None:
        for point in points(log or ""):
            record(*point)
        emit(function, request_id, Log(log or ""), *arguments, **options)

    return run


def _into_groups_that_stand(emit: Callable[..., None], groups: Callable[[], Container[str]]) -> Callable[..., None]:
    """Drop the log of a call that outlives its log group: no role of the app may make one. ministack would make it anew."""

    def run(function: dict[str, Any], *arguments: Any, **options: Any) -> None:
        settings = (function.get("config") or function).get("LoggingConfig") or {}
        if settings.get("LogGroup") is None or settings["LogGroup"] in groups():
            emit(function, *arguments, **options)

    return run
