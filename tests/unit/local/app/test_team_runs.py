"""Runs of teams as a terminal and a browser show them."""

from typing import Any
from xml.etree import ElementTree

from local.app.team_runs import bars, begun, ended, picture, row, svg

SPENT = {"input_tokens": 812, "output_tokens": 43, "model_calls": 2, "usd": 0.0042}


def moment(seconds: float) -> str:
    return f"2026-11-26T10:00:{seconds:06.3f}+00:00"


def a_piece(key: str, step: str, role: str, begin: float, end: float | None, **facts: Any) -> dict[str, Any]:
    given = {"input": {}, "output": {}, "decision": "", "why": "", "spent": SPENT, "seconds": 1.0, "state": "done" if end else "working"}
    return {"key": key, "step": step, "role": role, "started_at": moment(begin), "ended_at": end and moment(end), **given, **facts}


def a_run(*pieces: dict[str, Any], **facts: Any) -> dict[str, Any]:
    known = {"run_id": "0a" * 16, "kind": "team", "team": "complaint", "task": "It is wet.", "state": "done", "stopped": "answered"}
    return {**known, "outcome": {"text": "Dear customer"}, "pieces": list(pieces), "spent": SPENT, **facts}


CLAIM = {"claim": "30 days.", "evidence": ["returns.md"], "carried": "carried"}
PLAN = a_piece("plan", "plan", "lead", 0, 1, decision="1 task for rules")
WORK = a_piece("work-1", "work", "rules", 1, 4, input={"task": "Which rules?"}, output={"claims": [CLAIM]}, decision="1 claim")
LOST = a_piece("work-2", "work", "orders", 1, 3, state="failed", why="budget", decision="failed")


def test_a_piece_is_a_line_with_its_role_time_cost_and_what_came_of_it() -> None:
    assert begun(WORK) == "▶ work-1 rules           has begun"
    assert ended(WORK) == "✓ work-1 rules              3.0 s  $0.0042  1 claim"
    assert ended(LOST) == "✗ work-2 orders             2.0 s  $0.0042  budget"


def test_a_step_of_ours_is_named_once() -> None:
    assert begun(a_piece("verify", "verify", "verify", 4, 5)).split() == ["▶", "verify", "has", "begun"]


def test_bars_are_shares_of_the_time_from_the_first_piece_to_the_last() -> None:
    assert [(bar.begin, bar.length) for bar in bars(a_run(PLAN, WORK))] == [(0.0, 0.25), (0.25, 0.75)]


def test_a_picture_shows_what_each_role_was_given_and_handed_over() -> None:
    lines = list(picture(a_run(PLAN, WORK, LOST, a_piece("end", "end", "end", 4, 4))))
    assert lines[0] == f"run {'0a' * 16} of team complaint: done (answered)"
    assert "  input  task: Which rules?" in lines
    assert "  output claims: 30 days. [returns.md] carried" in lines
    assert "  work-1 rules                     ██████████████████████████████" in lines
    assert lines[-1] == "\nDear customer"


def test_a_run_that_has_no_pieces_yet_is_shown() -> None:
    assert "$0.0042" in list(picture(a_run(outcome=None, state="working", stopped="")))[-1]


def test_the_svg_is_well_formed_whatever_a_role_is_called() -> None:
    drawn = ElementTree.fromstring(svg(a_run(a_piece("work-1", "work", "<a & b>", 0, 1))))
    assert [each.text for each in drawn.iter("{http://www.w3.org/2000/svg}text")][1] == "work-1 <a & b>"


def test_a_run_in_the_list_is_one_line_that_says_why_it_failed() -> None:
    listed = {"run_id": "0a" * 16, "name": "complaint", "asked": "It is\nwet.", "state": "failed", "stopped": "budget", "usd": 0.05}
    said = row({**listed, "created_at": "2026-11-26T10:00:00+00:00", "trigger": ""})
    assert said == f"11-26 10:00  {'0a' * 16}  complaint      failed (budget)    $0.0500  It is wet."
