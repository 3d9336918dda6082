"""The log line of a turn: what it did and cost, and no word of anybody."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from causeway.agents.prices import Price, Prices
from causeway.agents.queue import Look
from causeway.conversations.keys import Owner
from causeway.models.chat import Usage
from causeway.runtime.logs import hashed
from tests.unit.agents.desk import calls, desk, in_turn, says, tool

Lines = Callable[[], list[dict[str, Any]]]


def turns(log_lines: Lines) -> list[dict[str, Any]]:
    return [line for line in log_lines() if line["message"] == "agent turn"]


def test_a_turn_has_one_line_with_its_tools_their_policies_and_what_it_cost(log_lines: Lines) -> None:
    at = desk(in_turn(calls(("find", "SECRET-1"), ("made-up-SECRET", "x")), says("SECRET-2")), tool("find", cost_usd=0.01))
    run = at.begin("SECRET-3")
    (line,) = turns(log_lines)
    assert "SECRET" not in json.dumps(line)
    assert line["tools"] == [
        {"tool": "find", "outcome": "done", "policy": "may-find"},
        {"tool": "unknown", "outcome": "refused", "reason": "unknown-tool"},
    ]
    assert (line["outcome"], line["stopped"], line["model_calls"], line["usd"]) == ("done", "answered", 2, 0.0104)
    assert (line["tenant"], line["user"], line["run"]) == (hashed("harbour"), hashed("harbour/ada"), run.id)


def test_a_turn_that_waits_or_is_left_to_the_worker_has_a_line_each_time(log_lines: Lines) -> None:
    at = desk(in_turn(calls(("act", "x")), says("Done.")), tool("act", consent="Do it?"))
    run = at.begin(seconds=4.0)
    at.resume(run)
    at.decide(run, "call-1-1")
    assert [line["outcome"] for line in turns(log_lines)] == ["working", "waiting", "done"]


def test_a_message_of_the_queue_is_read_as_it_was_written() -> None:
    look = Look(Owner("harbour", "ada", "Ada"), "0" * 32)
    assert Look.read(look.written()) == look
    assert Look.read(look.written()).owner.name == "Ada"


def test_tokens_cost_what_their_model_costs_and_an_unknown_model_the_most() -> None:
    prices = Prices({"cheap": Price(1.0, 2.0), "dear": Price(3.0, 15.0)})
    assert prices.usd(Usage(1_000_000, 500_000, "cheap")) == pytest.approx(2.0)
    assert prices.usd(Usage(1_000_000, 0, "unknown")) == pytest.approx(3.0)
    assert prices.usd_to_read(Usage(500_000, 500_000, "cheap")) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="at least one model"):
        Prices({})
