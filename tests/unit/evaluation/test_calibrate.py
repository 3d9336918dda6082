from pathlib import Path

import pytest
import yaml

from evaluation import basis
from evaluation.calibrate import ALL, EVEN, FILE, ODD, best_floor, best_weight, told, write
from evaluation.ranking import Ranked
from stacks.models.calibration import FOLDER, Calibration, read

FIGURE = {"set": "a", "metric": "recall@5", "n": 4, "value": 0.5, "interval": [0.1, 0.9]}


def test_the_numbers_in_use_were_measured_with_this_model_index_schema_chunking_and_these_queries():
    evidence = read(FILE.stem).evidence
    assert evidence is not None
    now = basis.parts()
    changed = [name for name in now if evidence.basis.get(name) != now[name]]
    assert not changed, f"{', '.join(changed)} changed after {FILE.name} was calibrated: run `make calibrate DATA=folder`"
    assert evidence.model == basis.MODEL


def test_every_calibration_has_evidence_or_says_why_it_has_none():
    assert {file.stem for file in FOLDER.glob("*.yaml")} == {"wordllama", "titan-embed-text-v2", "bge-large-en-v1.5"}
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


def test_the_floor_parts_questions_with_an_answer_from_others_at_the_lowest_place_that_parts_them_best():
    near = {True: [0.7, 0.8, 0.66], False: [0.5, 0.6, 0.61]}
    assert best_floor(near, ALL) == 0.62
    assert told(near, ALL, 0.62) == 1.0
    assert told(near, ALL, 0.75) == pytest.approx((1 / 3 + 1) / 2)


def test_what_is_written_is_read_as_a_calibration(tmp_path: Path):
    file = tmp_path / "model.yaml"
    write(file, 0.8, 0.6, [FIGURE], ["xquad"])
    written = Calibration.model_validate(yaml.safe_load(file.read_text()))
    assert (written.text_weight, written.least_similarity) == (0.8, 0.6)
    assert written.evidence is not None
    assert written.evidence.basis == basis.parts()
    assert "CC BY-SA 4.0" in written.evidence.sets["xquad"]
