"""Runs in the table, as moto plays it: each step once, by one process, read as it was written."""

import time
from dataclasses import replace
from typing import Any, get_args

import pytest
from botocore.exceptions import ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scripted_agents import OWNER
from causeway.agents.journal import Journal
from causeway.agents.recorded import KEPT_SECONDS, Recorded
from causeway.agents.steps import AnyStep, Asked, Begun, Decided, Ended, Handed, Replied, Returned, Running, read, written
from causeway.conversations.keys import Owner
from causeway.models.acting import Said, ToolCall
from causeway.models.chat import Usage
from causeway.runtime.dependencies import Dependency
from causeway.runtime.tables import Overtaken

RUNS = Dependency("runs", attempt_seconds=1.0, budget_seconds=9.0, pause=lambda seconds: None)
CALLS = [ToolCall("call-1-1", "find", {"thing": "x"})]
REPLIED = Replied("Let me see.", CALLS, "tool_use", Usage(1, 2, "model"), 0.1, 0.05, ["topicPolicy"])
SAID = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False)
STEPS: list[AnyStep] = [
    Begun("Hello?", "c0de", [Said("user", "a", [], []), Said("assistant", "b", [], [])], at=7),
    REPLIED,
    Running("call-1-1", seconds=0.5),
    Handed("call-1-2", "events", "1" * 32),
    Asked("call-1-1", "Do it?", 99),
    Decided("call-1-1", True),
    Returned("call-1-1", "done", "It is here.", policy="p", usd=0.01, withheld=1, cut=2),
    Ended("answered", "It is here.", ["link"]),
]


def run(owner: Owner = OWNER, run_id: str = "0" * 32, **facts: Any) -> Recorded:
    made = Recorded(run_id, owner, "service", "session", "digest", int(time.time()), STEPS[:1], **facts)
    return made.claimed(made.created_at + 30)


@pytest.fixture
def journal(dynamodb: Any) -> Journal:
    return Journal(lambda tenant: dynamodb, "runs", RUNS)


def test_a_run_is_read_as_it_was_written_step_by_step(journal: Journal) -> None:
    now = journal.create(run())
    for step in STEPS[1:]:
        after = now.after(step)
        journal.save(now, after)
        now = after
    assert journal.read(OWNER, now.id) == now
    assert now.steps == STEPS
    assert {type(step) for step in STEPS} == set(get_args(AnyStep))


def test_a_run_is_created_once_and_found_after(journal: Journal) -> None:
    first = journal.create(run())
    second = run()
    assert second.claim != first.claim
    assert journal.create(second) == first


def test_of_two_processes_one_goes_on(journal: Journal) -> None:
    found = journal.create(run())
    one, two = found.claimed(found.leased_until + 9), found.claimed(found.leased_until + 9)
    journal.save(found, one)
    with pytest.raises(Overtaken):
        journal.save(found, two)
    with pytest.raises(Overtaken):
        journal.save(found, found.after(REPLIED))
    journal.save(one, one.after(REPLIED))
    assert len(journal.read(OWNER, found.id).steps) == 2  # type: ignore[union-attr]


def test_steps_are_written_with_the_lease_or_not_at_all(journal: Journal) -> None:
    found = journal.create(run())
    journal.save(found, other := found.claimed(found.leased_until + 9))
    with pytest.raises(Overtaken):
        journal.save(found, found.after(REPLIED, Ended("answered", "")))
    assert journal.read(OWNER, found.id) == other


def test_a_write_whose_answer_was_lost_is_made_again_and_counts_once(journal: Journal, dynamodb: Any) -> None:
    lose(dynamodb)
    now = journal.create(run())
    for after in (now.claimed(now.leased_until + 9), now.after(REPLIED), now.freed()):
        lose(dynamodb)
        journal.save(now, changed := replace(after, steps=[*now.steps, *after.steps[len(now.steps) :]]))
        now = changed
    assert journal.read(OWNER, now.id) == now


def lose(dynamodb: Any) -> None:
    """The next write is made, and nobody hears of it."""

    def lost(**_: Any) -> None:
        dynamodb.meta.events.unregister("before-parse.dynamodb.TransactWriteItems", lost)
        raise ReadTimeoutError(endpoint_url="dynamodb")

    dynamodb.meta.events.register("before-parse.dynamodb.TransactWriteItems", lost)


def test_a_run_that_has_expired_is_gone_and_its_id_can_be_used_again(journal: Journal) -> None:
    old = replace(run(), created_at=int(time.time()) - KEPT_SECONDS - 1)
    journal.create(old)
    journal.save(old, old.after(REPLIED, Ended("answered", "Old.")))
    assert journal.read(OWNER, old.id) is None
    new = journal.create(run())
    assert journal.read(OWNER, new.id) == new
    journal.save(new, new.after(REPLIED))
    assert journal.read(OWNER, new.id) == new.after(REPLIED)


def test_no_owner_reads_anothers_run(journal: Journal) -> None:
    journal.create(run())
    for other in (Owner("harbour", "eve"), Owner("quay", "ada"), Owner("harbour#ada", ""), Owner("", "harbour#ada")):
        assert journal.read(other, "0" * 32) is None


def test_a_run_of_many_pages_is_read_whole(journal: Journal) -> None:
    now = journal.create(run())
    for _ in range(12):
        journal.save(now, after := now.after(Returned("call-1-1", "done", "x" * 200_000)))
        now = after
    assert journal.read(OWNER, now.id) == now


@given(st.text(), st.dictionaries(st.text(), SAID))
def test_a_step_is_read_as_it_was_written_whatever_a_model_says(text: str, arguments: dict[str, Any]) -> None:
    step = Replied(text, [ToolCall(text, text, arguments)], text, Usage(1, 2, text), 0.1, 0.2, [text])
    assert read(written(step)) == step
