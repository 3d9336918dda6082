"""The service: a turn is begun once, seen and decided by its owner alone, and gone on with by one process at a time."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from causeway.agents.agents import TRIES
from causeway.agents.queue import Look
from causeway.agents.settling import UNANSWERED
from causeway.conversations.keys import Owner
from causeway.models.acting import ActReply, ActRequest
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyUnavailable, Throttled
from causeway.runtime.problems import Problem
from tests.unit.agents.desk import Desk, calls, desk, in_turn, says, tool

find = tool("find")
LATER = 25.0
EVE = Owner("harbour", "eve")


def asking(done: list[str]) -> Desk:
    """A turn that asks for consent, then answers."""
    act = tool("act", lambda arguments, calling: done.append(calling.key) or "Done.", effect="once", consent="Do {thing}?")
    return desk(in_turn(calls(("act", "x")), says("It is done.")), act, find)


def problem(attempt: Callable[[], Any]) -> tuple[int, str]:
    with pytest.raises(Problem) as raised:
        attempt()
    return raised.value.status, raised.value.slug


def test_the_same_request_finds_the_same_run_and_asks_no_model_again() -> None:
    at = desk(in_turn(says("Hello.")), find)
    first = at.begin()
    assert at.begin() == first
    assert len(at.model.asked) == 1


def test_a_token_of_another_message_agent_or_session_is_not_taken() -> None:
    at = desk(in_turn(says("Hello.")), find)
    at.begin()
    assert problem(lambda: at.begin("Something else.")) == (409, "client-token-used")
    session = at.memory.create_session(at.owner).session_id
    assert problem(lambda: at.begin(session_id=session)) == (409, "client-token-used")


def test_the_same_token_of_another_user_is_another_run() -> None:
    at = desk(in_turn(says("Hello.")), find)
    mine = at.begin()
    at.owner = EVE
    assert at.begin("Something else.").id != mine.id


def test_unknown_agents_sessions_runs_and_questions_are_not_found() -> None:
    at = asking([])
    assert problem(lambda: at.agents.begin(at.owner, "other", "Hello?", None, "t", Deadline.after(9))) == (404, "not-found")
    assert problem(lambda: at.begin(session_id="0" * 32)) == (404, "not-found")
    run = at.begin()
    assert problem(lambda: at.agents.show(at.owner, "0" * 32)) == (404, "not-found")
    assert problem(lambda: at.decide(run, "call-9-9")) == (404, "not-found")
    assert at.agents.show(at.owner, run.id) == run


def test_nobody_else_sees_decides_or_resumes_a_run() -> None:
    done: list[str] = []
    at = asking(done)
    run = at.begin()
    for other in (EVE, Owner("quay", "ada")):
        at.owner = other
        for attempt in (lambda: at.agents.show(at.owner, run.id), lambda: at.decide(run, "call-1-1"), lambda: at.resume(run)):
            assert problem(attempt) == (404, "not-found")
    assert done == []


def test_an_answer_cannot_be_changed_and_one_that_comes_too_late_changes_nothing() -> None:
    done: list[str] = []
    at = asking(done)
    run = at.begin()
    at.decide(run, "call-1-1", approve=False)
    assert problem(lambda: at.decide(run, "call-1-1")) == (409, "already-decided")
    late = at.begin(token="another")
    at.now += 24 * 3600
    assert problem(lambda: at.decide(late, "call-1-1")) == (409, "consent-expired")
    assert problem(lambda: at.decide(late, "call-1-1")) == (409, "consent-expired")
    shown = at.agents.show(at.owner, late.id)
    assert (shown.stopped, shown.calls[0].content, done) == ("consent-expired", UNANSWERED, [])


def test_a_call_that_asked_nothing_cannot_be_decided() -> None:
    at = desk(in_turn(calls(("find", "x")), says("Done.")), find)
    assert problem(lambda: at.decide(at.begin(), "call-1-1")) == (404, "not-found")


def test_a_run_without_time_for_the_model_is_left_to_the_worker_at_once() -> None:
    at = desk(in_turn(calls(("find", "x")), says("Done.")), find)
    run = at.begin(seconds=4.9)
    assert (run.state, at.model.asked) == ("working", [])
    look, now = Look(at.owner, run.id), at.now
    assert [(round(when - now), each) for when, each in at.inbox.sent] == [(14, look), (0, look)]
    assert (at.resume(run).text, len(at.model.asked)) == ("Done.", 2)


def test_a_model_that_failed_is_asked_again_by_a_process_with_more_time() -> None:
    def slow(request: ActRequest, before: int) -> ActReply:
        if len(at.model.asked) == 1:
            time.sleep(0.1)
            raise DependencyUnavailable("model", "for the test")
        return says("Hello.")

    at = desk(slow, find)
    run = at.begin(seconds=5.05)
    assert (run.state, at.resume(run).text) == ("working", "Hello.")


def test_a_tool_that_could_not_end_in_time_is_left_to_the_worker() -> None:
    at = desk(in_turn(calls(("slow", "x")), says("Done.")), tool("slow", timeout_seconds=30.0))
    run = at.begin()
    assert (run.state, [call.outcome for call in run.calls]) == ("working", ["running"])
    assert at.resume(run, seconds=60).text == "Done."
    assert len(at.model.asked) == 2


def test_a_run_that_someone_works_on_is_left_alone_until_the_lease_is_over() -> None:
    at = desk(_dying_once(), find)
    with pytest.raises(Died):
        at.begin()
    run = at.agents.show(at.owner, at.owner.id_of("service", "the-token"))
    sent = len(at.inbox.sent)
    assert (at.resume(run).state, len(at.inbox.sent)) == ("working", sent)
    at.now = at.inbox.sent[0][0]
    assert at.resume(run).text == "Hello."


def test_the_message_of_a_lease_comes_after_the_lease_is_over() -> None:
    at = desk(_dying_once(), find)
    with pytest.raises(Died):
        at.begin()
    run = at.journal.read(at.owner, at.owner.id_of("service", "the-token"))
    assert run is not None
    assert at.now + LATER < run.leased_until < at.inbox.sent[0][0] < run.leased_until + 10


class Died(BaseException):
    """The process is gone."""


def _dying_once() -> Callable[[ActRequest, int], ActReply]:
    deaths = [Died()]

    def reply(request: ActRequest, before: int) -> ActReply:
        if deaths:
            raise deaths.pop()
        return says("Hello.")

    return reply


def test_a_run_that_another_process_took_over_is_not_written_by_the_first() -> None:
    taken: list[Any] = []

    def overtaken(request: ActRequest, before: int) -> ActReply:
        if not taken:
            at.now += 60
            taken.append(None)
            taken[0] = at.resume(at.agents.show(at.owner, at.owner.id_of("service", "the-token")))
            return says("I was slow.")
        return says("I was faster.")

    at = desk(overtaken, find)
    run = at.begin()
    assert (run, run.text) == (taken[0], "I was faster.")
    assert at.agents.show(at.owner, run.id).spent.model_calls == 1


def test_messages_of_runs_that_are_done_or_wait_do_nothing() -> None:
    at = asking([])
    run = at.begin()
    sent = len(at.inbox.sent)
    assert at.resume(run) == run
    ended = at.decide(run, "call-1-1")
    now = len(at.inbox.sent)
    assert at.resume(run) == ended
    assert (len(at.inbox.sent), now) == (now, sent + 1)


def test_an_answer_that_meets_another_process_at_work_waits_and_then_asks_to_be_sent_again() -> None:
    pauses: list[float] = []
    at = asking([])
    run = at.begin()
    recorded = at.journal.read(at.owner, run.id)
    assert recorded is not None
    at.journal.save(recorded, recorded.claimed(int(at.now) + 30))
    agents = at.agents
    agents._pause = pauses.append
    with pytest.raises(Throttled):
        agents.decide(at.owner, run.id, "call-1-1", True, Deadline.after(25))
    assert len(pauses) == TRIES
    agents._pause = lambda seconds: setattr(at, "now", at.now + 5)
    assert agents.decide(at.owner, run.id, "call-1-1", True, Deadline.after(25)).text == "It is done."


def test_a_run_of_an_agent_that_the_domain_no_longer_has_is_ended() -> None:
    at = desk(in_turn(says("Done.")), find)
    run = at.begin(seconds=4.9)
    agents = at.agents
    agents._agents = {}
    ended = agents.resume(at.owner, run.id, Deadline.after(25))
    assert (ended.state, ended.stopped, at.model.asked) == ("done", "interrupted", [])


def test_a_call_that_had_begun_when_its_right_was_taken_is_not_known_to_be_done() -> None:
    def dies(*_: Any) -> None:
        raise Died

    at = desk(in_turn(calls(("act", "x")), says("I do not know.")), tool("act", dies, effect="once"))
    with pytest.raises(Died):
        at.begin()
    at.forbidden, at.now = frozenset({"act"}), at.now + 60
    run = at.agents.resume(at.owner, at.owner.id_of("service", "the-token"), Deadline.after(25))
    assert [call.outcome for call in run.calls] == ["unknown"]
