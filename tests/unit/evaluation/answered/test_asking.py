from pathlib import Path

from causeway.answering.turn import Generation, Turn
from causeway.runtime.problems import Problem
from evaluation.answered.asking import Keeper, Kept, walked
from evaluation.answered.posed import Posed, spread
from tests.unit.answering.test_confidence import RETURNS

POSED = Posed("q", "set", "harbour", "How long?", "answered")


class Step:
    """Does one thing to a turn."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, turn: Turn) -> None:
        if self.name == "screen":
            raise Problem("question-refused", "Refused", 400, "why")
        if self.name == "select":
            turn.refuse("nothing-found")
        turn.passages = RETURNS
        turn.generation = Generation("30 days [1].", "max_tokens")


def test_what_a_model_has_said_is_there_for_the_next_run(tmp_path: Path):
    file = tmp_path / "new" / "small.jsonl"
    said = walked(POSED, [Step("generate")])
    Keeper(file).keep(said)
    assert Keeper(file).find(POSED) == said == Kept(POSED, "", tuple(RETURNS), "30 days [1].", "max_tokens")
    assert Keeper(file).find(Posed("other", "set", "harbour", "?", "answered")) is None


def test_a_line_that_was_cut_short_is_asked_again(tmp_path: Path):
    file = tmp_path / "small.jsonl"
    Keeper(file).keep(walked(POSED, [Step("generate")]))
    file.write_text(file.read_text() + '{"id": "half')
    assert Keeper(file).find(POSED) is not None


def test_a_question_that_never_reached_the_model_is_kept_with_the_reason():
    assert walked(POSED, [Step("screen"), Step("generate")]).outcome == "question-refused"
    assert walked(POSED, [Step("select"), Step("generate")]).outcome == "nothing-found"


def test_questions_are_taken_as_far_apart_as_they_can_be():
    several = [Posed(str(number), "set", "t", "?", "answered") for number in range(10)]
    assert [each.id for each in spread(several, 3)] == ["0", "3", "6"]
    assert spread(several, 20) == several
