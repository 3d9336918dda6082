"""Turns of agents in the conversation: the recent ones before, and the finished one after."""

from collections.abc import Iterator
from datetime import UTC, datetime

from causeway.agents.recorded import Recorded
from causeway.agents.steps import Ended
from causeway.conversations.conversation import Message
from causeway.conversations.keys import Owner
from causeway.conversations.memory import Memory
from causeway.models.acting import Said
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyError
from causeway.runtime.logs import logger, record_failure
from causeway.runtime.problems import Problem


class Remembering:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def earlier(self, owner: Owner, session_id: str | None, deadline: Deadline) -> list[Said]:
        """Recent turns as messages. Raises a 404 Problem for a session that the owner does not have."""
        if session_id is None:
            return []
        recent = self._memory.get_conversation_history(owner, session_id, deadline).recent
        return [said for message in recent for said in _said(message)]

    def key_of(self, run: Recorded) -> str:
        """By which the run's words are hashed for its audit record; "" when its conversation is gone, and with it the key."""
        if run.session_id is None:
            return run.progress.begun.key
        try:
            return self._memory.get_conversation_history(run.owner, run.session_id).key
        except Problem:
            return ""

    def keep(self, run: Recorded, ended: Ended) -> None:
        """Write the finished turn, once however often this is called. No turn is lost when memory fails: the failure is logged.

        What another agent was handed belongs to the turn of the first.
        """
        if run.session_id is None or run.progress.begun.handed:
            return
        try:
            known = self._memory.get_conversation_history(run.owner, run.session_id)
            self._memory.save_message(run.owner, known, _message(run, ended))
        except DependencyError as failure:
            record_failure(failure)
        except Problem:
            logger.info("session gone")  # its owner has deleted it meanwhile


class OutsideConversations(Remembering):
    """For work that belongs to no conversation: no memory is reached, and nothing is kept."""

    def __init__(self) -> None:
        """Without a memory."""

    def keep(self, run: Recorded, ended: Ended) -> None:
        """Nothing: what came of the work is in its own record."""


def _said(message: Message) -> Iterator[Said]:
    if message.question and message.answer:  # a model takes no empty message
        yield Said("user", message.question)
        yield Said("assistant", message.answer)


def _message(run: Recorded, ended: Ended) -> Message:
    return Message(
        question=run.progress.begun.message,
        answer=ended.text,
        outcome=ended.stopped,
        request_id=run.id,
        asked_at=datetime.fromtimestamp(run.created_at, UTC).isoformat(timespec="seconds"),
    )
