"""Follow the functions' logs, or show everything about one request.

    python -m local.commands.logs

REQUEST is the request id, which every answer and every error contains.
"""

import json
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.app.aws import client
from local.console import Trouble, command

PREFIX = "/causeway/local/"
SHOWN_FIRST = {"level", "message", "location"}
LEFT_OUT = SHOWN_FIRST | {"timestamp", "service", "cold_start", "function_arn", "function_name", "function_memory_size", "xray_trace_id"}


@dataclass(frozen=True)
class Line:
    """One event of a log group; `time` in milliseconds since 1970."""

    time: int
    group: str
    message: str


def main() -> int:
    request = os.environ.get("REQUEST")
    if request:
        return trail(request)
    seen: set[Line] = set()
    since = int(time.time() * 1000) - 60_000
    while True:
        for line in in_order(read(since)):
            if line not in seen:
                seen.add(line)
                print(shown(line), flush=True)
        time.sleep(1)


def trail(request: str) -> int:
    """Print every line of the functions and of the API's access log that belongs to the request. Raises Trouble when there is none."""
    lines = in_order(related(list(read(0)), request))
    if not lines:
        raise Trouble(f"No log line contains {request}.")
    for line in lines:
        print(shown(line))
    return 0


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Lines by time; those of the same millisecond keep their order. Records of metrics are left out."""
    return sorted((line for line in lines if "_aws" not in fields_of(line.message)), key=lambda line: line.time)


def related(lines: list[Line], request: str) -> list[Line]:
    """Lines that contain the id, and all lines of the function calls that logged it."""
    direct = [line for line in lines if request in line.message]
    calls = {call for line in direct if (call := fields_of(line.message).get("function_request_id"))}
    return [line for line in lines if request in line.message or any(call in line.message for call in calls)]


def read(since: int) -> Iterable[Line]:
    """The log lines of all functions from `since` on, in milliseconds."""
    logs = client("logs")
    for page in logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=PREFIX):
        for group in page["logGroups"]:
            name = group["logGroupName"]
            for events in logs.get_paginator("filter_log_events").paginate(logGroupName=name, startTime=since):
                yield from (Line(event["timestamp"], name.removeprefix(PREFIX), event["message"].rstrip()) for event in events["events"])


def shown(line: Line) -> str:
    """One line for a terminal: time, function and text; a JSON line as its message and its fields."""
    when = datetime.fromtimestamp(line.time / 1000).strftime("%H:%M:%S.%f")[:-3]
    fields = fields_of(line.message)
    if not fields:
        return f"{when} {line.group:20} {line.message}"
    rest = " ".join(f"{name}={_plain(value)}" for name, value in fields.items() if name not in LEFT_OUT)
    return f"{when} {line.group:20} {fields.get('level', '')} {fields.get('message', '')} {rest}"


def fields_of(message: str) -> dict[str, Any]:
    """Of a line that is a JSON object; none of any other."""
    try:
        content = json.loads(message)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


if __name__ == "__main__":
    command(main)
