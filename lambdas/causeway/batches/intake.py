"""A batch on its way in, and how it is looked at and cancelled afterwards."""

import time
from collections.abc import Callable
from typing import Any

from causeway.batches.batch import Batch, Progress, in_blocks
from causeway.batches.contract import PAGE, BatchPage, BatchQuestion, BatchRequest, BatchResult, BatchStatus, KeptAnswer, QuestionProblem
from causeway.batches.queues import Message, Queues
from causeway.batches.rows import BLOCK_SIZE
from causeway.batches.store import Batches
from causeway.conversations.keys import Owner
from causeway.conversations.repeats import digest_of, other_request
from causeway.permissions.access import Access
from causeway.permissions.permissions import Permissions
from causeway.runtime.problems import Problem, not_found, said


class Intake:
    """A batch is accepted once all its questions are kept and queued; until then the same request goes on where the last one ended."""

    def __init__(self, batches: Batches, queues: Queues, permissions: Permissions, now: Callable[[], float] | None = None) -> None:
        self._batches, self._queues, self._permissions, self._now = batches, queues, permissions, now or time.time

    def accept(self, owner: Owner, request: BatchRequest, sent: Any) -> BatchStatus:
        """sent: the request's JSON. Raises a 409 Problem when the client token belongs to another request."""
        wanted = self._batch(owner, request, sent)
        batch = self._batches.create(wanted, in_blocks(sent["questions"], BLOCK_SIZE))
        if batch.digest != wanted.digest:
            raise other_request()
        if not batch.is_queued:
            self._queues.send(Message.of(batch, number) for number in range(1, batch.total + 1))
            self._batches.mark_queued(batch)
        return self._status(batch)

    def show(self, owner: Owner, batch_id: str, after: int) -> BatchPage:
        """after: the number of the question before the page. Raises a 404 Problem."""
        batch = self._get(owner, batch_id)
        rows = self._batches.progress(batch, 1, batch.total)
        last = min(after + PAGE, batch.total)
        following = last if last < batch.total else None
        return BatchPage.of(batch, rows, self._seconds(), results=self._results(batch, rows, after + 1, last), next=following)

    def cancel(self, owner: Owner, batch_id: str) -> BatchStatus:
        """Raises a 404 Problem."""
        self._batches.cancel(self._get(owner, batch_id))
        return self._status(self._get(owner, batch_id))

    def _batch(self, owner: Owner, request: BatchRequest, sent: Any) -> Batch:
        created = self._seconds()
        return Batch(
            id=owner.id_of(request.client_token),
            owner=owner,
            priority=request.priority,
            total=len(request.questions),
            created_at=created,
            deadline_at=created + request.deadline_minutes * 60,
            digest=digest_of(sent),
        )

    def _get(self, owner: Owner, identifier: str) -> Batch:
        found = self._batches.get(owner, identifier)
        if found is None:
            raise no_batch()
        return found

    def _status(self, batch: Batch) -> BatchStatus:
        return BatchStatus.of(batch, self._batches.progress(batch, 1, batch.total), self._seconds())

    def _results(self, batch: Batch, rows: list[Progress], first: int, last: int) -> list[BatchResult]:
        if first > last:
            return []
        known = {row.number: row for row in rows}
        questions, answers = self._batches.questions(batch, first, last), self._batches.answers(batch, first, last)
        access = self._permissions.of(batch.owner.tenant, batch.owner.name)
        return [
            self._result(batch, known.get(number, Progress(number)), questions[number], _kept(answers.get(number)), access)
            for number in range(first, last + 1)
        ]

    def _result(self, batch: Batch, row: Progress, sent: Any, answer: KeptAnswer | None, access: Access) -> BatchResult:
        question, state = BatchQuestion.model_validate(sent), row.state(batch, self._seconds())
        is_open = answer is not None and all(map(access.may_read, answer.sources))
        problem = row.why_failed() if state == "failed" else said(_closed()) if answer and not is_open else row.problem
        return BatchResult(
            number=row.number,
            id=question.id,
            question=question.question,
            state=state,
            attempts=row.attempts,
            answer=answer.shown if answer and is_open and state == "answered" else None,
            problem=QuestionProblem.model_validate(problem) if problem else None,
        )

    def _seconds(self) -> int:
        return int(self._now())


def no_batch() -> Problem:
    return not_found("such batch; its results may have expired")


def _kept(answer: str | None) -> KeptAnswer | None:
    return KeptAnswer.model_validate_json(answer) if answer else None


def _closed() -> Problem:
    return Problem("forbidden", "Not allowed", 403, "The answer rests on a document that you may no longer read.")
