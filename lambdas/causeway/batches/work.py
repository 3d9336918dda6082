"""The work on one question of a batch: it is answered once, or put back until its deadline."""

import random
import time
from collections.abc import Callable
from http import HTTPStatus

from causeway.answering.pipeline import Answering
from causeway.answering.turn import Turn
from causeway.batches.batch import Batch, Progress
from causeway.batches.contract import BatchQuestion, KeptAnswer
from causeway.batches.queues import Message
from causeway.batches.store import Batches
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyError
from causeway.runtime.logs import logger, record_failure
from causeway.runtime.problems import Problem, internal_error, of_dependency, said
from causeway.runtime.tables import Overtaken

SECONDS_TO_WRITE = 5.0  # kept back from the function's time to write the answer
LEASE_MARGIN = 3  # seconds after the time of an attempt, when its function has certainly ended
FIRST_WAIT, LONGEST_WAIT = 10, 600  # seconds before a question is tried again


class Later(Exception):
    """The question is to be delivered again, after so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds


class Work:
    """Answers questions with the rights of the batch's owner."""

    def __init__(self, batches: Batches, pipeline: Answering, now: Callable[[], float] | None = None) -> None:
        self._batches, self._pipeline, self._now = batches, pipeline, now or time.time

    def do(self, message: Message, seconds: float) -> str:
        """What became of the question: its state, "refused" if it failed by the caller's doing, or "gone" with its batch.

        seconds: that the attempt may take; it is given up so long after its beginning, should nothing more be heard of it.
        Raises Later when it is to be delivered again.
        """
        try:
            batch = self._batches.get(message.owner, message.batch_id)
            return self._attend(batch, message, seconds) if batch else "gone"
        except DependencyError as failure:  # of the table: what is written there holds
            record_failure(failure)
            raise Later(pause(message.tries)) from failure
        except Overtaken as overtaken:
            raise Later(1) from overtaken

    def _attend(self, batch: Batch, message: Message, seconds: float) -> str:
        found, now = self._batches.progress(batch, message.number, message.number), int(self._now())
        before = found[0] if found else Progress(message.number)
        state, lease = before.state(batch, now), int(now + seconds) + LEASE_MARGIN
        if state == "running":
            raise Later(max(1, before.leased_until - now))
        if state != "waiting":
            return _outcome(before, state)
        if lease > batch.deadline_at:
            raise Later(max(1, batch.deadline_at - now))
        turn, begun = self._turn(batch, message.number, seconds), before.begun(lease)
        self._batches.save(batch, before, begun)
        return self._attempt(batch, begun, turn, message.tries) if begun.stage == "running" else "failed"

    def _attempt(self, batch: Batch, begun: Progress, turn: Turn, tries: int) -> str:
        try:
            answer = self._pipeline.answer(turn)
        except DependencyError as failure:
            record_failure(failure)
            return self._ended(batch, begun, begun.put_back(said(of_dependency(failure)), _tokens(turn)), tries)
        except Problem as problem:
            end = begun.failed if problem.status < HTTPStatus.INTERNAL_SERVER_ERROR else begun.put_back
            return self._ended(batch, begun, end(said(problem), _tokens(turn)), tries)
        except Exception as error:
            logger.error("unexpected failure", exc_info=error)
            return self._ended(batch, begun, begun.put_back(said(internal_error()), _tokens(turn), fault=True), tries)
        return self._ended(batch, begun, begun.answered(_tokens(turn)), tries, KeptAnswer.of(turn, answer).model_dump_json())

    def _ended(self, batch: Batch, begun: Progress, after: Progress, tries: int, answer: str | None = None) -> str:
        self._batches.save(batch, begun, after, answer)
        if after.stage == "waiting":
            raise Later(pause(tries))
        return _outcome(after, after.stage)

    def _turn(self, batch: Batch, number: int, seconds: float) -> Turn:
        question = BatchQuestion.model_validate(self._batches.questions(batch, number, number)[number])
        return Turn(
            request_id=request_id(batch.id, number),
            tenant=batch.owner.tenant,
            user_name=batch.owner.name,
            question=question.question,
            deadline=Deadline.after(seconds - SECONDS_TO_WRITE),
            filters=question.filters.chosen(),
            top_k=question.top_k,
            top_k_asked="top_k" in question.model_fields_set,
            user=batch.owner.user,
            owner=batch.owner,
        )


def request_id(batch_id: str, number: int) -> str:
    """By which the logs of a question are found."""
    return f"{batch_id}-{number}"


def pause(tries: int) -> int:
    """Seconds until the next try: full jitter above a floor, longer each time."""
    return int(random.uniform(FIRST_WAIT / 2, min(LONGEST_WAIT, FIRST_WAIT * 2**tries)))  # noqa: S311


def _outcome(progress: Progress, state: str) -> str:
    by_the_caller = progress.stage == "failed" and progress.problem is not None and progress.problem["status"] < 500
    return "refused" if by_the_caller else state


def _tokens(turn: Turn) -> tuple[int, int]:
    return turn.usage.input_tokens, turn.usage.output_tokens
