"""Facts about users against moto's DynamoDB."""

import json
import time
from collections.abc import Sequence
from typing import Any

import pytest

from causeway.conversations.facts import MOST, Fact, Facts, News, identifier_of
from causeway.conversations.keys import Owner
from causeway.conversations.memory import Memory
from causeway.conversations.statements import Statement
from causeway.conversations.transaction import Lifetimes, Tables
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from tests.unit.conversations.test_memory import ADA, message
from tests.unit.loopback import MEMORY, SESSIONS, Services

HOURS = {"preference": 100, "decision": 10, "about": 100}
PATIENCE = Dependency("memory", attempt_seconds=2.0, budget_seconds=4.0, connect_seconds=0.5, base_seconds=0.001)
PAPERBACKS = Statement("preference", "I prefer paperbacks.")
STRANGERS = (Owner("harbour", "eve"), Owner("lantern", "ada"), Owner("harbour#ada", ""), Owner("harbour", "ada#facts"))


@pytest.fixture
def memory(services: Services) -> Memory:
    return Memory(client("dynamodb"), Tables(MEMORY, SESSIONS), PATIENCE, Lifetimes(of_facts=HOURS))


def say(memory: Memory, *statements: Statement, session: str = "", request: int = 1, owner: Owner = ADA) -> str:
    """A turn that says so; returns the conversation's id."""
    known = memory.get_conversation_history(owner, session) if session else memory.create_session(owner)
    memory.save_message(owner, known, message(request), news=News.beside(memory.facts.of(owner), statements))
    return known.session_id


def texts(facts: Sequence[Fact]) -> list[str]:
    return [fact.text for fact in facts]


def stored() -> list[Any]:
    items = client("dynamodb").scan(TableName=MEMORY)["Items"]
    return [item for item in items if item["conversation"]["S"] == ADA.facts]


def test_a_fact_is_kept_with_the_turn_it_comes_from_and_known_in_every_conversation(memory: Memory) -> None:
    session = say(memory, session=say(memory), request=2)
    say(memory, PAPERBACKS, session=session, request=3)
    (fact,) = memory.facts.of(ADA)
    assert (fact.kind, fact.text, fact.session_id, fact.turn) == ("preference", "I prefer paperbacks.", session, 3)
    assert fact.said_at == message(3).asked_at
    assert abs(fact.expires_at - time.time() - 100 * 3600) < 10


def test_the_same_request_once_more_and_the_same_words_again_give_one_fact(memory: Memory) -> None:
    session = say(memory, PAPERBACKS)
    known = memory.get_conversation_history(ADA, session)
    memory.save_message(ADA, known, message(1), news=News((PAPERBACKS,)))
    again = say(memory, Statement("preference", "i prefer PAPERBACKS"))
    (fact,) = memory.facts.of(ADA)
    assert (fact.text, fact.session_id) == ("i prefer PAPERBACKS", again)


def test_a_turn_that_is_not_written_leaves_no_fact(memory: Memory) -> None:
    session = say(memory)
    known = memory.get_conversation_history(ADA, session)
    memory.erase(ADA, session)
    with pytest.raises(Exception, match="no such session"):
        memory.save_message(ADA, known, message(2), news=News((PAPERBACKS,)))
    assert stored() == []


@pytest.mark.parametrize("stranger", STRANGERS)
def test_nobody_reads_or_erases_a_fact_of_another_user_or_tenant(memory: Memory, stranger: Owner) -> None:
    session = say(memory, PAPERBACKS)
    assert memory.facts.of(stranger) == []
    assert memory.facts.page(stranger, 10).facts == []
    assert not memory.facts.erase(stranger, identifier_of(PAPERBACKS.text))
    assert (memory.facts.erase_all(stranger), memory.facts.erase_from(stranger, session)) == (0, 0)
    assert texts(memory.facts.of(ADA)) == ["I prefer paperbacks."]


