"""A run as it is written down: its steps, and who works on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import Any, Self
from uuid import uuid4

from causeway.agents.progress import Progress
from causeway.agents.run import Run
from causeway.agents.steps import AnyStep
from causeway.conversations.keys import Owner

KEPT_SECONDS = 7 * 86400
MAX_IDLE = 5  # claims in a row without a step: whoever had them died, or had no time for any


@dataclass(frozen=True)
class Recorded:
    """digest: of the request, which the same client token must repeat. claim: names whoever works on the run, or did last.

    leased_until: seconds since 1970, until when nobody else may; 0 when it is free. idle: claims since the last step.
    id: 32 hexadecimal digits. steps: what was done.
    Data class: restricted; id, agent, session_id, digest, created_at, claim, leased_until, idle: internal.
    """

    id: str
    owner: Owner
    agent: str
    session_id: str | None
    digest: str
    created_at: int
    steps: Sequence[AnyStep]
    claim: str = ""
    leased_until: int = 0
    idle: int = 0

    @property
    def expires_at(self) -> int:
        return self.created_at + KEPT_SECONDS

    @cached_property
    def progress(self) -> Progress:
        return Progress.of(self.steps)

    def claimed(self, until: int) -> Self:
        return self._changed(claim=uuid4().hex, leased_until=until, idle=self.idle + 1)

    def freed(self) -> Self:
        return self._changed(leased_until=0)

    def after(self, *steps: AnyStep) -> Self:
        return self._changed(*steps, idle=0)

    def _changed(self, *steps: AnyStep, **facts: Any) -> Self:
        """Where the progress is known, it goes on from there: no step is folded twice."""
        changed = replace(self, steps=[*self.steps, *steps], **facts)
        if known := vars(self).get("progress"):
            vars(changed)["progress"] = reduce(Progress.after, steps, known)
        return changed

    def shown(self) -> Run:
        progress = self.progress
        ended = progress.ended
        return Run(
            id=self.id,
            owner=self.owner,
            agent=self.agent,
            message=progress.begun.message,
            created_at=self.created_at,
            session_id=self.session_id,
            state=progress.state,
            stopped=ended.stopped if ended else None,
            text=ended.text if ended else "",
            calls=[call.shown for call in progress.calls],
            spent=progress.spent,
            trigger=progress.begun.trigger,
        )
