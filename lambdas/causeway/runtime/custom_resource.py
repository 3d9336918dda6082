"""The CloudFormation custom resource protocol: one answer to the response URL, whatever happens."""

import json
import logging
import threading
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

logger = logging.getLogger(__name__)
ANSWER_BEFORE_TIMEOUT_SECONDS = 8.0
ANSWER_ATTEMPTS = 4
REASON_LIMIT = 1000


class Context(Protocol):
    """What is used of the Lambda context."""

    log_stream_name: str

    def get_remaining_time_in_millis(self) -> int: ...


@dataclass(frozen=True)
class Outcome:
    """physical_id: what names the resource; a changed one makes CloudFormation delete the old. attributes: for Fn::GetAtt."""

    physical_id: str
    attributes: Mapping[str, str] = field(default_factory=dict)


class _Answer:
    """Sends the first answer it is given and drops the rest: the work and the timer race for it."""

    def __init__(self, event: Mapping[str, Any], context: Context) -> None:
        self._event, self._context = event, context
        self._lock, self._sent = threading.Lock(), False

    def success(self, outcome: Outcome) -> None:
        self._send({"Status": "SUCCESS", "PhysicalResourceId": outcome.physical_id, "Data": dict(outcome.attributes)})

    def failure(self, reason: str) -> None:
        physical_id = self._event.get("PhysicalResourceId") or f"{self._event['LogicalResourceId']}-failed"
        detail = f"{reason[:REASON_LIMIT]} (log stream {self._context.log_stream_name})"
        self._send({"Status": "FAILED", "PhysicalResourceId": physical_id, "Reason": detail})

    def _send(self, answer: dict[str, Any]) -> None:
        with self._lock:
            if self._sent:
                return
            self._sent = True
            copied = {name: self._event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
            _put(self._event["ResponseURL"], json.dumps({**answer, **copied}).encode())


def _put(url: str, body: bytes) -> None:
    for attempt in range(1, ANSWER_ATTEMPTS + 1):
        # The URL is CloudFormation's own and presigned: an added content type would break its signature.
        request = urllib.request.Request(url, data=body, method="PUT", headers={"Content-Type": ""})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=10):  # noqa: S310
                return
        except OSError:
            logger.exception("the response URL refused attempt %d of %d", attempt, ANSWER_ATTEMPTS)
            if attempt == ANSWER_ATTEMPTS:
                raise


def answer(event: Mapping[str, Any], context: Context, work: Callable[[], Outcome]) -> None:
    """Run `work` and tell CloudFormation how it went: success, the exception's sentence, or that time ran out.

    Raises OSError when the response URL cannot be reached, so that Lambda calls again.
    """
    reply = _Answer(event, context)
    seconds = context.get_remaining_time_in_millis() / 1000 - ANSWER_BEFORE_TIMEOUT_SECONDS
    alarm = threading.Timer(max(seconds, 0.1), reply.failure, ["the function ran out of time"])
    alarm.daemon = True
    alarm.start()
    try:
        outcome = work()
    except Exception as error:
        logger.exception("%s of %s failed", event.get("RequestType"), event.get("LogicalResourceId"))
        reply.failure(_sentence(error))
    else:
        reply.success(outcome)
    finally:
        alarm.cancel()


def _sentence(error: Exception) -> str:
    cause = f" ({error.__cause__})" if error.__cause__ else ""
    return f"{type(error).__name__}: {error}{cause}"
