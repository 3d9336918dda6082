"""Operators switch agents off: nothing begins, and what is under way ends before its next step."""

import pytest

from causeway.conversations.keys import Owner
from causeway.runtime.problems import Problem
from tests.unit.agents.desk import Desk, calls, desk, in_turn, says, tool

TENANT = "harbour"
find = tool("find")


def off(at: Desk) -> None:
    at.off.add(at.owner.tenant)


def test_nothing_begins_while_agents_are_off_and_other_tenants_do_not_notice() -> None:
    at = desk(in_turn(says("Hello.")), find)
    off(at)
    with pytest.raises(Problem) as raised:
        at.begin()
    assert (raised.value.status, raised.value.slug, raised.value.retry_after) == (503, "switched-off", 60)
    assert (at.model.asked, at.inbox.sent) == ([], [])
    at.owner = Owner("lantern", "bela")
    assert at.begin().stopped == "answered"


def test_a_run_that_works_ends_before_its_next_call_with_what_was_found() -> None:
    at = desk(in_turn(calls(("find", "x")), says("Never said.")))
    at.tools = [tool("find", lambda arguments, calling: off(at) or "It is here.")]
    run = at.begin()
    assert (run.state, run.stopped, len(at.model.asked)) == ("done", "switched-off", 1)
    assert "switched off" in run.text
    assert "It is here." in run.text


def test_what_was_consented_to_before_is_not_done_while_agents_are_off() -> None:
    done: list[str] = []
    at = desk(in_turn(calls(("find", "x"), ("act", "x")), says("Never said.")))
    act = tool("act", lambda arguments, calling: done.append(calling.key) or "Done.", effect="once", consent="Do {thing}?")
    at.tools = [tool("find", lambda arguments, calling: off(at) or "It is here."), act]
    run = at.begin()
    assert (run.stopped, [each.outcome for each in run.calls], done) == ("switched-off", ["done", "refused"], [])


def test_a_run_that_waits_for_consent_waits_on_and_goes_on_when_agents_are_on_again() -> None:
    done: list[str] = []
    act = tool("act", lambda arguments, calling: done.append(calling.key) or "Done.", effect="once", consent="Do {thing}?")
    at = desk(in_turn(calls(("act", "x")), says("It is done.")), act)
    run = at.begin()
    off(at)
    with pytest.raises(Problem):
        at.decide(run, run.calls[0].call.id)
    assert (at.agents.show(at.owner, run.id).state, done) == ("waiting", [])
    at.off.clear()
    assert at.decide(run, run.calls[0].call.id).stopped == "answered"
    assert len(done) == 1


def test_a_worker_that_takes_a_run_up_ends_it() -> None:
    at = desk(in_turn(calls(("find", "x")), says("Never said.")), find)
    run = at.begin(seconds=1.0)
    assert run.state == "working"
    off(at)
    assert at.resume(run).stopped == "switched-off"
    assert at.model.asked == []
