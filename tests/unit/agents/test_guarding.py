"""A guardrail over tools: what it holds back neither runs, nor is asked about, nor is read by a model."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from causeway.agents.guarding import ACTED, NOT_CHECKED, REFUSED, UNREAD, WITHHELD
from causeway.agents.steps import Asked, Returned, Running
from causeway.agents.tool import Calling, Refused
from tests.unit.agents.desk import Desk, Thing, calls, desk, in_turn, results, says, tool
from tests.unit.models.test_inspecting import Bedrock, inspector

UNIT_USD = 0.0008  # of one text that the stand-in inspects


def acting(done: list[str], said: str = "Done.", **facts: Any) -> Any:
    def run(arguments: Thing, calling: Calling) -> str:
        done.append(arguments.thing)
        return said

    return tool("act", run, effect="once", **facts)


def guarded(bedrock: Any, *replies: Any, tools: Any) -> Desk:
    return desk(in_turn(*replies), *tools, inspector=inspector(bedrock))


def steps(at: Desk, run_id: str, kind: type) -> list[Any]:
    found = at.journal.read(at.owner, run_id)
    assert found
    return [step for step in found.steps if isinstance(step, kind)]


def test_a_call_that_acts_is_refused_for_what_its_arguments_say_and_the_model_is_told() -> None:
    done: list[str] = []
    bedrock = Bedrock()
    at = guarded(bedrock, calls(("act", "forbidden"), ("act", "allowed")), says("Ok."), tools=[acting(done)])
    run = at.begin()
    assert done == ["allowed"]
    assert [(call.outcome, call.content) for call in run.calls] == [("refused", REFUSED), ("done", "Done.")]
    assert results(at.model.asked[-1])[0] == REFUSED
    assert [(each["source"], each["content"][0]["text"]["text"]) for each in bedrock.asked] == [
        ("OUTPUT", '{"thing":"forbidden"}'),
        ("OUTPUT", '{"thing":"allowed"}'),
        ("INPUT", "Done."),
    ]


def test_a_call_that_goes_outside_is_refused_for_what_its_arguments_say_though_it_changes_nothing() -> None:
    asked: list[str] = []
    look = tool("look", lambda arguments, calling: asked.append(arguments.thing) or "Seen.", reaches=lambda arguments: "www.example.com")
    run = guarded(Bedrock(), calls(("look", "forbidden"), ("look", "allowed")), says("Ok."), tools=[look]).begin()
    assert asked == ["allowed"]
    assert [(call.outcome, call.content) for call in run.calls] == [("refused", REFUSED), ("done", "Seen.")]


def test_the_user_is_not_asked_about_a_call_that_is_held_back() -> None:
    at = guarded(Bedrock(), calls(("act", "forbidden")), says("Ok."), tools=[acting([], consent="Do {thing}?")])
    run = at.begin()
    assert (run.state, [call.asks for call in run.calls]) == ("done", [""])


def test_arguments_are_inspected_once_before_the_user_is_asked_and_not_again() -> None:
    done: list[str] = []
    bedrock = Bedrock()
    at = guarded(bedrock, calls(("act", "it")), says("Ok."), tools=[acting(done, consent="Do {thing}?")])
    run = at.begin()
    assert (run.state, len(bedrock.asked)) == ("waiting", 1)
    run = at.decide(run, "call-1-1")
    assert (run.state, done, [each["source"] for each in bedrock.asked]) == ("done", ["it"], ["OUTPUT", "INPUT"])
    (asked,), (running,) = steps(at, run.id, Asked), steps(at, run.id, Running)
    assert asked.inspection.usd == pytest.approx(UNIT_USD)
    assert running.inspection is None
    assert run.spent.usd == pytest.approx(0.0004 + 2 * UNIT_USD)
    assert sum(call.cost_usd for call in run.calls) == pytest.approx(2 * UNIT_USD)


def test_a_result_that_the_guardrail_holds_back_is_withheld_from_the_model_and_the_user() -> None:
    at = guarded(Bedrock(), calls(("find", "forbidden")), says("Ok."), tools=[tool("find")])
    run = at.begin()
    assert [(call.outcome, call.content) for call in run.calls] == [("failed", WITHHELD)]
    assert results(at.model.asked[-1]) == [WITHHELD]
    assert "forbidden is here" not in json.dumps([str(each) for each in at.model.asked])


def test_what_was_done_stays_done_though_its_result_is_withheld() -> None:
    done: list[str] = []
    at = guarded(Bedrock(), calls(("act", "it")), says("Ok."), tools=[acting(done, "A forbidden word.")])
    run = at.begin()
    assert [(call.outcome, call.content) for call in run.calls] == [("done", ACTED + WITHHELD)]
    assert results(at.model.asked[-1]) == [ACTED + WITHHELD]


def test_what_a_tool_says_in_refusing_is_inspected_too_and_our_own_words_are_not() -> None:
    def refuse(arguments: Thing, calling: Calling) -> str:
        raise Refused(f"There is no {arguments.thing}.")

    bedrock = Bedrock()
    at = guarded(bedrock, calls(("find", "forbidden"), ("made-up", "x")), says("Ok."), tools=[tool("find", refuse)])
    run = at.begin()
    assert [call.outcome for call in run.calls] == ["failed", "refused"]
    assert run.calls[0].content == WITHHELD
    assert len(bedrock.asked) == 1


def test_what_cannot_be_inspected_is_held_back() -> None:
    done: list[str] = []
    at = guarded(Bedrock(fails=9), calls(("act", "it"), ("find", "it")), says("Ok."), tools=[acting(done), tool("find")])
    run = at.begin()
    assert done == []
    assert [(call.outcome, call.content) for call in run.calls] == [("refused", NOT_CHECKED), ("failed", UNREAD)]


def test_without_a_guardrail_nothing_is_asked_and_nothing_changes() -> None:
    at = desk(in_turn(calls(("find", "forbidden")), says("Ok.")), tool("find"))
    run = at.begin()
    assert [(call.outcome, call.content) for call in run.calls] == [("done", "forbidden is here.")]
    assert [step.inspection for step in steps(at, run.id, Returned)] == [None]


def test_inspections_are_counted_in_the_log_line_with_their_cost(log_lines: Callable[[], list[dict[str, Any]]]) -> None:
    at = guarded(Bedrock(), calls(("act", "it"), ("find", "forbidden")), says("Ok."), tools=[acting([]), tool("find")])
    at.begin()
    (line,) = [each for each in log_lines() if each["message"] == "agent turn"]
    counted = line["inspections"]
    assert (counted["count"], counted["intervened"], counted["usd"]) == (3, 1, pytest.approx(3 * UNIT_USD))
    assert counted["seconds"] >= 0
    assert line["tools"][1] == {"tool": "find", "outcome": "failed", "policy": "may-find", "reason": "guardrail"}
