"""One erasure: what was asked, how far it is, and what came of it."""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

State = Literal["working", "settling", "done"]
Action = Literal["list", "redact", "delete"]
KEPT_SECONDS = 400 * 86400


class Erasure(BaseModel):
    """tenant, by: of the officer who asked. user: id in the user pool. name: in the user pool. about: what documents call the person.

    key: 64 hexadecimal digits under which words are hashed. digest: of the request, which the same client token must repeat.
    state: working, first pass; settling, second pass. trace, after: what is being looked at, and the page; trace is "" at the beginning.
    pending: units of that page that are to be erased. units: how many were found of each trace. late: the same of the second pass.
    outcomes: units of traces that are settled, by trace and outcome. looked_at: how much was read, by trace.
    settles_at: seconds since 1970, before which the second pass does not begin. version: changes with every write.
    id: 32 hexadecimal digits. documents: what is to be done with them. dry_run: nothing is erased. certificate: as it was composed.
    Data class: restricted; id, tenant, documents, dry_run, digest, created_at, state, trace, units, late, outcomes, looked_at, settles_at,
    version: internal.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    tenant: str
    by: str
    user: str | None
    name: str | None
    about: tuple[str, ...]
    documents: Action
    dry_run: bool
    digest: str
    key: str
    created_at: str
    state: State = "working"
    trace: str = ""
    after: str | None = None
    pending: tuple[str, ...] = ()
    units: Mapping[str, int] = {}
    late: Mapping[str, int] = {}
    outcomes: Mapping[str, Mapping[str, int]] = {}
    looked_at: Mapping[str, int] = {}
    settles_at: float = 0
    certificate: Mapping[str, Any] | None = None
    version: int = 1

    def hashed(self, words: str) -> str:
        """The same for the same words under this erasure's key; who has the words can show that they are the ones."""
        return f"hmac-sha256:{hmac.new(bytes.fromhex(self.key), words.encode('utf-8', 'surrogatepass'), 'sha256').hexdigest()}"

    def after_page(self, units: tuple[str, ...], following: str | None, looked_at: int) -> "Erasure":
        """A page was found. What is found is counted here, once; erasing it may be repeated."""
        counts = dict(self.late if self.state == "settling" else self.units)
        counts[self.trace] = counts.get(self.trace, 0) + len(units)
        seen = {**self.looked_at, self.trace: self.looked_at.get(self.trace, 0) + looked_at} if looked_at else self.looked_at
        counted = {"late" if self.state == "settling" else "units": counts}
        return self._next(pending=units, after=following, looked_at=seen, **counted)

    def after_units(self) -> "Erasure":
        """What was pending is done."""
        return self._next(pending=())

    def at(self, trace: str) -> "Erasure":
        """The next trace begins."""
        return self._next(trace=trace, after=None, pending=())

    def at_page(self, after: str) -> "Erasure":
        return self._next(after=after)

    def settling(self, settles_at: float) -> "Erasure":
        return self._next(state="settling", trace="", after=None, pending=(), settles_at=settles_at)

    def settled(self, trace: str, outcomes: Mapping[str, int]) -> "Erasure":
        """How many units of a trace came to which outcome."""
        return self._next(outcomes={**self.outcomes, trace: dict(outcomes)})

    def certified(self, certificate: Mapping[str, Any]) -> "Erasure":
        return self._next(certificate=certificate)

    def ended(self) -> "Erasure":
        """Who it was is forgotten with the end."""
        return self._next(state="done", user=None, name=None, about=(), trace="", after=None, pending=())

    def written(self, version: int) -> "Erasure":
        return self._next(version=version)

    def _next(self, **changes: Any) -> "Erasure":
        return self.model_copy(update=changes)


def moment() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
