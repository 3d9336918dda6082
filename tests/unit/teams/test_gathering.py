"""A state machine names pieces by their keys; what they are comes from the record, and goes nowhere else."""

from typing import Any

import pytest

from causeway.agents.run import Spent
from causeway.conversations.keys import Owner
from causeway.teams.gathering import gathered, told
from causeway.teams.run import Piece, TeamRun

PLAN = {"tasks": [{"role": "orders", "task": "Where is H-1?"}, {"role": "rules", "task": "What do the rules say?"}]}
DRAFT, SCORE = {"text": "Dear Ada", "claims": []}, {"score": 0.4, "faults": ["No close."]}
PIECES = [
    Piece("plan", "plan", "lead", {}, 1.0, "done", PLAN),
    Piece("work-1", "work", "orders", {"task": "Where is H-1?"}, 2.0, "done", {"claims": []}),
    Piece("work-2", "work", "rules", {}, 2.0, "failed", why="budget"),
    Piece("verify", "verify", "", {}, 3.0, "done", {"agreed": []}),
    Piece("draft-1", "draft", "write", {}, 4.0, "done", DRAFT),
    Piece("score-1", "score", "mark", {}, 5.0, "done", SCORE),
]
RUN = TeamRun("0" * 32, Owner("harbour", "ada"), "complaint", "Where?", 1, pieces=PIECES)
DONE = {"role": "orders", "task": "Where is H-1?", "state": "done", "output": {"claims": []}}
FAILED = {"key": "work-2", "role": "rules", "state": "failed", "why": "budget"}
NEVER_BEGUN = {"key": "work-3", "role": "", "state": "failed", "why": ""}


@pytest.mark.parametrize(
    ("named", "given"),
    [
        ({"task": 1}, {"task": "What do the rules say?"}),
        ({"found": ["work-1", "work-2", "work-3"]}, {"found": [DONE, FAILED, NEVER_BEGUN]}),
        ({"verdict": "verify"}, {"verdict": {"agreed": []}}),
        ({"draft": "draft-1", "faults": "score-1"}, {"draft": DRAFT, "faults": ["No close."]}),
        ({"draft": "draft-9", "faults": "score-9"}, {"draft": {}, "faults": []}),
    ],
)
def test_what_is_named_by_its_key_is_given_as_the_record_has_it(named: dict[str, Any], given: dict[str, Any]) -> None:
    assert gathered(RUN, {"of": named}) == given


def test_the_rest_of_an_input_stays_as_it_is() -> None:
    assert gathered(RUN, {"stopped": "rejected", "decision": None}) == {"stopped": "rejected", "decision": None}


@pytest.mark.parametrize(
    ("piece", "passed_on"),
    [
        (PIECES[0], {"tasks": [{"role": "orders"}, {"role": "rules"}]}),
        (PIECES[5], {"score": 0.4}),
        (PIECES[1], {}),
        (PIECES[4], {}),
        (Piece("end", "end", "", {}, 6.0, "done", {"text": "Dear Ada"}, spent=Spent()), {}),
    ],
)
def test_a_machine_is_told_roles_and_scores_and_no_words(piece: Piece, passed_on: dict[str, Any]) -> None:
    assert told(piece) == passed_on
