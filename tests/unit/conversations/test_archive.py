"""Conversations that expire, are in the archive before, and come back; moto plays DynamoDB and S3."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.stub import Stubber

from causeway.conversations.archive import Archive
from causeway.conversations.archiving import Archiver, Done
from causeway.conversations.conversation import Conversation, Message
from causeway.conversations.facts import News
from causeway.conversations.feedback import Feedback
from causeway.conversations.feedback_contract import FeedbackRequest
from causeway.conversations.keys import META, TO_ARCHIVE, Owner
from causeway.conversations.returning import ArchivedMemory
from causeway.conversations.statements import Statement
from causeway.conversations.transaction import Lifetimes, Tables
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError
from causeway.runtime.problems import Problem
from tests.unit.loopback import ARCHIVE, MEMORY, SESSIONS, Services

ADA, EVE = Owner("harbour", "ada"), Owner("harbour", "ada/eve")
TABLES = Tables(MEMORY, SESSIONS)
PATIENCE = Dependency("memory", attempt_seconds=2.0, budget_seconds=4.0, connect_seconds=0.5, base_seconds=0.001)
STORAGE = replace(PATIENCE, name="storage")


def message(number: int, **more: Any) -> Message:
    return Message(f"Question {number}?", f"Answer {number} [1]. And more.", "answered", f"request-{number}", "2026-11-26T00:00:00", **more)


def remembering(lifetimes: Lifetimes | None = None) -> ArchivedMemory:
    return ArchivedMemory(client("dynamodb"), TABLES, PATIENCE, lifetimes, archive)


def archive() -> Archive:
    return Archive(client("s3"), ARCHIVE, STORAGE)


@pytest.fixture
def memory(services: Services) -> ArchivedMemory:
    return remembering()


def talk(memory: ArchivedMemory, turns: int, owner: Owner = ADA, session: str = "") -> Conversation:
    session = session or memory.create_session(owner).session_id
    for _ in range(turns):
        known = memory.get_conversation_history(owner, session)
        memory.save_message(owner, known, message(known.count + 1))
    return memory.get_conversation_history(owner, session)


def items(table: str = MEMORY, **options: Any) -> list[dict[str, Any]]:
    return client("dynamodb").scan(TableName=table, **options)["Items"]  # type: ignore[return-value]


def change(item: dict[str, Any], table: str = MEMORY, **values: Any) -> None:
    client("dynamodb").put_item(TableName=table, Item={**item, **{name: {"N": str(value)} for name, value in values.items()}})


def archiver() -> Archiver:
    return Archiver(client("dynamodb"), TABLES, PATIENCE, archive())


def make_due(seconds: int = 1) -> None:
    for item in items():
        if "archive_due" in item:
            change(item, archive_due=int(time.time()) - seconds)


def archived() -> Done:
    make_due()
    return archiver().run(Deadline.after(60))


def expire(*kinds: str, deleted: bool) -> None:
    """What time does to items of these kinds. deleted: whether DynamoDB has come to it."""
    for item in items():
        if item["item"]["S"].startswith(kinds):
            if deleted:
                client("dynamodb").delete_item(TableName=MEMORY, Key={name: item[name] for name in ("conversation", "item")})
            else:
                change(item, expires_at=1)


def objects() -> list[str]:
    return [each["Key"] for each in client("s3").list_objects_v2(Bucket=ARCHIVE).get("Contents", [])]


def test_no_item_but_meta_ever_enters_the_index_and_it_leaves_when_its_turns_are_archived(memory: ArchivedMemory) -> None:
    talk(memory, 12)
    Feedback(client("dynamodb"), MEMORY, PATIENCE).keep(ADA, FeedbackRequest(request_id="request-1", rating="up"))
    known = memory.get_conversation_history(ADA, items(SESSIONS)[0]["session_id"]["S"])
    remembering(Lifetimes(of_facts={"about": 1})).save_message(ADA, known, message(13), news=News((Statement("about", "My name is Ada."),)))
    assert {item["item"]["S"] for item in items(IndexName=TO_ARCHIVE)} == {META}
    assert len({item["item"]["S"] for item in items()}) == 17
    assert archived() == Done(archived=1)
    assert items(IndexName=TO_ARCHIVE) == []
    expire("turn#", "~summary", deleted=True)
    session = items(SESSIONS)[0]["session_id"]["S"]
    assert memory.get_conversation_history(ADA, session).rebuilt == 10
    assert items(IndexName=TO_ARCHIVE) == [], "what is in the archive already"
    talk(memory, 1, session=session)
    assert {item["item"]["S"] for item in items(IndexName=TO_ARCHIVE)} == {META}


def test_a_conversation_is_due_hours_after_its_first_turn_that_is_not_archived_however_long_it_goes_on(memory: ArchivedMemory) -> None:
    session = talk(memory, 1).session_id
    (first,) = items(IndexName=TO_ARCHIVE)
    assert abs(int(first["archive_due"]["N"]) - time.time() - 6 * 3600) < 10
    change(next(item for item in items() if item["item"]["S"] == META), archive_due=int(time.time()) + 5)
    talk(memory, 2, session=session)
    assert abs(int(items(IndexName=TO_ARCHIVE)[0]["archive_due"]["N"]) - time.time() - 5) < 10
    assert archiver().run(Deadline.after(60)) == Done()
    assert objects() == []


@pytest.mark.parametrize("deleted", [True, False])
def test_turns_that_have_expired_come_back_once_and_are_counted_as_a_rebuild(
    memory: ArchivedMemory, deleted: bool, log_lines: Callable[[], list[dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    before = talk(memory, 13)
    assert archived().archived == 1
    expire("turn#", "~summary", deleted=deleted)
    back = memory.get_conversation_history(ADA, before.session_id)
    assert (back.turns, back.earlier, back.rebuilt, back.forgotten) == (before.turns, before.earlier, 10, 0)
    again = memory.get_conversation_history(ADA, before.session_id)
    assert (again.turns, again.earlier, again.version, again.rebuilt) == (back.turns, back.earlier, back.version, 0), "it is in the table"
    assert [line["turns"] for line in log_lines() if line.get("message") == "rebuild"] == [10]
    assert [line for line in capsys.readouterr().out.splitlines() if '"Rebuilds":[1.0]' in line]
    assert talk(memory, 1, session=before.session_id).count == 14


@pytest.mark.parametrize("deleted", [True, False])
def test_a_conversation_that_has_expired_comes_back_for_its_owner_and_for_nobody_else(memory: ArchivedMemory, deleted: bool) -> None:
    before = talk(memory, 3)
    assert archived().archived == 1
    expire("", deleted=deleted)
    for stranger in (EVE, Owner("harbour", "eve"), Owner("lantern", "ada")):
        with pytest.raises(Problem, match="no such session"):
            memory.get_conversation_history(stranger, before.session_id)
    back = memory.get_conversation_history(ADA, before.session_id)
    assert (back.turns, back.count, back.rebuilt, back.forgotten) == (before.turns, 3, 3, 0)
    assert talk(memory, 1, session=before.session_id).count == 4
    assert [row["state"]["S"] for row in memory.sessions(ADA, 10)[0]] == ["open"]


def test_a_conversation_that_is_archived_twice_keeps_the_turns_of_both_times(memory: ArchivedMemory) -> None:
    session = talk(memory, 11).session_id
    assert archived().archived == 1
    expire("turn#", deleted=True)
    talk(memory, 1, session=session)
    assert archived().archived == 1
    expire("", deleted=True)
    assert [number for number, _ in memory.messages(ADA, session)] == list(range(1, 13))
    back = memory.get_conversation_history(ADA, session)
    assert list(back.turns) == list(range(3, 13))
    assert [line.split("?")[0] for line in back.earlier] == ["Asked: Question 1", "Asked: Question 2"]


def test_what_neither_table_nor_archive_has_is_said_to_be_forgotten_and_not_looked_for_with_each_question(memory: ArchivedMemory) -> None:
    session = talk(memory, 3).session_id
    assert archived().archived == 1
    client("s3").delete_object(Bucket=ARCHIVE, Key=ADA.archive(session))
    expire("turn#", "~summary", deleted=True)
    back = memory.get_conversation_history(ADA, session)
    assert (back.rebuilt, back.forgotten, back.missing) == (0, 3, [])
    assert memory.get_conversation_history(ADA, session).missing == []


def test_an_archive_that_fails_ends_no_conversation_of_which_the_table_knows(memory: ArchivedMemory, log_lines: Any) -> None:
    session = talk(memory, 2).session_id
    assert archived().archived == 1
    expire("turn#", deleted=True)
    with Stubber(client("s3")) as stubber:
        for _ in range(4):
            stubber.add_client_error("get_object", "SlowDown", http_status_code=503)
        known = memory.get_conversation_history(ADA, session)
    assert (known.rebuilt, known.missing, len(known.earlier)) == (0, [1, 2], 2)
    assert any(line.get("dependency") == "storage" for line in log_lines())
    assert memory.get_conversation_history(ADA, session).rebuilt == 2
    expire("", deleted=True)
    with Stubber(client("s3")) as stubber:
        stubber.add_client_error("get_object", "AccessDenied", http_status_code=403)
        with pytest.raises(DependencyError, match="storage"):
            memory.get_conversation_history(ADA, session)


def test_what_is_erased_is_gone_from_the_archive_and_does_not_come_back(memory: ArchivedMemory) -> None:
    one, other, hers = talk(memory, 1), talk(memory, 1), talk(memory, 1, EVE)
    assert archived().archived == 3
    memory.delete(ADA, one.session_id)
    assert sorted(objects()) == sorted([ADA.archive(other.session_id), EVE.archive(hers.session_id)])
    with pytest.raises(Problem, match="no such session"):
        memory.get_conversation_history(ADA, one.session_id)
    with pytest.raises(Problem, match="no such session"):
        memory.delete(ADA, one.session_id)
    assert memory.erase_archives(ADA) == 1
    assert objects() == [EVE.archive(hers.session_id)]
    left = json.dumps([*items(), *items(SESSIONS)])
    assert one.session_id not in left


def test_an_expired_conversation_is_erased_by_its_row_or_by_its_archive_alone(memory: ArchivedMemory) -> None:
    session = talk(memory, 1).session_id
    assert archived().archived == 1
    expire("", deleted=True)
    client("dynamodb").delete_item(TableName=SESSIONS, Key={"owner": {"S": ADA.key}, "session_id": {"S": session}})
    memory.delete(ADA, session)
    assert objects() == []


class Meanwhile:
    """A client that lets something happen before each call of one operation."""

    def __init__(self, inner: Any, operation: str, what: Callable[[], object]) -> None:
        self._inner, self._operation, self._what = inner, operation, what

    def __getattr__(self, name: str) -> Any:
        if name == self._operation:
            self._what()
        return getattr(self._inner, name)


def test_a_conversation_erased_while_it_is_archived_leaves_no_archive(memory: ArchivedMemory) -> None:
    session = talk(memory, 2).session_id
    make_due()
    erasing: Any = Meanwhile(client("s3"), "put_object", lambda: memory.erase(ADA, session))
    done = Archiver(client("dynamodb"), TABLES, PATIENCE, Archive(erasing, ARCHIVE, STORAGE)).run(Deadline.after(60))
    assert (done.archived, objects()) == (0, [])


def test_a_conversation_erased_while_it_is_brought_back_stays_erased(memory: ArchivedMemory) -> None:
    for kinds in (("turn#",), ("",)):
        session = talk(memory, 2).session_id
        assert archived().archived == 1
        expire(*kinds, deleted=True)
        erasing: Any = Meanwhile(client("dynamodb"), "transact_write_items", _once(lambda session=session: memory.erase(ADA, session)))  # type: ignore[misc]
        with pytest.raises(Problem, match="no such session"):
            ArchivedMemory(erasing, TABLES, PATIENCE, None, archive).get_conversation_history(ADA, session)
        assert (items(), items(SESSIONS), objects()) == ([], [], [])


def _once(what: Callable[[], object]) -> Callable[[], object]:
    left = [what]
    return lambda: left.pop()() if left else None


def test_a_turn_written_while_its_conversation_is_archived_is_archived_too(memory: ArchivedMemory) -> None:
    session = talk(memory, 1).session_id
    make_due()
    writing: Any = Meanwhile(client("s3"), "put_object", _once(lambda: talk(memory, 1, session=session)))
    done = Archiver(client("dynamodb"), TABLES, PATIENCE, Archive(writing, ARCHIVE, STORAGE)).run(Deadline.after(60))
    assert done == Done(archived=1)
    expire("", deleted=True)
    assert len(memory.messages(ADA, session)) == 2


def test_a_turn_written_while_another_is_brought_back_is_not_lost(memory: ArchivedMemory) -> None:
    session = talk(memory, 1).session_id
    assert archived().archived == 1
    expire("turn#", deleted=True)
    plain = remembering()
    known = replace(plain._found(ADA, session, None) or Conversation(""), turns={})
    writing: Any = Meanwhile(client("dynamodb"), "transact_write_items", _once(lambda: plain.save_message(ADA, known, message(2))))
    back = ArchivedMemory(writing, TABLES, PATIENCE, None, archive).get_conversation_history(ADA, session)
    assert [each.question for each in back.recent] == ["Question 1?", "Question 2?"]


def test_one_that_fails_holds_up_no_other_and_its_lateness_is_told(memory: ArchivedMemory) -> None:
    talk(memory, 1)
    talk(memory, 1)
    make_due(7200)
    with Stubber(client("s3")) as stubber:
        stubber.add_client_error("get_object", "AccessDenied", http_status_code=403)
        stubber.add_client_error("get_object", "NoSuchKey", http_status_code=404)
        stubber.add_response("put_object", {})
        done = archiver().run(Deadline.after(60))
    assert (done.archived, done.failed) == (1, 1)
    assert 7200 <= done.late_seconds < 7300
    assert archiver().run(Deadline.after(60)) == Done(archived=1)


def test_without_time_nothing_is_begun_and_the_most_belated_is_told(memory: ArchivedMemory) -> None:
    for seconds in (100, 5000, 300):
        talk(memory, 1)
        item = next(each for each in items() if int(each.get("archive_due", {"N": "0"})["N"]) > time.time())
        change(item, archive_due=int(time.time()) - seconds)
    done = archiver().run(Deadline.after(5))
    assert (done.archived, done.failed) == (0, 0)
    assert 5000 <= done.late_seconds < 5100
