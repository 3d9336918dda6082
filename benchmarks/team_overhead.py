"""What a run of a team costs beside its roles' work: Step Functions, the function of roles, the record and the API, on the local AWS.

    make up
    python -m benchmarks.team_overhead

The overhead is the time from the request to the end that is written in the run's record, less the work of the roles that follow each other.
Of roles that work beside each other the longest counts. The work of a role is what its loop takes: the model, its tools, its steps.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from benchmarks.deployed import running
from benchmarks.measure import Spread, Unavailable, print_table
from local.app import domain
from local.app.api import call
from local.app.people import Person, sign_in

ROUNDS = 5
PATIENCE_SECONDS, LOOK_SECONDS = 120, 0.5
GOAL_SECONDS = 2.0
TASKS = {
    "orchestrator": ("complaint", "Order H-10482 came wet and crushed. What do you do about it?"),
    "evaluator": ("letter", "How many days does a customer have to return a book?"),
    "sequence": ("return-check", "Can order H-10482 be returned?"),
    "parallel": ("offers", "Which way of sending two paperbacks is the cheapest?"),
}
BESIDE_EACH_OTHER = ("orchestrator", "parallel")


@dataclass(frozen=True)
class Measured:
    """Seconds. pieces: of work, the end among them."""

    whole: float
    work: float
    pieces: int

    @property
    def overhead(self) -> float:
        return self.whole - self.work


def measured(person: Person, pattern: str) -> Measured:
    team, task = TASKS[pattern]
    began = time.time()
    sent = {"task": task, "client_token": uuid4().hex}
    run = _over(person, call("POST", f"/v1/teams/{team}/runs", person, sent).require("No run"))
    pieces = run["pieces"]
    last = max(datetime.fromisoformat(piece["ended_at"]).timestamp() for piece in pieces)
    return Measured(last - began, work_of(pieces, pattern in BESIDE_EACH_OTHER), len(pieces))


def work_of(pieces: Sequence[Mapping[str, Any]], beside: bool) -> float:
    """Seconds of the roles that follow each other; of those at work beside each other, the longest."""
    workers = [piece["seconds"] for piece in pieces if piece["step"] == "work"]
    others = sum(piece["seconds"] for piece in pieces if piece["step"] != "work")
    return float(others + (max(workers) if beside else sum(workers)))


def _over(person: Person, run: dict[str, Any]) -> dict[str, Any]:
    """The run once it has ended, or waits for a person."""
    for _ in range(int(PATIENCE_SECONDS / LOOK_SECONDS)):
        if run["state"] == "failed":
            raise Unavailable(f"a run of {run['team']} failed ({run['stopped']}): make run ID={run['run_id']}")
        if run["state"] != "working":
            return run
        time.sleep(LOOK_SECONDS)
        run = call("GET", f"/v1/runs/{run['run_id']}", person).require("No run")
    raise Unavailable(f"a run of {run['team']} has not ended after {PATIENCE_SECONDS} seconds: make run ID={run['run_id']}")


def main() -> None:
    running()
    person = sign_in(domain.asking())
    for pattern in TASKS:
        measured(person, pattern)  # every process has started
    rows = [_row(pattern, [measured(person, pattern) for _ in range(ROUNDS)]) for pattern in TASKS]
    notes = [f"Medians (least to greatest) of {ROUNDS} runs, one at a time, with the stand-in model."]
    print_table("A team's run without its roles' work, seconds", ["pattern", "pieces", "whole", "overhead", "goal"], rows, notes)


def _row(pattern: str, runs: Sequence[Measured]) -> list[str]:
    overhead = Spread.of([run.overhead for run in runs])
    kept = "kept" if overhead.median < GOAL_SECONDS else "missed"
    whole = Spread.of([run.whole for run in runs])
    return [pattern, str(runs[0].pieces), f"{whole:.2f}", f"{overhead:.2f}", f"< {GOAL_SECONDS:.0f}: {kept}"]


if __name__ == "__main__":
    main()
