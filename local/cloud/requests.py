"""Counts the requests to each operation of this cloud, for whoever asks what a piece of work costs."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

PATH = "/_causeway/requests"
_SCOPE = re.compile(r"(?:Credential=|X-Amz-Credential=)[^/%]+(?:/|%2F)\d{8}(?:/|%2F)[^/%]+(?:/|%2F)([^/%]+)")
_VERSIONED = re.compile(r"_\d{8}$")


class Requests:
    """How often each operation was asked for since the start, by service and operation: "DynamoDB PutItem", "s3 GET"."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def note(self, scope: Any) -> None:
        self._counts[operation(scope.get("method", ""), scope.get("headers", ()), scope.get("query_string", b""))] += 1

    async def answer(self, send: Any) -> None:
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(self._counts).encode()})


def operation(method: str, headers: Iterable[tuple[bytes, bytes]], query: bytes) -> str:
    """By the target that JSON protocols name, and else by the service that a request is signed for and its method."""
    known = {name.lower(): value.decode("latin-1") for name, value in headers if name.lower() in (b"x-amz-target", b"authorization")}
    service, _, name = known.get(b"x-amz-target", "").rpartition(".")
    if name:
        return f"{_VERSIONED.sub('', service)} {name}"
    signed = _SCOPE.search(known.get(b"authorization", "") or query.decode("latin-1"))
    return f"{signed[1] if signed else 'unsigned'} {method}"
