"""Fills in what EventBridge Scheduler says of an occasion in a target's input, as on AWS; ministack sends the words for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from local.cloud import emulator


def install() -> None:
    bridge = emulator.part("services.eventbridge")
    bridge._invoke_target = _filled(bridge._invoke_target)


def _filled(invoke: Callable[..., Any]) -> Callable[..., Any]:
    def run(target: dict[str, Any], event: dict[str, Any], *arguments: Any, **options: Any) -> Any:
        if event.get("Source") == "aws.scheduler" and target.get("Input"):
            occasion = datetime.fromtimestamp(float(event["Time"]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            words = {"<aws.scheduler.scheduled-time>": occasion, "<aws.scheduler.execution-id>": str(event["EventId"])}
            for name, value in words.items():
                target = {**target, "Input": target["Input"].replace(name, value)}
        return invoke(target, event, *arguments, **options)

    return run
