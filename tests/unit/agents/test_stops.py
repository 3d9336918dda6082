"""Loops that would never end by themselves: each is stopped, for the right reason. A hundred of each kind, by their seeds."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causeway.agents.tool import Refused
from causeway.models.acting import ActReply, ActRequest, ToolCall
from causeway.models.chat import Usage
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyRejected, DependencyUnavailable, Throttled
from tests.unit.agents.desk import Desk, calls, desk, says, tool

pytestmark = pytest.mark.no_cover  # counting lines would take as long again


def a_hundred(test: Callable[[int], None]) -> Callable[[], None]:
    """Runs a test with a hundred seeds; hypothesis says which one failed."""
    return settings(max_examples=100, deadline=None)(given(st.integers(0, 2**32))(test))


WIDE = {"iterations": 20, "seconds": 600, "failures": 10, "tokens": 1_000_000, "usd": 100.0}
find = tool("find")


def fresh(before: int, chance: random.Random) -> ActReply:
    """One to three calls that no reply has made before."""
    several = [("find", f"thing {before} {number}") for number in range(chance.randint(1, 3))]
    return calls(*several, text=chance.choice(["", "Let me look."]))


@a_hundred
def test_a_loop_that_always_finds_something_new_ends_after_its_iterations(seed: int) -> None:
    chance = random.Random(seed)
    limit = chance.randint(1, 20)
    at = desk(lambda request, before: fresh(before, chance), find, limits={**WIDE, "iterations": limit})
    run = at.begin()
    assert (run.state, run.stopped, len(at.model.asked)) == ("done", "iterations", limit)
    assert "steps without an answer" in run.text
    assert "- find: thing 0 0 is here." in run.text


@a_hundred
def test_a_loop_ends_once_its_seconds_of_work_are_used_up(seed: int) -> None:
    chance = random.Random(seed)
    limit = chance.randint(5, 60)

    def slow(request: ActRequest, before: int) -> ActReply:
        worked.append(chance.uniform(3.1, limit))
        at.clock += worked[-1]
        return fresh(before, chance)

    worked: list[float] = []
    at = desk(slow, find, limits={**WIDE, "seconds": limit})
    assert at.begin().stopped == "deadline"
    assert sum(worked) >= limit - 0.01 > sum(worked[:-1]) - 0.02


def _breaks(*_: Any) -> None:
    raise RuntimeError("broken")


def _refuses(*_: Any) -> None:
    raise Refused("There is no such thing.")


def _down(*_: Any) -> None:
    raise DependencyUnavailable("records", "down")


FAILING = [tool("breaks", _breaks), tool("refuses", _refuses), tool("is_down", _down), tool("forbidden")]


@a_hundred
def test_a_loop_of_failures_ends_after_so_many_in_a_row(seed: int) -> None:
    chance = random.Random(seed)
    limit, before_them = chance.randint(1, 6), chance.randint(0, 3)

    def failing(request: ActRequest, before: int) -> ActReply:
        if before < before_them:
            return calls(("breaks", f"{before}"), ("find", f"{before}"))
        name = chance.choice(["breaks", "refuses", "is_down", "forbidden", "no_such_tool"])
        reply = calls((name, f"{before}"))
        wrong = replace(reply, calls=[ToolCall("x", "find", {"thnig": 1})])
        return chance.choice([reply, wrong])

    at = desk(failing, find, *FAILING, forbidden=frozenset({"forbidden"}), limits={**WIDE, "failures": limit})
    run = at.begin()
    assert (run.stopped, len(at.model.asked)) == ("failures", before_them + limit)
    assert f"{limit} actions failed" in run.text


@a_hundred
def test_a_loop_that_asks_for_the_same_call_again_is_told_once_and_then_ends(seed: int) -> None:
    chance = random.Random(seed)
    before_them = chance.randint(1, 6)
    again = f"thing {chance.randrange(before_them)} 0"

    def circling(request: ActRequest, before: int) -> ActReply:
        return fresh(before, chance) if before < before_them else calls(("find", again))

    at = desk(circling, find, limits=WIDE)
    run = at.begin()
    assert (run.stopped, len(at.model.asked)) == ("repeated-call", before_them + 2)
    assert [call.outcome for call in run.calls[-2:]] == ["refused", "refused"]
    assert "going in circles" in run.text


@a_hundred
def test_a_loop_whose_calls_bring_nothing_new_ends(seed: int) -> None:
    chance = random.Random(seed)
    before_them = chance.randint(0, 6)
    search = tool("search", lambda arguments, calling: "Nothing was found.")

    def searching(request: ActRequest, before: int) -> ActReply:
        if before < before_them:
            return fresh(before, chance)
        return calls(*[("search", f"{before} {number}") for number in range(chance.randint(1, 4))])

    at = desk(searching, find, search, limits=WIDE)
    run = at.begin()
    assert (run.stopped, len(at.model.asked)) == ("no-progress", before_them + 4)
    assert run.text.count("Nothing was found.") == 1


@a_hundred
def test_a_loop_never_uses_more_tokens_than_it_may(seed: int) -> None:
    chance = random.Random(seed)
    limit = chance.randint(1000, 20_000)
    sent, given_out = iter(range(100, 100_000, chance.randint(50, 900))), []

    def growing(request: ActRequest, before: int) -> ActReply:
        given_out.append(Usage(next(sent), chance.randint(1, 50), "model"))
        return replace(fresh(before, chance), usage=given_out[-1])

    at = desk(growing, find, limits={**WIDE, "tokens": limit})
    run = at.begin()
    used = [usage.input_tokens + usage.output_tokens for usage in given_out]
    assert run.stopped == ("tokens" if sum(used) + used[-1] > limit else "iterations")
    assert run.spent.tokens == sum(used)
    assert sum(used[:-1]) + (used[-2] if used[1:] else 0) <= limit  # the last one was still to fit, as far as one could know


@a_hundred
def test_a_loop_never_costs_more_than_it_may_even_in_the_middle_of_parallel_calls(seed: int) -> None:
    chance = random.Random(seed)
    limit = chance.uniform(0.05, 1.0)
    dear = tool("buy", lambda arguments, calling: bought.append(arguments.thing) or "Bought.", cost_usd=chance.uniform(0.01, 0.1))

    def buying(request: ActRequest, before: int) -> ActReply:
        return calls(*[("buy", f"{before} {number}") for number in range(chance.randint(1, 8))])

    bought: list[str] = []
    run = desk(buying, dear, limits={**WIDE, "usd": limit}).begin()
    assert run.stopped == "cost" or (run.stopped == "no-progress" and run.spent.usd < limit)
    assert run.spent.usd <= limit
    assert run.spent.usd == pytest.approx(len(bought) * dear.cost_usd + run.spent.model_calls * 0.0002)
    refused = [call for call in run.calls if call.outcome == "refused"]
    assert len(bought) + len(refused) == len(run.calls)


@a_hundred
def test_a_loop_whose_model_costs_too_much_ends_before_the_call_that_would(seed: int) -> None:
    chance = random.Random(seed)
    limit = chance.uniform(0.001, 0.006)
    run = desk(lambda request, before: fresh(before, chance), find, limits={**WIDE, "usd": limit}).begin()
    one, to_read = 0.0002, 0.00012
    assert run.stopped == ("cost" if run.spent.usd + to_read > limit else "iterations")
    assert run.spent.usd - one + to_read <= limit


@a_hundred
def test_a_loop_ends_when_the_guardrail_steps_in(seed: int) -> None:
    chance = random.Random(seed)
    at_last, reason = chance.randint(0, 6), chance.choice(["guardrail_intervened", "content_filtered"])
    blocked = chance.choice(["I cannot say that.", ""])
    at = desk(lambda request, before: fresh(before, chance) if before < at_last else says(blocked, reason), find, limits=WIDE)
    run = at.begin()
    assert (run.stopped, len(at.model.asked)) == ("guardrail", at_last + 1)
    assert run.text == (blocked or "I cannot help with that.")


@a_hundred
def test_a_loop_ends_when_no_model_answers_and_says_what_was_found(seed: int) -> None:
    chance = random.Random(seed)
    at_last = chance.randint(0, 6)
    failure = chance.choice([Throttled, DependencyUnavailable, DependencyRejected])

    def failing(request: ActRequest, before: int) -> ActReply:
        if before == at_last:
            raise failure("model", "for the test")
        return fresh(before, chance)

    run = desk(failing, find, limits=WIDE).begin()
    assert run.stopped == "model-unavailable"
    assert ("thing 0 0 is here." in run.text) == (at_last > 0)


@a_hundred
def test_a_question_that_nobody_answers_in_time_ends_the_turn_with_nothing_done(seed: int) -> None:
    chance = random.Random(seed)
    hours, done = chance.randint(1, 168), []
    act = tool("act", lambda arguments, calling: done.append(1), effect=chance.choice(["none", "once"]), consent="Do {thing}?")
    several = [("act", f"{number}") for number in range(chance.randint(1, 3))]
    at = desk(lambda request, before: calls(*several, ("find", "it")), find, act, limits={**WIDE, "consent_hours": hours})
    run = at.begin()
    at.now += hours * 3600 - 1
    assert at.agents.show(at.owner, run.id).state == "waiting"
    at.now += 1
    late = chance.choice([lambda: at.agents.show(at.owner, run.id), lambda: at.resume(run)])()
    assert (late.state, late.stopped, done) == ("done", "consent-expired", [])
    assert {call.outcome for call in late.calls} == {"declined", "done"}
    assert "it is here." in late.text


@a_hundred
def test_a_run_that_nobody_can_go_on_with_is_ended(seed: int) -> None:
    chance = random.Random(seed)
    steps = chance.randint(0, 4)

    class Died(BaseException):
        pass

    def dying(request: ActRequest, before: int) -> ActReply:
        if before == steps:
            raise Died
        return fresh(before, chance)

    at = desk(dying, find, limits=WIDE)
    run = _until_done(at, Died)
    assert (run.state, run.stopped) == ("done", "interrupted")
    assert len(at.model.asked) == steps + (6 if steps else 5)  # claims since the last step


def _until_done(at: Desk, died: type[BaseException]) -> Any:
    """As the queue would: each message when its time comes."""
    with pytest.raises(died):
        at.begin()
    for _ in range(20):
        at.now, look = min(at.inbox.sent)
        at.inbox.sent.remove((at.now, look))
        try:
            run = at.agents.resume(look.owner, look.run_id, Deadline.after(25))
        except died:
            continue
        if run.state == "done":
            return run
    raise AssertionError("it never ended")


def test_a_call_that_failed_may_be_made_again_and_a_look_after_a_change_is_no_repeat() -> None:
    state = {"shelf": "empty", "tries": 0}

    def look(*_: Any) -> str:
        state["tries"] += 1
        if state["tries"] == 1:
            raise Refused("Not now.")
        return f"The shelf is {state['shelf']}."

    def fill(*_: Any) -> str:
        state["shelf"] = "full"
        return "Filled."

    replies = [calls(("look", "x")), calls(("look", "x")), calls(("fill", "x")), calls(("look", "x")), calls(("fill", "x")), says("Done.")]
    at = desk(lambda request, before: replies[before], tool("look", look), tool("fill", fill, effect="once"), limits=WIDE)
    run = at.begin()
    assert [call.outcome for call in run.calls] == ["failed", "done", "done", "done", "refused"]
    assert run.stopped == "answered"


def test_only_what_was_asked_for_twice_in_one_reply_is_done_once() -> None:
    done: list[str] = []
    act = tool("act", lambda arguments, calling: done.append(arguments.thing) or "Done.", effect="once")
    at = desk(lambda request, before: [calls(("act", "x"), ("act", "x"), ("act", "y")), says("Done.")][before], act)
    assert [call.outcome for call in at.begin().calls] == ["done", "refused", "done"]
    assert done == ["x", "y"]
