"""Conversations against moto's DynamoDB; what goes over the wire is counted at the client's edge."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from causeway.conversations.conversation import SUMMARY_CHARACTERS, Conversation, Message, Summary
from causeway.conversations.keys import Owner
from causeway.conversations.memory import Memory
from causeway.conversations.transaction import Lifetimes, Tables
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError, Throttled
from causeway.runtime.problems import Problem
from tests.unit.loopback import MEMORY, SESSIONS, Services

ADA = Owner("harbour", "ada")
PATIENCE = Dependency("memory", attempt_seconds=2.0, budget_seconds=4.0, connect_seconds=0.5, base_seconds=0.001)


def message(number: int, **more: Any) -> Message:
    return Message(f"Question {number}?", f"Answer {number} [1]. And more.", "answered", f"request-{number}", "2026-11-26T00:00:00", **more)


@pytest.fixture
def memory(services: Services) -> Memory:
    return Memory(client("dynamodb"), Tables(MEMORY, SESSIONS), PATIENCE)


@pytest.fixture
def calls(memory: Memory) -> Iterator[list[str]]:
    """Names of the operations that are sent to DynamoDB."""
    sent: list[str] = []

    def note(request: AWSPreparedRequest, **_: Any) -> None:
        sent.append(str(request.headers["X-Amz-Target"], "ascii").partition(".")[2])

    events = client("dynamodb").meta.events
    events.register_first("before-send.dynamodb", note)
    yield sent
    events.unregister("before-send.dynamodb", note)


def talk(memory: Memory, turns: int, owner: Owner = ADA) -> Conversation:
    session = memory.create_session(owner).session_id
    for number in range(1, turns + 1):
        memory.save_message(owner, memory.get_conversation_history(owner, session), message(number))
    return memory.get_conversation_history(owner, session)


def test_a_new_session_has_no_turns_and_is_in_the_list(memory: Memory) -> None:
    made = memory.create_session(ADA)
    assert memory.get_conversation_history(ADA, made.session_id) == made
    rows, following = memory.sessions(ADA, 10)
    assert [row["session_id"]["S"] for row in rows] == [made.session_id]
    assert following is None


def test_the_last_ten_turns_are_kept_in_full_and_earlier_ones_in_the_summary(memory: Memory) -> None:
    conversation = talk(memory, 13)
    assert [each.question for each in conversation.recent] == [f"Question {number}?" for number in range(4, 14)]
    assert conversation.earlier == [f"Asked: Question {number}? Answered: Answer {number} [1]." for number in range(1, 4)]
    assert (conversation.count, conversation.forgotten) == (13, 0)


def test_however_long_a_conversation_is_one_query_reads_it_and_one_transaction_writes_a_turn(memory: Memory, calls: list[str]) -> None:
    conversation = talk(memory, 25)
    calls.clear()
    again = memory.get_conversation_history(ADA, conversation.session_id)
    assert calls == ["Query"]
    memory.save_message(ADA, again, message(26))
    assert calls == ["Query", "TransactWriteItems"]


def test_nobody_reads_or_deletes_a_conversation_of_another_user_or_tenant(memory: Memory) -> None:
    session = talk(memory, 1).session_id
    for stranger in (Owner("harbour", "eve"), Owner("lantern", "ada"), Owner("harbour#ada", ""), Owner("harbour", f"ada#{session}")):
        with pytest.raises(Problem, match="no such session"):
            memory.get_conversation_history(stranger, session)
        with pytest.raises(Problem, match="no such session"):
            memory.delete(stranger, session)
        assert memory.sessions(stranger, 10) == ([], None)
    assert memory.get_conversation_history(ADA, session).count == 1


def test_the_same_request_once_more_writes_nothing(memory: Memory) -> None:
    conversation = talk(memory, 2)
    assert memory.save_message(ADA, conversation, message(2)) == 2
    assert memory.get_conversation_history(ADA, conversation.session_id) == conversation


def test_a_write_whose_answer_is_lost_is_not_made_twice(memory: Memory) -> None:
    conversation = talk(memory, 1)
    lose = _losing(iter([True]))
    events = client("dynamodb").meta.events
    events.register("before-parse.dynamodb.TransactWriteItems", lose)
    try:
        assert memory.save_message(ADA, conversation, message(2)) == 2
    finally:
        events.unregister("before-parse.dynamodb.TransactWriteItems", lose)
    after = memory.get_conversation_history(ADA, conversation.session_id)
    assert (after.count, [each.question for each in after.recent]) == (2, ["Question 1?", "Question 2?"])


def _losing(lost: Iterator[bool]) -> Callable[..., None]:
    def lose(response_dict: dict[str, Any], **_: Any) -> None:
        if next(lost, False):
            response_dict["status_code"], response_dict["body"] = 500, b"{}"

    return lose


def test_an_interrupted_turn_is_marked_and_asking_again_takes_its_place(memory: Memory) -> None:
    conversation = talk(memory, 1)
    memory.save_message(ADA, conversation, message(2, state="partial"))
    interrupted = memory.get_conversation_history(ADA, conversation.session_id)
    assert interrupted.last is not None
    assert interrupted.last.state == "partial"
    assert memory.save_message(ADA, interrupted, replace(message(2), request_id="again")) == 2
    whole = memory.get_conversation_history(ADA, conversation.session_id)
    assert (whole.count, [each.state for each in whole.recent]) == (2, ["whole", "whole"])
    assert memory.save_message(ADA, whole, message(3, state="partial")) == 3
    assert memory.save_message(ADA, memory.get_conversation_history(ADA, conversation.session_id), message(4)) == 4, "another question"


class OneAtATime:
    """A client whose requests are served one by one, as DynamoDB serves those of one item; moto itself is not made for threads."""

    def __init__(self) -> None:
        self._client, self._lock = client("dynamodb"), threading.Lock()

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**parameters: Any) -> Any:
            with self._lock:
                return getattr(self._client, operation)(**parameters)

        return call


def test_writers_at_once_lose_and_double_nothing(services: Services) -> None:
    memory = Memory(OneAtATime(), Tables(MEMORY, SESSIONS), PATIENCE)  # type: ignore[arg-type]
    session = memory.create_session(ADA).session_id
    failures: list[Exception] = []

    def write(writer: int) -> None:
        try:
            for number in range(10):
                memory.save_message(
                    ADA, memory.get_conversation_history(ADA, session), replace(message(number), request_id=f"{writer}-{number}")
                )
        except Exception as error:
            failures.append(error)

    writers = [threading.Thread(target=write, args=[writer]) for writer in range(3)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert not failures
    kept = memory.messages(ADA, session)
    assert [number for number, _ in kept] == list(range(1, 31))
    assert set(Counter(each.request_id for _, each in kept).values()) == {1}
    assert memory.get_conversation_history(ADA, session).count == 30


def test_what_has_expired_is_not_read_though_dynamodb_has_not_deleted_it(services: Services) -> None:
    brief = Memory(client("dynamodb"), Tables(MEMORY, SESSIONS), PATIENCE, Lifetimes(turn=0, summary=0, session=1))
    conversation = talk(brief, 12)
    assert (conversation.recent, conversation.earlier) == ([], [])
    assert conversation.forgotten == conversation.count == 12
    assert brief.messages(ADA, conversation.session_id) == []


def test_turns_that_have_expired_are_known_from_the_summary(services: Services) -> None:
    brief = Memory(client("dynamodb"), Tables(MEMORY, SESSIONS), PATIENCE, Lifetimes(turn=0))
    conversation = talk(brief, 3)
    assert conversation.recent == []
    assert [line.split("?")[0] for line in conversation.earlier] == ["Asked: Question 1", "Asked: Question 2", "Asked: Question 3"]
    assert conversation.forgotten == 0


def test_a_session_that_has_expired_is_gone_and_not_listed(services: Services) -> None:
    brief = Memory(client("dynamodb"), Tables(MEMORY, SESSIONS), PATIENCE, Lifetimes(session=0, archive=0))
    session = brief.create_session(ADA).session_id
    with pytest.raises(Problem, match="may have expired"):
        brief.get_conversation_history(ADA, session)
    assert brief.sessions(ADA, 10) == ([], None)


def test_each_kind_of_item_lives_as_long_as_it_should(memory: Memory) -> None:
    talk(memory, 11)
    hours = {}
    for item in client("dynamodb").scan(TableName=MEMORY)["Items"]:
        left = int(item["expires_at"]["N"]) - time.time()
        hours[item["item"]["S"].partition("#")[0]] = round(left / 3600)
    assert hours == {"turn": 24, "~summary": 72, "~meta": 720}


def test_a_deleted_conversation_leaves_no_item(memory: Memory) -> None:
    session = talk(memory, 30).session_id
    other = talk(memory, 1).session_id
    memory.delete(ADA, session)
    left = [item for table in (MEMORY, SESSIONS) for item in client("dynamodb").scan(TableName=table)["Items"]]
    assert left
    assert not any(session in json.dumps(item) for item in left)
    assert memory.get_conversation_history(ADA, other).count == 1


def test_a_turn_of_a_conversation_deleted_meanwhile_is_not_written(memory: Memory) -> None:
    conversation = talk(memory, 1)
    memory.delete(ADA, conversation.session_id)
    with pytest.raises(Problem, match="no such session"):
        memory.save_message(ADA, conversation, message(2))
    assert client("dynamodb").scan(TableName=MEMORY)["Items"] == []


def test_long_questions_and_answers_do_not_make_the_summary_too_long_and_what_is_dropped_is_counted() -> None:
    summary = Summary()
    for number in range(59):
        summary = summary.with_turn(number, replace(message(number), question="q" * 1000, answer="A very long sentence " * 200))
    assert sum(len(said) for _, said in summary.lines) <= SUMMARY_CHARACTERS
    assert summary.lines[-1][0] == 58
    assert Conversation("s", count=59, summary=summary).forgotten == 59 - len(summary.lines) > 0


def test_turns_beyond_the_budget_of_tokens_are_left_out_and_counted() -> None:
    turns = {number: replace(message(number), answer="word " * 800) for number in range(1, 6)}
    conversation = Conversation("s", count=5, turns=turns)
    assert [each.question for each in conversation.recent] == ["Question 5?"]
    assert conversation.forgotten == 4


@pytest.mark.parametrize("reason", ["ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_transaction_that_dynamodb_cancels_for_its_load_is_tried_again_and_then_throttled(memory: Memory, reason: str) -> None:
    conversation = talk(memory, 1)
    sent: list[int] = []

    def cancel(request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
        if not str(request.headers["X-Amz-Target"], "ascii").endswith("TransactWriteItems"):
            return None
        sent.append(1)
        body = {"__type": "TransactionCanceledException", "message": "m", "CancellationReasons": [{"Code": "None"}, {"Code": reason}]}
        raw = type("Raw", (), {"stream": lambda self, **_: iter([json.dumps(body).encode()])})()
        return AWSResponse(request.url, 400, {}, raw)  # type: ignore[arg-type]

    events = client("dynamodb").meta.events
    events.register_first("before-send.dynamodb", cancel)
    try:
        with pytest.raises(Throttled):
            memory.save_message(ADA, conversation, message(2))
    finally:
        events.unregister("before-send.dynamodb", cancel)
    assert len(sent) == PATIENCE.attempts
    assert memory.save_message(ADA, conversation, message(2)) == 2


def test_a_memory_that_is_not_there_is_the_dependency_s_failure(services: Services) -> None:
    nowhere = Memory(client("dynamodb"), Tables("missing", "missing"), PATIENCE)
    with pytest.raises(DependencyError) as failed:
        nowhere.create_session(ADA)
    assert failed.value.dependency == "memory"
