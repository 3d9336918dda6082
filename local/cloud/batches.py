"""Batches that an event source takes from a queue: as large as it says, and after its window, as on AWS.

ministack takes ten messages at most, and whatever there is at once; and it looks at every message of the queue several times.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from local.cloud import emulator

Message = dict[str, Any]


def install() -> None:
    emulator.part("services.sqs")._receive_messages_for_esm = _received


def _received(queue_url: str, at_once: int) -> list[Message]:
    """The messages of the next call; none while a full batch may still come within the window."""
    sqs = emulator.part("services.sqs")
    with sqs._queues_lock:
        queue = sqs._get_q(queue_url)
        attributes = queue["attributes"]
        if _has_ended(queue["messages"][:1], int(attributes.get("MessageRetentionPeriod", "345600")), time.time()):
            sqs._expire_retained(queue)
        visible, is_dead = next_visible(queue["messages"], at_once, _receives(attributes), time.time())
        if is_dead:
            sqs._dlq_sweep(queue)
        if not is_due(visible, at_once, _window(attributes["QueueArn"]), time.time()):
            return []
        if queue["is_fifo"]:
            found: list[Message] = sqs._collect_msgs(queue, at_once, int(attributes.get("VisibilityTimeout", "30")))
            return found
        return sqs._collect_msgs({**queue, "messages": visible}, at_once, int(attributes.get("VisibilityTimeout", "30")))  # type: ignore[no-any-return]


def next_visible(messages: Sequence[Message], at_once: int, receives: int, now: float) -> tuple[list[Message], bool]:
    """The first messages that can be had, at most `at_once`, and whether some before them belong to the dead letters.

    receives: after so many a message is dead, 0 for never.
    """
    visible, is_dead = [], False
    for message in messages:
        if message.get("visible_at", 0.0) > now:
            continue
        if receives and message.get("receive_count", 0) >= receives:
            is_dead = True
            continue
        visible.append(message)
        if len(visible) == at_once:
            break
    return visible, is_dead


def is_due(visible: Sequence[Message], at_once: int, window: int, now: float) -> bool:
    """Whether there are so many messages, or the one that can be had longest has waited for `window` seconds."""
    return bool(visible) and (len(visible) >= at_once or min(each.get("visible_at", 0.0) for each in visible) + window <= now)


def _has_ended(oldest: Sequence[Message], seconds: int, now: float) -> bool:
    return any(float(each.get("enqueued_at") or each.get("sent_at") or now) <= now - seconds for each in oldest)


def _receives(attributes: dict[str, str]) -> int:
    policy = json.loads(attributes.get("RedrivePolicy") or "{}")
    return int(policy.get("maxReceiveCount", 0))


def _window(queue_arn: str) -> int:
    sources = emulator.part("services.lambda_svc")._iter_all_esms()
    return next((int(each.get("MaximumBatchingWindowInSeconds", 0)) for *_, each in sources if each["EventSourceArn"] == queue_arn), 0)
