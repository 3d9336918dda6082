"""Writers and deletions that meet, or end half-way; each is made to at the client's edge."""

import importlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from causeway.conversations.keys import Owner
from causeway.conversations.memory import Memory
from causeway.conversations.transaction import Tables
from causeway.runtime.clients import client
from causeway.runtime.problems import Problem
from tests.unit.conversations.test_memory import ADA, PATIENCE, memory, message, talk
from tests.unit.functions.test_answers import Context, event
from tests.unit.loopback import MEMORY, SESSIONS, Services

__all__ = ["memory"]

TABLES = Tables(MEMORY, SESSIONS)


class Ended(BaseException):
    """The function's process ends here."""


class Meeting:
    """A client beside whose request number `at`, from 1, something else happens: before it, or after DynamoDB has served it."""

    def __init__(self, at: int, happens: Callable[[], Any], *, after: bool = False) -> None:
        self._left, self._happens, self._after = at, happens, after

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**parameters: Any) -> Any:
            self._left -= 1
            if self._left == 0 and not self._after:
                self._happens()
            answer = getattr(client("dynamodb"), operation)(**parameters)
            if self._left == 0 and self._after:
                self._happens()
            return answer

        return call


def end() -> None:
    raise Ended


def items_left() -> list[str]:
    return [item["item"]["S"] for item in client("dynamodb").scan(TableName=MEMORY)["Items"]]


def test_a_write_whose_answer_is_lost_is_not_made_twice_though_another_came_between(memory: Memory) -> None:
    conversation = talk(memory, 1)

    def another_writes_and_the_answer_is_lost() -> None:
        memory.save_message(ADA, memory.get_conversation_history(ADA, conversation.session_id), message(3))
        raise ReadTimeoutError(endpoint_url="https://dynamodb")

    unlucky = Memory(Meeting(1, another_writes_and_the_answer_is_lost, after=True), TABLES, PATIENCE)  # type: ignore[arg-type]
    assert unlucky.save_message(ADA, conversation, message(2)) == 2
    kept = [each.request_id for _, each in memory.messages(ADA, conversation.session_id)]
    assert kept == ["request-1", "request-2", "request-3"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_turn_written_while_its_conversation_is_deleted_is_gone_too(memory: Memory, at: int, after: bool) -> None:
    conversation = talk(memory, 2)

    def write() -> None:
        with suppress(Problem):  # the conversation is gone already
            memory.save_message(ADA, conversation, message(3))

    Memory(Meeting(at, write, after=after), TABLES, PATIENCE).delete(ADA, conversation.session_id)  # type: ignore[arg-type]
    assert items_left() == []
    assert memory.sessions(ADA, 10) == ([], None)


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_deletion_that_was_interrupted_is_completed_when_asked_for_again(memory: Memory, at: int) -> None:
    session = talk(memory, 2).session_id
    with suppress(Ended):
        Memory(Meeting(at, end), TABLES, PATIENCE).delete(ADA, session)  # type: ignore[arg-type]
    with suppress(Problem):  # it was complete
        memory.delete(ADA, session)
    assert items_left() == []
    assert memory.sessions(ADA, 10) == ([], None)


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_deletion_that_was_interrupted_does_not_keep_the_others_from_being_deleted(services: Services, memory: Memory, at: int) -> None:
    owner = Owner("harbour", "user-1")
    talk(memory, 1, owner)
    with suppress(Ended):
        Memory(Meeting(at, end), TABLES, PATIENCE).delete(owner, talk(memory, 1, owner).session_id)  # type: ignore[arg-type]
    module = importlib.import_module("functions.sessions")
    module.memory.cache_clear()
    request = event(None, method="DELETE", path="/v1/sessions", tenant=owner.tenant)
    request["requestContext"]["authorizer"]["claims"]["sub"] = owner.user
    assert module.handler(request, Context())["statusCode"] == 200
    assert items_left() == []
