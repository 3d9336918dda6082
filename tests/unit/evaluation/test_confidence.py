import random
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from causeway.answering.confidence import Signals
from causeway.answering.turn import Answer
from evaluation.answered.asking import Kept
from evaluation.answered.judging import Judged
from evaluation.answered.posed import Posed
from evaluation.confidence import bins, calibration_error, crossed, error_with_interval, fit, write
from stacks.assistant.confidence import Fit

NOTHING = Signals(0, 0, 0, 0, 0, 0, 0, 0)


def judged(said: float, right: bool | None) -> Judged:
    kept = Kept(Posed("q", "set", "tenant", "?", "answered"), "", (), "", "")
    return Judged(kept, Answer("", "answered"), replace(NOTHING, said=said, first=1 - said), right)


def some(count: int = 400) -> list[Judged]:
    """The share right of those that say much of the question is 0.9, of others 0.2."""
    draw = random.Random(1)
    return [judged(said, draw.random() < (0.9 if said else 0.2)) for said in [0.0, 1.0] * (count // 2)]


def test_a_fit_says_the_share_that_is_right():
    chosen = fit(some())
    assert chosen.of(replace(NOTHING, said=1)) == pytest.approx(0.9, abs=0.05)
    assert chosen.of(replace(NOTHING, first=1)) == pytest.approx(0.2, abs=0.05)


def test_no_signal_speaks_against_an_answer():
    assert fit(some()).weights["first"] == 0


def test_answers_of_which_nobody_knows_whether_they_are_right_have_no_say():
    known = some()
    assert fit([*known, *(judged(1.0, None) for _ in range(400))]) == fit(known)


def test_each_half_is_measured_by_the_other():
    known = [judged(1.0, place % 2 == 0) for place in range(100)]
    assert {(bool(each.right), share < 0.5) for each, share in crossed(known)} == {(True, True), (False, False)}


def test_the_calibration_error_weighs_each_tenth_by_its_answers():
    pairs = [(0.95, True)] * 9 + [(0.95, False)] + [(0.25, True)] * 10
    assert [(round(each.confidence, 2), each.right.held, each.right.trials) for each in bins(pairs)] == [(0.25, 10, 10), (0.95, 9, 10)]
    assert calibration_error(pairs) == pytest.approx((10 * 0.75 + 10 * 0.05) / 20)
    error, low, high = error_with_interval(pairs)
    assert low <= error <= high


def test_what_is_written_is_a_fit_that_a_stack_can_read(tmp_path: Path):
    file = tmp_path / "laptop.yaml"
    known = some()
    write(file, fit(known), [(share, bool(each.right)) for each, share in crossed(known)], ["stand-in"], ["xquad"])
    read = Fit.model_validate(yaml.safe_load(file.read_text()))
    assert read.evidence is not None
    assert read.evidence.figures[0].n == len(known)
    assert set(read.evidence.sets) == {"golden", "xquad"}
