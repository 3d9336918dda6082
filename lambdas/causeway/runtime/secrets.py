"""Secrets of Secrets Manager, kept in memory for some minutes: whoever sets a new value needs no new process.

See docs/decisions/278-keys-of-other-peoples-services.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from causeway.runtime.breakers import Instant
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError, DependencyRejected
from causeway.runtime.logs import record_failure

SECRETS = Dependency("secrets", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5, attempts=2, base_seconds=0.1)
KEPT_SECONDS = 300.0
RENEWED_SECONDS = 30.0  # at least between two reads of a value that its service refuses
SHORTEST, LONGEST = 8, 4096


@dataclass(frozen=True)
class _Known:
    """value: not shown when this is printed."""

    value: str = field(repr=False)
    read: Instant


class Secrets:
    """Reads the secrets whose names begin with `prefix`.

    While Secrets Manager cannot be asked, a value that was read stays. One that it refuses to give is forgotten: somebody took it away.
    """

    def __init__(
        self, secretsmanager: Any, prefix: str, told: Callable[[DependencyError], None], now: Callable[[], Instant] = Instant.now
    ) -> None:
        """secretsmanager: a client that has the patience of `SECRETS`. told: hears each failure."""
        self._client, self._prefix, self._told, self._now = secretsmanager, prefix, told, now
        self._known: dict[str, _Known] = {}

    def value(self, name: str, deadline: Deadline) -> str:
        """At most `KEPT_SECONDS` old as long as Secrets Manager answers. Raises DependencyError where none is known."""
        return self._read(name, deadline, KEPT_SECONDS)

    def renewed(self, name: str, deadline: Deadline) -> str:
        """As `value`, after its service refused it: at most `RENEWED_SECONDS` old."""
        return self._read(name, deadline, RENEWED_SECONDS)

    def _read(self, name: str, deadline: Deadline, seconds: float) -> str:
        known = self._known.get(name)
        if known and self._now().since(known.read) < seconds:
            return known.value
        try:
            value = SECRETS.call(lambda: self._asked(name), deadline)
        except DependencyRejected:
            self._known.pop(name, None)
            raise
        except DependencyError as failure:
            if known is None:
                raise
            self._told(failure)
            return known.value
        self._known[name] = _Known(value, self._now())
        return value

    def _asked(self, name: str) -> str:
        value = self._client.get_secret_value(SecretId=f"{self._prefix}{name}").get("SecretString", "")
        if not is_usable(value):
            raise DependencyRejected(SECRETS.name, f"{name} has no value that a header can hold")
        return str(value)


def is_usable(value: str) -> bool:
    """Whether a header can hold it, and it is no word that answers would have by chance."""
    return SHORTEST <= len(value) <= LONGEST and value.isascii() and value.isprintable() and value == value.strip()


def secrets(prefix: str) -> Secrets:
    return Secrets(client("secretsmanager", **SECRETS.patience), prefix, record_failure)
