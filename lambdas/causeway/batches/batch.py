"""A batch of questions, and how far each question is. Times are seconds since the epoch."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self
from uuid import uuid4

from causeway.conversations.keys import Owner

Priority = Literal["high", "normal"]
Stage = Literal["waiting", "running", "answered", "failed"]
State = Literal["waiting", "running", "answered", "failed", "cancelled"]
Said = Mapping[str, Any]

KEPT_SECONDS = 7 * 86400
MAX_FAULTS = 3  # attempts that ended without a word, or by a fault of ours; fewer than the queue delivers a message
DEADLINE_PASSED: Said = {"type": "urn:causeway:problem:deadline-passed", "title": "Not answered in time", "status": 504}
TOO_LATE = "The batch's deadline passed before this question was answered; send it again in a new batch."
GIVEN_UP: Said = {
    "type": "urn:causeway:problem:internal-error",
    "title": "Something went wrong",
    "status": 500,
    "detail": "Every attempt at this question ended without a word; quote the batch id and the number to the operators.",
}


@dataclass(frozen=True)
class Batch:
    """owner: whose rights the questions are answered with. digest: of the request, which the same client token must repeat.

    is_queued: every question has been put into the queue.
    id: 32 hexadecimal digits. priority: of its questions. total: how many there are. deadline_at: until when they are answered.
    is_cancelled: no further question is begun.
    Data class: restricted; id, priority, total, created_at, deadline_at, digest, is_queued, is_cancelled: internal.
    """

    id: str
    owner: Owner
    priority: Priority
    total: int
    created_at: int
    deadline_at: int
    digest: str
    is_queued: bool = False
    is_cancelled: bool = False

    @property
    def expires_at(self) -> int:
        return self.created_at + KEPT_SECONDS


@dataclass(frozen=True)
class Progress:
    """One question of a batch, counted from 1.

    attempts: that were begun. faults: attempts that never ended or ended by a fault of ours. leased_until: when a running attempt that
    has not ended is given up. claim: names the attempt. problem: of the last attempt that failed.
    input_tokens, output_tokens: of all attempts. version: of the stored row, 0 when there is none.
    number: of the question. stage: how far it is.
    Data class: internal.
    """

    number: int
    stage: Stage = "waiting"
    attempts: int = 0
    faults: int = 0
    leased_until: int = 0
    claim: str = ""
    problem: Said | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    version: int = 0

    def state(self, batch: Batch, now: int) -> State:
        """As callers see it. What nobody is working on is over once its batch is cancelled or the deadline has passed."""
        if self.stage in ("answered", "failed"):
            return self.stage
        if self.stage == "running" and now < self.leased_until:
            return "running"
        if batch.is_cancelled:
            return "cancelled"
        return "failed" if now >= batch.deadline_at else "waiting"

    def why_failed(self) -> Said:
        """The problem of a failed question. One that ran out of time says what stopped its last attempt."""
        if self.stage == "failed" and self.problem:
            return self.problem
        last = f" Its last attempt: {self.problem['detail']}" if self.problem else ""
        return {**DEADLINE_PASSED, "detail": TOO_LATE + last}

    def begun(self, leased_until: int) -> Self:
        """A new attempt, or the failure of all: an attempt before that never ended is a fault."""
        faults = self.faults + (self.stage == "running")
        if faults >= MAX_FAULTS:
            return self._next("failed", faults=faults, problem=GIVEN_UP)
        return self._next("running", faults=faults, attempts=self.attempts + 1, leased_until=leased_until, claim=uuid4().hex)

    def put_back(self, problem: Said, tokens: tuple[int, int], *, fault: bool = False) -> Self:
        """To be tried again, unless faults of ours have used up the attempts. tokens: of this attempt, sent and written."""
        faults = self.faults + fault
        return self._next("failed" if faults >= MAX_FAULTS else "waiting", tokens, faults=faults, problem=problem)

    def answered(self, tokens: tuple[int, int]) -> Self:
        return self._next("answered", tokens, problem=None)

    def failed(self, problem: Said, tokens: tuple[int, int]) -> Self:
        return self._next("failed", tokens, problem=problem)

    def _next(self, stage: Stage, tokens: tuple[int, int] = (0, 0), **changes: Any) -> Self:
        sent, written = self.input_tokens + tokens[0], self.output_tokens + tokens[1]
        return replace(self, stage=stage, input_tokens=sent, output_tokens=written, version=self.version + 1, **changes)


def in_blocks(questions: Sequence[Any], size: int) -> list[str]:
    """Questions as they were sent, so many in each JSON text."""
    return [_compact(questions[start : start + size]) for start in range(0, len(questions), size)]


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
