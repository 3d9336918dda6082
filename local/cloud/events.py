"""Adds the object's version to S3's events on EventBridge, as on AWS; ministack leaves it out."""

from __future__ import annotations

import contextvars
import json
from collections.abc import Callable
from typing import Any

from local.cloud import emulator

_version: contextvars.ContextVar[str | None] = contextvars.ContextVar("version", default=None)


def install() -> None:
    """Pass the version from S3's event to EventBridge; both run in one thread."""
    s3, bridge = emulator.part("services.s3"), emulator.part("services.eventbridge")
    s3._fire_s3_event = _remembering_version(s3._fire_s3_event)
    bridge._dispatch_event = _with_version(bridge._dispatch_event)


def _remembering_version(fire: Callable[..., None]) -> Callable[..., None]:
    def run(*arguments: Any, version_id: str | None = None, **options: Any) -> None:
        token = _version.set(version_id)
        try:
            fire(*arguments, version_id=version_id, **options)
        finally:
            _version.reset(token)

    return run


def _with_version(dispatch: Callable[..., Any]) -> Callable[..., Any]:
    def run(event: dict[str, Any], *arguments: Any, **options: Any) -> Any:
        version = _version.get()
        if version and event["Source"] == "aws.s3":
            detail = json.loads(event["Detail"])
            detail["object"]["version-id"] = version
            event = {**event, "Detail": json.dumps(detail)}
        return dispatch(event, *arguments, **options)

    return run
