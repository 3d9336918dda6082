"""What passes between a state machine and the record: the machine names pieces of work by their keys, and no word of people is in it.

Executions keep what passes through them for 90 days; a run's record ends after 7.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from causeway.teams.run import Json, Piece, TeamRun

NAMED = "of"  # the part of a piece's input that names others


def gathered(run: TeamRun, given: Json) -> dict[str, Any]:
    """given: of a state machine. Its part `of` names what is in the record: found, keys of pieces; verdict and draft, a key each;
    faults, the key of a score; task, its place in the plan. The rest stays as it is.
    """
    named = given.get(NAMED, {})
    rest = {name: value for name, value in given.items() if name != NAMED}
    return {**{name: _GATHER[name](run, wanted) for name, wanted in named.items()}, **rest}


def told(piece: Piece) -> Json:
    """What the machine has to know of a piece that is done: which roles work, or how good a draft is."""
    output = piece.output or {}
    if "tasks" in output:
        return {"tasks": [{"role": task["role"]} for task in output["tasks"]]}
    return {"score": output["score"]} if "score" in output else {}


def _found(run: TeamRun, keys: Sequence[str]) -> list[Json]:
    return [_handed_over(key, run.piece(key)) for key in keys]


def _handed_over(key: str, piece: Piece | None) -> Json:
    """A piece that came to nothing is told as such."""
    if piece is None or piece.state != "done":
        return {"key": key, "role": piece.role if piece else "", "state": "failed", "why": piece.why if piece else ""}
    asked = {"task": piece.input["task"]} if piece.input.get("task") else {}
    return {"role": piece.role, **asked, "state": "done", "output": piece.output}


def _output(run: TeamRun, key: str) -> Json:
    piece = run.piece(key)
    return (piece.output if piece else None) or {}


def _faults(run: TeamRun, key: str) -> Sequence[str]:
    return list(_output(run, key).get("faults", ()))


def _task(run: TeamRun, place: int) -> str:
    return str(_output(run, "plan")["tasks"][place]["task"])


_GATHER: Mapping[str, Callable[[TeamRun, Any], Any]] = {
    "found": _found,
    "verdict": _output,
    "draft": _output,
    "faults": _faults,
    "task": _task,
}
