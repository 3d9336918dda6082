import pytest

from causeway.answering.turn import Turn
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import Throttled
from causeway.runtime.problems import Problem
from evaluation.explain.trace import trace


class Noting:
    """Changes in place what steps change in place."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, turn: Turn) -> None:
        turn.notes |= {self.name: 1}
        turn.degraded.append("model")


class Refusing:
    name = "refusing"

    def __call__(self, turn: Turn) -> None:
        turn.refuse("nothing-found")


class Failing:
    name = "failing"

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __call__(self, turn: Turn) -> None:
        turn.notes["tried"] = 1
        raise self._error


def turn() -> Turn:
    return Turn("r", "harbour", "How long?", Deadline.after(60))


def test_each_step_that_ran_has_the_turn_as_it_was_before_and_after_it():
    found = trace([Noting("one"), Refusing(), Noting("never")], turn())
    assert [step.name for step in found.steps] == ["one", "refusing"]
    one = found.of("one")
    assert one is not None
    assert (one.before.notes, one.after.notes, one.before.degraded, one.after.degraded) == ({}, {"one": 1}, [], ["model"])
    assert (found.steps[1].before.answer, found.turn.outcome, found.of("never")) == (None, "nothing-found", None)


@pytest.mark.parametrize(
    ("error", "said"),
    [(Problem("question-refused", "Refused", 400, "reads like an instruction"), "instruction"), (Throttled("model", "busy"), "model")],
)
def test_a_step_that_ends_the_turn_without_an_answer_is_the_last_one_seen(error: Exception, said: str):
    found = trace([Noting("one"), Failing(error), Noting("never")], turn())
    assert found.steps[-1].name == "failing"
    assert found.steps[-1].after.notes == {"one": 1, "tried": 1}
    assert said in found.stopped
