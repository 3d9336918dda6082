"""Batches that an event source takes from a queue: as large as it says, and after its window, as on AWS.

ministack takes ten messages at most, and whatever there is at once.
"""

from __future__ import annotations

import time
from typing import Any

from local.cloud import emulator


def install() -> None:
    emulator.part("services.sqs")._receive_messages_for_esm = _received


def _received(queue_url: str, at_once: int) -> list[dict[str, Any]]:
    """The messages of the next call; none while a full batch may still come within the window."""
    sqs = emulator.part("services.sqs")
    with sqs._queues_lock:
        queue = sqs._get_q(queue_url)
        sqs._expire_retained(queue)
        sqs._dlq_sweep(queue)
        if not is_due(queue["messages"], at_once, _window(queue["attributes"]["QueueArn"]), time.time()):
            return []
        found: list[dict[str, Any]] = sqs._collect_msgs(queue, at_once, int(queue["attributes"].get("VisibilityTimeout", "30")))
        return found


def is_due(messages: list[dict[str, Any]], at_once: int, window: int, now: float) -> bool:
    """Whether so many messages can be had, or the one that can longest has waited for `window` seconds."""
    visible = [since for message in messages if (since := message.get("visible_at", 0.0)) <= now]
    return bool(visible) and (len(visible) >= at_once or min(visible) + window <= now)


def _window(queue_arn: str) -> int:
    sources = emulator.part("services.lambda_svc")._iter_all_esms()
    return next((int(each.get("MaximumBatchingWindowInSeconds", 0)) for *_, each in sources if each["EventSourceArn"] == queue_arn), 0)
