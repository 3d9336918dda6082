"""What finance reads: the saved queries, over the lines that the app really logs, in an engine that knows the same SQL."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from causeway.agents.record import AgentTurnLine
from causeway.answering.record import Record, TurnLine
from causeway.answering.turn import Answer, Turn
from causeway.models.chat import Usage
from causeway.runtime.deadlines import Deadline
from causeway.runtime.logs import hashed
from docs.dictionary import columns
from stacks.catalogue.queries import queries
from stacks.catalogue.stack import COLUMNS
from stacks.models.settings import UsdPerMillion
from tests.unit.agents.desk import calls, desk, in_turn, says, tool
from tests.unit.loopback import log_lines

__all__ = ["log_lines"]

Lines = Callable[[], list[dict[str, Any]]]
SMALL, LARGE = "us.small", "us.large"
PRICES = {SMALL: UsdPerMillion(input=1, output=5), LARGE: UsdPerMillion(input=3, output=15)}


def ask(tenant: str, model: str, tokens: tuple[int, int], **notes: Any) -> None:
    """One question, as the last step logs it."""
    turn = Turn("r", tenant, "How long may books be returned?", Deadline.after(9), user="ada", usage=Usage(*tokens, model))
    turn.answer = Answer("Within 30 days.", "answered")
    turn.notes |= notes
    Record()(turn)


@pytest.fixture
def logged(log_lines: Lines) -> list[dict[str, Any]]:
    ask("harbour", SMALL, (1_000_000, 100_000))
    ask("harbour", LARGE, (1_000_000, 0), second_model=SMALL, second_input_tokens=2_000_000, second_output_tokens=0)
    ask("lantern", "us.unheard-of", (7, 7))
    at = desk(in_turn(calls(("act", "x")), says("Done.")), tool("act", consent="Do it?", cost_usd=0.02))
    at.decide(at.begin(), "call-1-1")
    return log_lines()


@pytest.fixture
def table(logged: list[dict[str, Any]]) -> Iterator[sqlite3.Connection]:
    """The rows that the stream makes of the lines: a column that a line does not have is null."""
    wanted = json.loads(COLUMNS.read_text())
    names = [each["name"] for each in wanted]
    with closing(sqlite3.connect(":memory:")) as made:
        made.execute("CREATE TABLE turns ({}, month)".format(", ".join(f'"{name}"' for name in names)))
        for line in logged:
            if line["message"] in ("turn", "agent turn"):
                values = [json.dumps(each) if isinstance(each, list) else each for each in map(line.get, names)]
                made.execute(f"INSERT INTO turns VALUES ({'?, ' * len(values)}'2026-11')", values)
        yield made


def answers(table: sqlite3.Connection, name: str) -> list[dict[str, Any]]:
    (query,) = (each for each in queries(PRICES) if each.name == name)
    asked = table.execute(query.text)
    names = [each[0] for each in asked.description]
    return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]


def test_the_committed_columns_are_those_that_the_code_declares() -> None:
    assert COLUMNS.read_text() == columns.text(), "write them anew: make dictionary"


def test_each_line_has_what_its_kind_declares(logged: list[dict[str, Any]]) -> None:
    turns = [each for each in logged if each["message"] == "turn"]
    of_a_second = {"second_model", "second_input_tokens", "second_output_tokens"}
    assert all(each.keys() >= set(TurnLine.__annotations__) - of_a_second for each in turns)
    assert set(TurnLine.__annotations__) <= turns[1].keys()
    assert all(
        each.keys() >= set(AgentTurnLine.__annotations__)
        for each in logged
        if each["message"] == "agent turn" and each["outcome"] == "done"
    )


def test_a_tenant_costs_what_its_tokens_and_its_agents_cost(table: sqlite3.Connection) -> None:
    found = {row["tenant"]: row for row in answers(table, "cost-by-tenant")}
    harbour, lantern = found[hashed("harbour")], found[hashed("lantern")]
    assert (harbour["month"], harbour["turns"], harbour["unpriced"]) == ("2026-11", 3, 0)
    assert harbour["usd"] == pytest.approx(1 + 0.5 + 3 + 2 + 0.02, abs=0.01)
    assert (lantern["turns"], lantern["input_tokens"], lantern["usd"], lantern["unpriced"]) == (1, 7, 0, 1)


def test_an_interrupted_turn_of_an_agent_is_counted_once(logged: list[dict[str, Any]], table: sqlite3.Connection) -> None:
    assert sum(each["message"] == "agent turn" for each in logged) > 1
    (agent,) = (row for row in answers(table, "cost-by-agent") if row["message"] == "agent turn")
    assert (agent["turns"], agent["unpriced"]) == (1, 0)
    assert agent["usd"] == pytest.approx(0.02, abs=0.005)


def test_tokens_of_a_second_model_are_in_the_sums(table: sqlite3.Connection) -> None:
    found = {row["model"]: row for row in answers(table, "cost-by-model")}
    assert found[LARGE]["input_tokens"] == 3_000_000
    assert set(found) == {SMALL, LARGE, "us.unheard-of", None}
