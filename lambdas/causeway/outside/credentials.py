"""Requests with the key of a service: read where it is kept, sent in one header, and taken out of whatever comes back.

Beyond this room nobody has the value: no model, log, record or error.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from causeway.agents.outside import Found
from causeway.agents.secret import Secret
from causeway.agents.tool import Refused
from causeway.outside.exchange import Reply, Request, Sends
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyError
from causeway.runtime.logs import logger

REFUSED = (401, 403)
HIDDEN = "[secret]"


class Kept(Protocol):
    """As `causeway.runtime.secrets.Secrets`."""

    def value(self, name: str, deadline: Deadline) -> str: ...

    def renewed(self, name: str, deadline: Deadline) -> str: ...


class NoSecrets:
    """Where none may be read."""

    def value(self, name: str, deadline: Deadline) -> str:
        raise Refused("No key of this service can be read here. Nothing was asked.")

    renewed = value


class Credentials:
    """As an `Exchange`, for one errand. told: hears the name of a key that could not be read, or that its service refused."""

    def __init__(self, exchange: Sends, secret: Secret, kept: Kept, told: Callable[[str, str], None]) -> None:
        self._exchange, self._secret, self._kept, self._told = exchange, secret, kept, told
        self._used: set[str] = set()

    def send(self, request: Request, deadline: Deadline) -> Reply:
        """As `Exchange.send`. A key that the service refuses is read anew; another one is sent once more, since nothing was done."""
        value = self._read(self._kept.value, request, deadline)
        reply = self._sent(request, value, deadline)
        if reply.status not in REFUSED:
            return reply
        newer = self._read(self._kept.renewed, request, deadline)
        if newer != value:
            reply = self._sent(request, newer, deadline)
        if reply.status == 401:
            self._told(self._secret.name, f"{request.place.host} refused it")
        return reply

    def hide(self, found: Found) -> Found:
        """The same without any value that was sent, in however nested a result."""
        return Found.model_validate(_walked(found.model_dump(), self._hidden))

    def _read(self, read: Callable[[str, Deadline], str], request: Request, deadline: Deadline) -> str:
        try:
            value = read(self._secret.name, deadline)
        except DependencyError as failure:
            self._told(self._secret.name, failure.reason)
            raise Refused(f"The key of {request.place.host} is not set, or cannot be read. Nothing was asked.") from None
        self._used.add(value)
        return value

    def _sent(self, request: Request, value: str, deadline: Deadline) -> Reply:
        others = {name: each for name, each in request.headers.items() if name.lower() != self._secret.header.lower()}
        sent = replace(request, headers={**others, self._secret.header: self._secret.sent(value)})
        reply = self._exchange.send(sent, deadline)
        headers = {name: self._hidden(each) for name, each in reply.headers.items()}
        body = self._hidden(reply.body.decode("latin-1")).encode("latin-1")
        if body != reply.body or headers != reply.headers:
            logger.warning("a service sent our key back", extra={"secret": self._secret.name, "host": request.place.host})
        return Reply(reply.status, headers, body)

    def _hidden(self, text: str) -> str:
        for value in self._used:
            text = _spelled(value).sub(HIDDEN, text)
        return text


def _spelled(value: str) -> re.Pattern[str]:
    """The value as services repeat what they were sent: as it is, in JSON, in a URL, in UTF-16, in base64."""
    plain = r"\x00?".join(rf"(?:\\?{re.escape(each)}|\\u00{ord(each):02x}|%{ord(each):02x})" for each in value)
    return re.compile(f"{plain}|{re.escape(b64encode(value.encode()).decode().rstrip('='))}=*", re.IGNORECASE)


def _walked(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {_walked(name, change): _walked(each, change) for name, each in value.items()}
    return [_walked(each, change) for each in value] if isinstance(value, list) else value
