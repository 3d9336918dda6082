"""A call that a caller dictates is a run like an agent's, without a model."""

from typing import Any

from causeway.agents.agents import Agents
from causeway.agents.dictated import CALLER, dictating, message_of
from causeway.agents.run import Run
from causeway.runtime.deadlines import Deadline
from tests.unit.agents.desk import Desk, desk, in_turn, says, tool


def no_model(request: Any, before: int) -> Any:
    raise AssertionError("no model is asked")


def dictate(at: Desk, name: str, arguments: dict[str, Any], seconds: float = 25.0, agents: Agents | None = None) -> Run:
    return (agents or at.agents).begin(at.owner, CALLER, message_of(name, arguments), None, "t", Deadline.after(seconds))


def test_the_call_is_made_as_it_was_dictated_and_costs_what_its_tool_costs() -> None:
    at = desk(no_model, tool("find", cost_usd=0.01))
    run = dictate(at, "find", {"thing": "ein Buch über Öl"})
    (call,) = run.calls
    assert (call.content, call.call.arguments) == ("ein Buch über Öl is here.", {"thing": "ein Buch über Öl"})
    assert (run.state, run.stopped, run.spent.usd, run.spent.model_calls, run.spent.tokens) == ("done", "answered", 0.01, 0, 0)


def test_it_needs_no_time_for_a_model_and_goes_on_in_the_worker_where_its_tool_has_none() -> None:
    at = desk(no_model, tool("find", timeout_seconds=2.0))
    assert dictate(at, "find", {"thing": "x"}, seconds=4.0).state == "done"
    slow = desk(no_model, tool("find", timeout_seconds=20.0))
    assert dictate(slow, "find", {"thing": "x"}, seconds=4.0).state == "working"


def test_a_run_of_which_the_process_died_is_gone_on_with_and_acts_once() -> None:
    keys: list[str] = []

    def dies(arguments: Any, calling: Any) -> str:
        keys.append(calling.key)
        if len(keys) == 1:
            at.tables.transact_write_items = gone  # the process dies before the result is written
        return "Done."

    def gone(**_: Any) -> None:
        raise KeyboardInterrupt

    at = desk(no_model, tool("act", dies, effect="once"))
    writes = at.tables.transact_write_items
    try:
        dictate(at, "act", {"thing": "x"})
    except KeyboardInterrupt:
        at.tables.transact_write_items = writes
    at.now += 60
    run = at.agents.resume(at.owner, at.owner.id_of(CALLER, "t"), Deadline.after(25))
    assert (run.state, run.calls[0].content, len(set(keys)), len(keys)) == ("done", "Done.", 1, 2)


def test_a_domain_without_tools_has_nothing_to_dictate() -> None:
    assert dictating([]).tools == ("none",)


def test_no_agents_run_is_taken_for_a_dictated_one() -> None:
    at = desk(in_turn(says("Hello.")), tool("find"))
    run = at.begin(message_of("find", {"thing": "x"}))
    assert (run.text, list(run.calls), len(at.model.asked)) == ("Hello.", [], 1)