def test_a_fact_that_was_erased_is_gone_and_others_stay(memory: Memory) -> None:
    say(memory, PAPERBACKS, Statement("about", "I live in Leith."))
    assert memory.facts.erase(ADA, identifier_of(PAPERBACKS.text))
    assert not memory.facts.erase(ADA, identifier_of(PAPERBACKS.text))
    assert texts(memory.facts.of(ADA)) == ["I live in Leith."]
    assert memory.facts.erase_all(ADA) == 1
    assert stored() == []


def test_facts_go_with_the_conversation_that_said_them_last_and_no_other(memory: Memory) -> None:
    first = say(memory, PAPERBACKS, Statement("about", "I live in Leith."))
    second = say(memory, PAPERBACKS)
    assert memory.delete(ADA, first) == 1
    assert texts(memory.facts.of(ADA)) == ["I prefer paperbacks."]
    assert memory.erase(ADA, second).facts == 1
    assert stored() == []


def test_each_kind_has_its_own_hours_and_what_has_expired_is_not_read(memory: Memory, services: Services) -> None:
    say(memory, PAPERBACKS, Statement("decision", "I have decided to keep it."))
    hours = {fact.kind: round((fact.expires_at - time.time()) / 3600) for fact in memory.facts.of(ADA)}
    assert hours == {"preference": 100, "decision": 10}
    (kept, *_) = [item for item in stored() if json.loads(item["content"]["S"])["kind"] == "preference"]
    client("dynamodb").put_item(TableName=MEMORY, Item={**kept, "expires_at": {"N": "1"}})
    assert texts(memory.facts.of(ADA)) == texts(memory.facts.page(ADA, 10).facts) == ["I have decided to keep it."]
    assert not memory.facts.erase(ADA, kept["item"]["S"])
    assert memory.facts.erase_all(ADA) == 1


def test_pages_hold_every_fact_once(memory: Memory) -> None:
    say(memory, *(Statement("about", f"I am called {number}.") for number in range(5)))
    first = memory.facts.page(ADA, 3)
    second = memory.facts.page(ADA, 3, first.following)
    assert (len(first.facts), second.following) == (3, None)
    assert sorted(texts([*first.facts, *second.facts])) == [f"I am called {number}." for number in range(5)]


def test_the_oldest_facts_give_their_places_when_there_are_too_many() -> None:
    known = [Fact(str(number), "about", f"I am {number}.", "s", number, f"2026-11-{number:04}", 0) for number in reversed(range(MOST))]
    assert News.beside(known, (PAPERBACKS, Statement("about", "I live in Leith."))).ended == ["1", "0"]
    refreshed = [*known[:-1], Fact(identifier_of(PAPERBACKS.text), "preference", PAPERBACKS.text, "s", 0, "2026", 0)]
    assert News.beside(refreshed, (PAPERBACKS,)).ended == []


def test_a_fact_that_gave_its_place_is_neither_read_nor_kept_in_words(memory: Memory) -> None:
    session = say(memory, PAPERBACKS)
    known = memory.get_conversation_history(ADA, session)
    memory.save_message(ADA, known, message(2), news=News((), (identifier_of(PAPERBACKS.text),)))
    assert memory.facts.of(ADA) == []
    assert [int(item["expires_at"]["N"]) > time.time() - 60 for item in stored()] == [True]  # DynamoDB never deletes what ended years ago
    assert "paperbacks" not in json.dumps(stored())
    assert memory.facts.erase_from(ADA, session) == 0


def test_more_facts_than_one_page_of_the_table_are_all_erased(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = Facts(client("dynamodb"), MEMORY, PATIENCE)
    padding = "x" * 390_000
    for number in range(4):
        content = {"kind": "about", "text": padding, "session_id": "s", "turn": 1, "said_at": "2026"}
        item = {"conversation": {"S": ADA.facts}, "item": {"S": str(number)}, "content": {"S": json.dumps(content)}}
        client("dynamodb").put_item(TableName=MEMORY, Item={**item, "expires_at": {"N": str(int(time.time()) + 100)}})
    assert facts.erase_all(ADA) == 4
    assert stored() == []
