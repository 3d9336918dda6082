from pathlib import Path

import pytest
import yaml

from evaluation import basis
from evaluation.calibrate import ALL, EVEN, ODD, best_floor, best_margin, best_weight, told, write
from evaluation.ranking import Ranked
from stacks.environment import load
from stacks.models.calibration import FOLDER, Calibration, read
from stacks.models.settings import FIRST

FIGURE = {"set": "a", "metric": "recall@5", "n": 4, "value": 0.5, "interval": [0.1, 0.9]}


def test_the_numbers_in_use_were_measured_with_this_model_index_schema_chunking_and_these_queries():
    now = basis.parts()
    for model in load("local").models.embeddings:
        evidence = read(model.calibration).evidence
        if evidence is None:
            assert model.name != FIRST
            continue
        changed = [name for name in now if evidence.basis.get(name) != now[name]]
        assert not changed, f"{', '.join(changed)} changed after {model.calibration} was calibrated: run `make calibrate DATA=folder`"
        assert evidence.model == told(model)


def test_every_calibration_has_evidence_or_says_why_it_has_none():
    assert {file.stem for file in FOLDER.glob("*.yaml")} == {"wordllama", "wordllama-64", "titan-embed-text-v2", "bge-large-en-v1.5"}
    assert [bool(read(name).unmeasured) for name in ("wordllama", "titan-embed-text-v2", "bge-large-en-v1.5")] == [False, True, True]
    with pytest.raises(ValueError, match="either evidence or unmeasured"):
        Calibration(text_weight=0.5, least_similarity=0.6)


def test_the_weight_is_chosen_by_one_half_of_the_questions_only():
    by_weight = {0.2: {"a": Ranked([1, 5, 1, 5])}, 0.8: {"a": Ranked([2, 1, 2, 1])}}
    assert best_weight(by_weight, EVEN) == 0.2
    assert best_weight(by_weight, ODD) == 0.8
    assert best_weight(by_weight, ALL) == 0.8


def test_each_set_has_the_same_say_however_many_questions_it_has():
    by_weight = {0.2: {"small": Ranked([1]), "large": Ranked([2] * 90)}, 0.8: {"small": Ranked([4]), "large": Ranked([1] * 60 + [2] * 30)}}
    assert best_weight(by_weight, ALL) == 0.2


def test_the_floor_is_the_highest_that_nineteen_of_twenty_answered_questions_reach():
    near = {True: [0.6] + [0.7, 0.8] * 10, False: [0.65, 0.5]}
    assert best_floor(near, ALL) == 0.7
    assert best_floor({True: [0.6, 0.6, *near[True]], False: []}, ALL) == 0.6
    assert best_floor({True: [0.1], False: []}, ALL) == 0.51


def test_the_margin_is_the_lowest_from_which_first_passages_answer_the_questions_of_every_set():
    wrong_at = [(0.15, False), (0.05, False)]
    leads = {"one": [*wrong_at, *[(0.5, True)] * 10], "other": [(0.3, False), *[(0.6, True)] * 12]}
    assert best_margin(leads, ALL) == 0.31
    assert best_margin({"one": leads["one"]}, ALL) == 0.16
    assert best_margin({"one": [*wrong_at, *[(0.5, True)] * 9]}, ALL) is None
    assert best_margin({"one": [(0.9, False), *[(0.5, True)] * 60]}, ALL) == 0.01


def test_what_is_written_is_read_as_a_calibration(tmp_path: Path):
    file = tmp_path / "model.yaml"
    write(file, 0.8, 0.6, 0.3, [FIGURE], ["xquad"])
    written = Calibration.model_validate(yaml.safe_load(file.read_text()))
    assert (written.text_weight, written.least_similarity, written.clear_margin) == (0.8, 0.6, 0.3)
    assert written.evidence is not None
    assert written.evidence.basis == basis.parts()
    assert "CC BY-SA 4.0" in written.evidence.sets["xquad"]
